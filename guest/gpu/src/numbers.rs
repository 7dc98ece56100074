//! Numbers as the bytes that a buffer holds.

use core::mem::size_of_val;
use core::slice;

/// What a buffer holds as it is in memory.
///
/// # Safety
///
/// Every byte of it is one of its value's, and any bytes are a value.
pub unsafe trait Plain: Copy {}

// SAFETY: numbers are their bytes.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for u16 {}
// SAFETY: as above.
unsafe impl Plain for u32 {}
// SAFETY: as above.
unsafe impl Plain for i32 {}
// SAFETY: as above.
unsafe impl Plain for f32 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: as above.
unsafe impl Plain for i64 {}
// SAFETY: as above.
unsafe impl Plain for f64 {}
// SAFETY: nothing is between the items.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

/// Numbers as bytes, to write them.
pub fn bytes<T: Plain>(numbers: &[T]) -> &[u8] {
    // SAFETY: it is the memory of the numbers, for as long as they are borrowed, and has no bytes of no value.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

/// Numbers as bytes, to read them.
pub fn bytes_mut<T: Plain>(numbers: &mut [T]) -> &mut [u8] {
    // SAFETY: as in `bytes`; whatever is written there is a number.
    unsafe { slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), size_of_val(numbers)) }
}
