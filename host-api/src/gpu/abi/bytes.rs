//! A guest's memory, and what lies there.

use crate::gpu::{Errno, Error};

/// The most items of a list.
const MAX_ITEMS: u32 = 1_024;

/// Bytes of a guest's memory.
///
/// # Errors
/// They are not all there.
pub(super) fn bytes(memory: &[u8], start: u32, length: u32) -> Result<&[u8], Error> {
    let start = start as usize;
    memory.get(start..start.saturating_add(length as usize)).ok_or_else(|| fault(start, length))
}

/// Bytes of a guest's memory, to be written.
///
/// # Errors
/// They are not all there.
pub(super) fn bytes_mut(memory: &mut [u8], start: u32, length: u32) -> Result<&mut [u8], Error> {
    let start = start as usize;
    memory.get_mut(start..start.saturating_add(length as usize)).ok_or_else(|| fault(start, length))
}

/// A text.
///
/// # Errors
/// It is not all there, or is no UTF-8.
pub(super) fn text(memory: &[u8], start: u32, length: u32) -> Result<&str, Error> {
    let bytes = bytes(memory, start, length)?;
    std::str::from_utf8(bytes).map_err(|_| Error::invalid("a text is not UTF-8"))
}

/// A list of so many items of `N` bytes each.
///
/// # Errors
/// It is not all there, or has too many.
pub(super) fn list<const N: usize>(memory: &[u8], start: u32, count: u32) -> Result<&[[u8; N]], Error> {
    if count > MAX_ITEMS {
        return Err(Error::invalid(format!("a list has at most {MAX_ITEMS} items, and not {count}")));
    }
    let bytes = bytes(memory, start, count * N as u32)?;
    Ok(bytes.as_chunks().0)
}

/// The number that stands at such a place of an item.
pub(super) fn u32_at(item: &[u8], at: usize) -> u32 {
    u32::try_from(number(item, at, 4)).unwrap_or_default()
}

/// The number that stands at such a place of an item.
pub(super) fn u64_at(item: &[u8], at: usize) -> u64 {
    number(item, at, 8)
}

fn number(item: &[u8], at: usize, length: usize) -> u64 {
    let bytes = item.get(at..at.saturating_add(length)).unwrap_or_default();
    bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// Writes what fits into the room that the guest has for it; gives how much there is.
///
/// # Errors
/// The room is not all there.
pub(super) fn give(memory: &mut [u8], start: u32, room: u32, what: &[u8]) -> Result<i32, Error> {
    let room = bytes_mut(memory, start, room)?;
    let fits = room.len().min(what.len());
    room[..fits].copy_from_slice(&what[..fits]);
    i32::try_from(what.len()).map_err(|_| Error::internal("there is too much of it"))
}

/// Numbers, little end first.
pub(super) fn numbers(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn fault(start: usize, length: u32) -> Error {
    Error::new(Errno::Fault, format!("{length} bytes at {start} are not all within the guest's memory"))
}
