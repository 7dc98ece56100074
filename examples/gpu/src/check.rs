//! What a GPU computed, beside what the processor does.

use crate::{Failure, Result};

/// The largest difference between numbers that should be the same; more than the tolerance is a failure, and so is what
/// is no number.
pub fn largest_difference(
    computed: impl IntoIterator<Item = f32>,
    expected: impl IntoIterator<Item = f32>,
    tolerance: f32,
) -> Result<f32> {
    let mut largest = 0.0;
    for (place, (computed, expected)) in computed.into_iter().zip(expected).enumerate() {
        let difference = (computed - expected).abs();
        if difference.is_nan() || difference > tolerance {
            return Err(Failure::new(format_args!(
                "number {place} is wrong: the GPU says {computed}, the processor {expected}, and {tolerance} is how far \
                 they may be apart"
            )));
        }
        largest = f32::max(largest, difference);
    }
    Ok(largest)
}
