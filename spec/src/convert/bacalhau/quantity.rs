//! Quantities as people write them.

/// Bytes with the largest unit that leaves a whole number. 1024s come first: they say more about who chose the number.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 10] = [
        ("PiB", 1 << 50),
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("PB", 1_000_000_000_000_000),
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KiB", 1 << 10),
        ("KB", 1_000),
    ];
    let fits = |factor: u64| bytes >= factor && bytes.is_multiple_of(factor);
    match UNITS.iter().find(|(_, factor)| fits(*factor)) {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => format!("{bytes}B"),
    }
}

/// Thousandths of a core.
pub(super) fn cpu(share: u64) -> String {
    match share % 1000 {
        0 => (share / 1000).to_string(),
        _ => format!("{share}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let sizes = [1, 1000, 1024, 1_000_000, 512_000_000, 256 << 20, 1 << 30, 1_500_000_000, u64::MAX];
        for bytes in sizes {
            assert_eq!(units::size(&size(bytes)), Ok(bytes), "{}", size(bytes));
        }
        assert_eq!(
            (size(512_000_000), size(256 << 20), size(7)),
            ("512MB".into(), "256MiB".into(), "7B".into())
        );
        for share in [1, 500, 1000, 1500, 128_000] {
            assert_eq!(units::cpu(&cpu(share)), Ok(share));
        }
    }
}
