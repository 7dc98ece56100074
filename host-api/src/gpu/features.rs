//! Optional abilities of devices, and their limits, by the numbers that guests know them by.

use wgpu::{Features, Limits};

/// What a guest may ask a device for: the bit that stands for it, and its name.
const FEATURES: [(u32, Features, &str); 6] = [
    (0, Features::TIMESTAMP_QUERY, "timestamp-query"),
    (1, Features::SHADER_F16, "shader-f16"),
    (2, Features::SUBGROUP, "subgroups"),
    (3, Features::IMMEDIATES, "immediates"),
    (4, Features::SHADER_F64, "shader-f64"),
    (5, Features::SHADER_INT64, "shader-int64"),
];

/// The bits that stand for features.
pub(super) fn bits(features: Features) -> u64 {
    FEATURES.iter().filter(|(_, feature, _)| features.contains(*feature)).map(|(bit, ..)| 1 << bit).sum()
}

/// The features that bits stand for; none where a bit stands for nothing.
pub(super) fn of_bits(bits: u64) -> Option<Features> {
    let known: u64 = FEATURES.iter().map(|(bit, ..)| 1 << bit).sum();
    let named = FEATURES.iter().filter(|(bit, ..)| bits >> bit & 1 == 1).map(|(_, feature, _)| *feature);
    (bits & !known == 0).then(|| named.fold(Features::empty(), |all, one| all | one))
}

/// The names of features.
pub(super) fn names(features: Features) -> Vec<&'static str> {
    FEATURES.iter().filter(|(_, feature, _)| features.contains(*feature)).map(|(.., name)| *name).collect()
}

macro_rules! limits {
    ($($name:ident: $ty:ty),* $(,)?) => {
        /// The names of the limits, in the order of their numbers.
        pub(super) const LIMIT_NAMES: &[&str] = &[$(stringify!($name)),*];

        /// All limits, in the order of their numbers.
        pub(super) fn limits(limits: &Limits) -> Vec<u64> {
            vec![$(u64::from(limits.$name)),*]
        }

        /// Sets a limit by its number. False where there is no such limit, or it can't be so large.
        pub(super) fn set_limit(limits: &mut Limits, number: usize, value: u64) -> bool {
            match LIMIT_NAMES.get(number) {
                $(Some(&stringify!($name)) => <$ty>::try_from(value).map(|value| limits.$name = value).is_ok(),)*
                _ => false,
            }
        }
    };
}

limits! {
    max_buffer_size: u64,
    max_storage_buffer_binding_size: u64,
    max_uniform_buffer_binding_size: u64,
    max_bind_groups: u32,
    max_bindings_per_bind_group: u32,
    max_storage_buffers_per_shader_stage: u32,
    max_uniform_buffers_per_shader_stage: u32,
    max_dynamic_storage_buffers_per_pipeline_layout: u32,
    max_dynamic_uniform_buffers_per_pipeline_layout: u32,
    min_storage_buffer_offset_alignment: u32,
    min_uniform_buffer_offset_alignment: u32,
    max_compute_workgroup_storage_size: u32,
    max_compute_invocations_per_workgroup: u32,
    max_compute_workgroup_size_x: u32,
    max_compute_workgroup_size_y: u32,
    max_compute_workgroup_size_z: u32,
    max_compute_workgroups_per_dimension: u32,
    max_immediate_size: u32,
}

/// Limits that are better the smaller they are.
pub(super) fn is_alignment(number: usize) -> bool {
    LIMIT_NAMES.get(number).is_some_and(|name| name.starts_with("min_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_features_are_the_same() {
        for bits in 0..1 << FEATURES.len() {
            assert_eq!(super::bits(of_bits(bits).unwrap()), bits);
        }
        assert!(of_bits(1 << 6).is_none() && of_bits(1 << 63).is_none());
    }

    #[test]
    fn limits_are_set_by_their_numbers() {
        let mut some = Limits::default();
        for number in 0..LIMIT_NAMES.len() {
            assert!(set_limit(&mut some, number, 1_000 + number as u64));
        }
        assert_eq!(
            limits(&some),
            (0..LIMIT_NAMES.len() as u64).map(|number| 1_000 + number).collect::<Vec<_>>()
        );
        assert!(!set_limit(&mut some, LIMIT_NAMES.len(), 1) && !set_limit(&mut some, 3, 1 << 40));
    }
}
