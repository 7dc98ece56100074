//! What an instance used and was refused since it was asked last.

use dayfly_core::{Refusal, Usage};

use super::super::exchange::Over;

/// What is known already of what an instance used.
#[derive(Debug, Default)]
pub(super) struct Account {
    usage: Usage,
    refusals: Vec<Refusal>,
    warnings: Vec<String>,
}

impl Account {
    /// What is new in `all`, which is of the instance's whole life. Peaks are told again each time.
    pub(super) fn news(&mut self, all: Over) -> Over {
        let before = &self.usage;
        let Usage { peak_memory_bytes, peak_disk_bytes, .. } = all.usage;
        let usage = Usage {
            peak_memory_bytes,
            peak_disk_bytes,
            cpu_ns: all.usage.cpu_ns - before.cpu_ns,
            instantiate_ns: all.usage.instantiate_ns - before.instantiate_ns,
            read_bytes: all.usage.read_bytes - before.read_bytes,
            written_bytes: all.usage.written_bytes - before.written_bytes,
            file_operations: all.usage.file_operations - before.file_operations,
            sent_bytes: all.usage.sent_bytes - before.sent_bytes,
            received_bytes: all.usage.received_bytes - before.received_bytes,
            network_operations: all.usage.network_operations - before.network_operations,
            ..Usage::default()
        };
        let counted = |refusal: &Refusal| {
            let known = self.refusals.iter().find(|known| known.what == refusal.what);
            known.map_or(0, |known| known.count)
        };
        let refusals = all.refusals.iter().filter_map(|refusal| {
            let count = refusal.count.saturating_sub(counted(refusal));
            (count > 0).then(|| Refusal { count, ..refusal.clone() })
        });
        let refusals = refusals.collect();
        let warnings = all.warnings.iter().filter(|warning| !self.warnings.contains(warning));
        let warnings = warnings.cloned().collect();
        *self = Account { usage: all.usage, refusals: all.refusals, warnings: all.warnings };
        Over { usage, refusals, warnings, ..Over::default() }
    }
}

/// Adds what is new to what is to be told.
pub(super) fn add(told: &mut Over, news: Over) {
    let (sum, more) = (&mut told.usage, &news.usage);
    sum.cpu_ns += more.cpu_ns;
    sum.instantiate_ns += more.instantiate_ns;
    sum.read_bytes += more.read_bytes;
    sum.written_bytes += more.written_bytes;
    sum.file_operations += more.file_operations;
    sum.sent_bytes += more.sent_bytes;
    sum.received_bytes += more.received_bytes;
    sum.network_operations += more.network_operations;
    sum.peak_memory_bytes = sum.peak_memory_bytes.max(more.peak_memory_bytes);
    sum.peak_disk_bytes = sum.peak_disk_bytes.max(more.peak_disk_bytes);
    told.refusals.extend(news.refusals);
    told.warnings.extend(news.warnings);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(sent: u64, peak: u64, count: u64, warnings: &[&str]) -> Over {
        let refusal = Refusal { what: "no".to_owned(), remedy: None, count };
        Over {
            usage: Usage { sent_bytes: sent, peak_memory_bytes: peak, ..Usage::default() },
            refusals: if count == 0 { Vec::new() } else { vec![refusal] },
            warnings: warnings.iter().map(|&warning| warning.to_owned()).collect(),
            ..Over::default()
        }
    }

    #[test]
    fn everything_is_told_once_and_sums_are_right() {
        let mut account = Account::default();
        let mut told = Over::default();
        for (all, sent, refused, warned) in [
            (over(10, 7, 0, &[]), 10, 0, 0),
            (over(10, 7, 2, &["one"]), 0, 2, 1),
            (over(15, 9, 2, &["one"]), 5, 0, 0),
            (over(16, 9, 5, &["one", "two"]), 1, 3, 1),
        ] {
            let news = account.news(all);
            assert_eq!(news.usage.sent_bytes, sent);
            assert_eq!(news.refusals.iter().map(|refusal| refusal.count).sum::<u64>(), refused);
            assert_eq!(news.warnings.len(), warned);
            add(&mut told, news);
        }
        assert_eq!((told.usage.sent_bytes, told.usage.peak_memory_bytes), (16, 9));
        assert_eq!(told.refusals.iter().map(|refusal| refusal.count).sum::<u64>(), 5);
        assert_eq!(told.warnings, ["one", "two"]);
    }
}
