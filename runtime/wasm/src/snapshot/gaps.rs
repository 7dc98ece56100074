//! The zeros in a memory, between what becomes data.

/// The most stretches of bytes other than zero that are left: a hundred times as many as a module may have segments.
const MAX_STRETCHES: usize = 1 << 20;
/// Zeros that are written out rather than begin another segment, which would take as much.
const CHEAP: usize = 4;
/// How many lengths of gaps are told apart, each twice the one before.
const LENGTHS: usize = 64;

/// The bytes with short gaps between stretches of others than zero closed: filled with ones. What is closed are the
/// gaps that go into segments anyway, and then, where that leaves too many stretches, those that cost the least.
pub(super) fn closed(bytes: &[u8]) -> Vec<u8> {
    let longest = longest(bytes);
    let mut closed = bytes.to_vec();
    each(bytes, |start, end| {
        if end - start <= longest {
            closed[start..end].fill(1);
        }
    });
    closed
}

/// The length of the longest gaps to be closed.
fn longest(bytes: &[u8]) -> usize {
    let mut lengths = [0_usize; LENGTHS];
    each(bytes, |start, end| {
        // Which power of two a length needs at least.
        let length = (end - start).next_power_of_two().ilog2() as usize;
        lengths[length.min(LENGTHS - 1)] += 1;
    });
    let mut left: usize = lengths.iter().sum();
    for (length, count) in lengths.iter().enumerate() {
        left -= count;
        let length = 1_usize << length;
        if length >= CHEAP && left < MAX_STRETCHES {
            return length;
        }
    }
    usize::MAX
}

/// Every gap: zeros with something else before and after them.
fn each(bytes: &[u8], mut gap: impl FnMut(usize, usize)) {
    let mut at = next(bytes, 0, |byte| byte != 0);
    while at < bytes.len() {
        let start = next(bytes, at, |byte| byte == 0);
        at = next(bytes, start, |byte| byte != 0);
        if at < bytes.len() {
            gap(start, at);
        }
    }
}

/// Where the next such byte is; the end if there is none.
fn next(bytes: &[u8], from: usize, is_it: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|&byte| is_it(byte)).map_or(bytes.len(), |place| from + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_closed_that_are_cheap() {
        assert!(closed(&[]).is_empty());
        assert_eq!(closed(&[0, 0]), [0, 0]);
        assert_eq!(closed(&[0, 7, 0, 0, 0, 0, 8, 0]), [0, 7, 1, 1, 1, 1, 8, 0]);
        assert_eq!(closed(&[7, 0, 0, 0, 0, 0, 8]), [7, 0, 0, 0, 0, 0, 8]);
    }

    #[test]
    fn longer_gaps_are_closed_where_there_are_too_many() {
        // Small numbers of 64 bits, and one gap that is worth a segment.
        let mut table = [9, 0, 0, 0, 0, 0, 0, 0].repeat(MAX_STRETCHES + 1);
        table.extend(vec![0; 1000]);
        table.push(9);
        let closed = closed(&table);
        let mut left = 0;
        each(&closed, |_, _| left += 1);
        assert_eq!(left, 1);
        assert_eq!(&closed[..9], [9, 1, 1, 1, 1, 1, 1, 1, 9]);
    }
}
