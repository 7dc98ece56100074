//! What a guest's requests and answers hold of the host's memory.

use std::any::Any;
use std::collections::HashSet;

use http::HeaderMap;
use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::FieldMap;
use wasmtime_wasi_http::p2::body::{HostFutureTrailers, HostOutgoingBody};
use wasmtime_wasi_http::p2::types::{HostIncomingResponse, HostOutgoingRequest, HostOutgoingResponse};

/// The most bytes that all header fields of a guest may hold.
const MOST: usize = 64 << 20;
/// The most bytes that one call can add: the headers of an answer, with what they take of memory.
const ONE_CALL: usize = 512 << 10;
/// What a field takes beside its bytes.
const FIELD: usize = 128;
/// The most bodies that take whole pieces from a guest.
const BODIES: usize = 512;

/// Bounds what a guest holds in all: each of its things is bounded, but it may have many. Looking at all of them takes
/// its time, so that it is done once the calls since the last time could have used up what was left then.
#[derive(Debug, Default)]
pub(super) struct Held {
    left: usize,
    many_bodies: bool,
}

impl Held {
    /// Whether header fields may grow by what one call can add.
    pub(super) fn has_room(&mut self, table: &mut ResourceTable) -> bool {
        if self.left < ONE_CALL {
            let (fields, bodies) = survey(table);
            self.left = MOST.saturating_sub(fields);
            self.many_bodies = bodies > BODIES;
        }
        let has_room = self.left >= ONE_CALL;
        self.left = self.left.saturating_sub(ONE_CALL);
        has_room
    }

    /// Whether there are so many bodies that are written that each may take only a little at a time.
    pub(super) fn many_bodies(&self) -> bool {
        self.many_bodies
    }
}

/// The bytes of all header fields and of what stands beside them, and the number of bodies that are written.
fn survey(table: &mut ResourceTable) -> (usize, usize) {
    let (mut bytes, mut bodies, mut seen) = (0_usize, 0, HashSet::new());
    for entry in table.iter_mut() {
        if entry.is::<HostOutgoingBody>() {
            bodies += 1;
        }
        bytes = bytes.saturating_add(parts(entry));
        // Copies are one for as long as nobody changes them.
        if let Some(fields) = fields(entry).filter(|&fields| seen.insert(std::ptr::from_ref(fields))) {
            let sizes = fields.iter().map(|(name, value)| name.as_str().len() + value.len() + FIELD);
            bytes = bytes.saturating_add(sizes.sum());
        }
    }
    (bytes, bodies)
}

/// The bytes of what a request holds besides its header fields.
fn parts(entry: &(dyn Any + Send)) -> usize {
    use wasmtime_wasi_http::p2::bindings::http::types::Method;
    let Some(request) = entry.downcast_ref::<HostOutgoingRequest>() else { return parts_of_tasks(entry) };
    let method = match &request.method {
        Method::Other(other) => other.len(),
        _ => 0,
    };
    let others = [&request.path_with_query, &request.authority];
    others.into_iter().flatten().map(String::len).sum::<usize>() + method
}

/// The header fields of one thing that a guest holds.
fn fields(entry: &(dyn Any + Send)) -> Option<&HeaderMap> {
    if let Some(fields) = entry.downcast_ref::<FieldMap>() {
        return Some(fields);
    }
    if let Some(request) = entry.downcast_ref::<HostOutgoingRequest>() {
        return Some(&request.headers);
    }
    if let Some(answer) = entry.downcast_ref::<HostIncomingResponse>() {
        return Some(&answer.headers);
    }
    if let Some(answer) = entry.downcast_ref::<HostOutgoingResponse>() {
        return Some(&answer.headers);
    }
    if let Some(HostFutureTrailers::Done(Ok(trailers))) = entry.downcast_ref() {
        return trailers.as_ref();
    }
    of_tasks(entry)
}

/// The same for what is WASI 0.3's.
#[cfg(feature = "wasi03")]
fn of_tasks(entry: &(dyn Any + Send)) -> Option<&HeaderMap> {
    use wasmtime_wasi_http::p3::{Request, Response};
    let of_request = entry.downcast_ref().map(|request: &Request| &*request.headers);
    of_request.or_else(|| entry.downcast_ref().map(|answer: &Response| &*answer.headers))
}

#[cfg(feature = "wasi03")]
fn parts_of_tasks(entry: &(dyn Any + Send)) -> usize {
    entry.downcast_ref().map_or(0, |request: &wasmtime_wasi_http::p3::Request| {
        let path = request.path_with_query.as_ref().map_or(0, |path| path.as_str().len());
        let authority = request.authority.as_ref().map_or(0, |authority| authority.as_str().len());
        request.method.as_str().len() + path + authority
    })
}

#[cfg(not(feature = "wasi03"))]
fn parts_of_tasks(_: &(dyn Any + Send)) -> usize {
    0
}

#[cfg(not(feature = "wasi03"))]
fn of_tasks(_: &(dyn Any + Send)) -> Option<&HeaderMap> {
    None
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn fields() -> FieldMap {
        let mut fields = FieldMap::new_mutable(1 << 20);
        let value = HeaderValue::from_bytes(&[b'x'; 50_000]).unwrap();
        fields.append_raw(HeaderName::from_static("x-own"), value).unwrap();
        fields
    }

    #[test]
    fn many_small_things_are_no_way_around_a_bound_of_each() {
        let (mut held, mut table) = (Held::default(), ResourceTable::new());
        let mut kept = Vec::new();
        while held.has_room(&mut table) {
            kept.push(table.push(fields()).unwrap());
        }
        let most = kept.len() * 50_000;
        assert!((MOST - 2 * ONE_CALL..=MOST).contains(&most), "{most}");
        assert!(!held.has_room(&mut table));
        // What is given back can be used again.
        for _ in 0..20 {
            table.delete(kept.pop().unwrap()).unwrap();
        }
        assert!(held.has_room(&mut table));
        assert!(!held.many_bodies());
    }

    #[test]
    fn copies_that_nobody_changes_count_once() {
        let (mut held, mut table, one) = (Held::default(), ResourceTable::new(), fields());
        for _ in 0..10_000 {
            table.push(one.clone()).unwrap();
            assert!(held.has_room(&mut table));
        }
    }

    #[test]
    fn bodies_are_counted() {
        use wasmtime_wasi_http::p2::body::StreamContext;
        let (mut held, mut table) = (Held::default(), ResourceTable::new());
        for _ in 0..=BODIES {
            table.push(HostOutgoingBody::new(StreamContext::Request, None, 1, 1).0).unwrap();
        }
        assert!(held.has_room(&mut table) && held.many_bodies());
    }
}
