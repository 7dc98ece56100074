//! How long things took.

use std::time::Duration;

/// The ends of all classes but the last, which has none, as they are shown, and in microseconds.
pub(super) const ENDS: [(&str, u64); 14] = [
    ("0.0001", 100),
    ("0.00025", 250),
    ("0.0005", 500),
    ("0.001", 1_000),
    ("0.0025", 2_500),
    ("0.005", 5_000),
    ("0.01", 10_000),
    ("0.025", 25_000),
    ("0.05", 50_000),
    ("0.1", 100_000),
    ("0.25", 250_000),
    ("0.5", 500_000),
    ("1", 1_000_000),
    ("10", 10_000_000),
];

/// How long things took.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    classes: [u64; ENDS.len() + 1],
    sum: Duration,
}

impl Histogram {
    pub(super) fn add(&mut self, took: Duration) {
        let class = ENDS.partition_point(|(_, end)| Duration::from_micros(*end) < took);
        self.classes[class] += 1;
        self.sum = self.sum.saturating_add(took);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.classes.iter_mut().zip(other.classes).for_each(|(sum, more)| *sum += more);
        self.sum = self.sum.saturating_add(other.sum);
    }

    /// How many took no longer than the end of each class.
    pub(super) fn up_to(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let ends = ENDS.iter().map(|(end, _)| *end).chain(["+Inf"]);
        ends.zip(self.classes).scan(0, |sum, (end, more)| {
            *sum += more;
            Some((end, *sum))
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.classes.iter().sum()
    }

    pub(super) fn sum(&self) -> Duration {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_in_its_class() {
        let mut histogram = Histogram::default();
        for micros in [0, 100, 101, 250, 10_000_000, 10_000_001] {
            histogram.add(Duration::from_micros(micros));
        }
        let counts: Vec<_> =
            histogram.up_to().filter(|(end, _)| ["0.0001", "0.00025", "10", "+Inf"].contains(end)).collect();
        assert_eq!(counts, [("0.0001", 2), ("0.00025", 4), ("10", 5), ("+Inf", 6)]);
        assert_eq!(histogram.count(), 6);
    }
}
