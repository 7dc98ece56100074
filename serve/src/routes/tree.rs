//! The patterns of a table, as a tree of their segments.

use std::borrow::Cow;
use std::collections::HashMap;

use super::pattern::Part;

/// What patterns have in common up to a segment.
#[derive(Debug, Default)]
pub(super) struct Node {
    words: HashMap<Box<str>, Node>,
    name: Option<Box<Node>>,
    /// The numbers of routes whose `{rest...}` begins here.
    rest: Vec<usize>,
    /// The numbers of routes that end here.
    ends: Vec<usize>,
}

/// What stands between two slashes of a path.
#[derive(Debug)]
pub(super) struct Segment<'p> {
    /// Decoded, where that gives text.
    pub(super) text: Cow<'p, str>,
    /// Where it begins in the path.
    pub(super) begin: usize,
}

/// The segments of a path; none of what is no path, such as `*`.
pub(super) fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut begin = 1;
    let segment = |raw| {
        let segment = Segment { text: decoded(raw), begin };
        begin += raw.len() + 1;
        segment
    };
    path.strip_prefix('/').map(|path| path.split('/').map(segment).collect()).unwrap_or_default()
}

impl Node {
    /// The numbers of the routes with a pattern, to which one may be added.
    pub(super) fn place(&mut self, parts: &[Part]) -> &mut Vec<usize> {
        let mut node = self;
        for part in parts {
            node = match part {
                Part::Word(word) => node.words.entry(word.clone()).or_default(),
                Part::Name(_) => node.name.get_or_insert_default(),
                Part::Rest(_) => return &mut node.rest,
            };
        }
        &mut node.ends
    }

    /// Offers the routes with each pattern that suits, the most specific one first, until one is taken. A node is met
    /// at most once, so that this takes no longer than the table is large.
    pub(super) fn walk(
        &self,
        segments: &[Segment<'_>],
        take: &mut impl FnMut(&[usize]) -> Option<usize>,
    ) -> Option<usize> {
        let Some((first, others)) = segments.split_first() else {
            return take(&self.ends);
        };
        let word = self.words.get(&*first.text).and_then(|node| node.walk(others, take));
        if word.is_some() {
            return word;
        }
        let name = self.name.as_ref().filter(|_| !first.text.is_empty());
        let name = name.and_then(|node| node.walk(others, take));
        if name.is_some() {
            return name;
        }
        take(&self.rest)
    }
}

/// A segment with what is encoded in it, `%41` for `A`, where all of it is text.
fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.contains('%') {
        return Cow::Borrowed(raw);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut left = raw.as_bytes();
    while let Some((&byte, others)) = left.split_first() {
        let digit = |at: usize| others.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                // Two digits of base 16 are a byte.
                bytes.push((high * 16 + low) as u8);
                left = &others[2..];
            }
            _ => {
                bytes.push(byte);
                left = others;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(raw), Cow::Owned)
}
