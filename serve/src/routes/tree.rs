//! The patterns of a table, as a tree of their segments.

use std::collections::HashMap;

use dayfly_spec::model::RouteSegment;

/// What patterns have in common up to a segment.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// By their bytes: what is encoded in a path need not be text.
    literals: HashMap<Box<[u8]>, Node>,
    name: Option<Box<Node>>,
    /// The numbers of routes that end here.
    ends: Vec<usize>,
    /// The numbers of routes whose `{rest...}` begins here.
    rest: Vec<usize>,
}

impl Node {
    /// The numbers of the routes with a pattern, to which one may be added.
    pub(super) fn place(&mut self, segments: &[RouteSegment]) -> &mut Vec<usize> {
        let mut node = self;
        for segment in segments {
            node = match segment {
                RouteSegment::Literal(text) => node.literals.entry(text.as_bytes().into()).or_default(),
                RouteSegment::Name(_) => node.name.get_or_insert_default(),
                RouteSegment::Rest(_) => return &mut node.rest,
            };
        }
        &mut node.ends
    }

    /// Offers the routes with each pattern that suits, the most specific one first, until one is taken. `left` is what
    /// follows the next slash of the path, and none after its last part. A node is met at most once, so that this takes
    /// no longer than the table is large, and calls itself no more often than a pattern has segments.
    pub(super) fn walk(
        &self,
        left: Option<&str>,
        take: &mut impl FnMut(&[usize]) -> Option<usize>,
    ) -> Option<usize> {
        let Some(left) = left else {
            return take(&self.ends).or_else(|| take(&self.rest));
        };
        let (part, after) = left.split_once('/').map_or((left, None), |(part, after)| (part, Some(after)));
        let literal = self.literals.get(&*RouteSegment::decode(part));
        let literal = literal.and_then(|node| node.walk(after, take));
        if literal.is_some() {
            return literal;
        }
        let name = self.name.as_ref().filter(|_| !part.is_empty());
        name.and_then(|node| node.walk(after, take)).or_else(|| take(&self.rest))
    }
}
