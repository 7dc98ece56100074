//! The numbers that a guest calls with.

use std::ops::Range;

use super::Code;
use crate::fs::preview1::Memory;

/// The arguments of `http_request`, in their order. All but the first are places in the guest's memory, or lengths.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Call {
    /// The method: GET, POST, PUT, DELETE, HEAD, OPTIONS and PATCH from 0 on; any other number is GET.
    pub method: u32,
    /// Where the URL is.
    pub url: u32,
    /// How long it is.
    pub url_length: u32,
    /// Where the headers are, or 0 for none: lines of a name, a colon and a value.
    pub headers: u32,
    /// How long they are.
    pub headers_length: u32,
    /// Where the body is, or 0 for none.
    pub body: u32,
    /// How long it is.
    pub body_length: u32,
    /// Where the answer's headers go.
    pub answer_headers: u32,
    /// Where the room for them stands, and then their length.
    pub answer_headers_length: u32,
    /// Where the answer's body goes.
    pub answer_body: u32,
    /// Where the room for it stands, and then its length.
    pub answer_body_length: u32,
    /// Where the status goes, or 0.
    pub status: u32,
}

/// The room for an answer, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Room {
    pub(super) headers: u32,
    pub(super) body: u32,
}

impl From<[u32; 12]> for Call {
    fn from(numbers: [u32; 12]) -> Call {
        let [method, url, url_length, headers, headers_length, body, body_length, ..] = numbers;
        let [.., answer_headers, answer_headers_length, answer_body, answer_body_length, status] = numbers;
        Call {
            method,
            url,
            url_length,
            headers,
            headers_length,
            body,
            body_length,
            answer_headers,
            answer_headers_length,
            answer_body,
            answer_body_length,
            status,
        }
    }
}

impl Call {
    /// The room that the guest has for an answer.
    ///
    /// # Errors
    /// [`Code::BadInput`] where a place is missing, or two of them overlap; [`Code::Memory`] where one is not all
    /// there.
    pub(super) fn room(&self, memory: &Memory<'_>) -> Result<Room, Code> {
        let places =
            [self.answer_headers, self.answer_headers_length, self.answer_body, self.answer_body_length];
        if places.contains(&0) {
            return Err(Code::BadInput);
        }
        let length = |at: u32| memory.u32(at).map_err(|_| Code::Memory);
        let room =
            Room { headers: length(self.answer_headers_length)?, body: length(self.answer_body_length)? };
        let mut written = vec![
            range(self.answer_headers, room.headers),
            range(self.answer_headers_length, 4),
            range(self.answer_body, room.body),
            range(self.answer_body_length, 4),
        ];
        if self.status != 0 {
            written.push(range(self.status, 4));
        }
        for &Range { start, end } in &written {
            let (start, length) = (u32::try_from(start), u32::try_from(end - start));
            let (Ok(start), Ok(length)) = (start, length) else { return Err(Code::Memory) };
            memory.bytes(start, length).map_err(|_| Code::Memory)?;
        }
        written.retain(|range| !range.is_empty());
        written.sort_by_key(|range| range.start);
        let overlap = written.windows(2).any(|pair| pair[0].end > pair[1].start);
        if overlap { Err(Code::BadInput) } else { Ok(room) }
    }

    /// Writes an answer, of which there is no more than there is room.
    ///
    /// # Errors
    /// [`Code::Memory`] where a place is not all there.
    pub(super) fn write(
        &self,
        memory: &mut Memory<'_>,
        status: u16,
        headers: &[u8],
        body: &[u8],
    ) -> Result<(), Code> {
        let mut write = |at: u32, bytes: &[u8]| memory.write(at, bytes).map_err(|_| Code::Memory);
        let length =
            |bytes: &[u8]| u32::try_from(bytes.len()).map(u32::to_le_bytes).map_err(|_| Code::Memory);
        if self.status != 0 {
            write(self.status, &u32::from(status).to_le_bytes())?;
        }
        write(self.answer_headers_length, &length(headers)?)?;
        write(self.answer_body_length, &length(body)?)?;
        write(self.answer_headers, headers)?;
        write(self.answer_body, body)
    }
}

fn range(start: u32, length: u32) -> Range<u64> {
    u64::from(start)..u64::from(start) + u64::from(length)
}
