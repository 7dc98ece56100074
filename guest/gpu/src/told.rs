//! What the host tells: what a GPU is, and what was used of it.

use crate::{bytes_mut, given, raw, text, Features, Handle, Result};

/// What a GPU is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Info<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is made of.
    pub kind: Kind,
    /// The number of its vendor.
    pub vendor: u32,
    /// Its number among those of its vendor.
    pub device: u32,
    /// The fewest and the most invocations of a subgroup.
    pub subgroup: (u32, u32),
    /// How many bytes of its memory the guest may have.
    pub memory: u64,
    /// What a device of it may be opened with.
    pub features: Features,
}

/// What a GPU is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A card.
    Discrete,
    /// A part of the processor.
    Integrated,
    /// A program that runs on the processor.
    Software,
    /// Something else.
    Other,
}

/// What all devices of the guest have used together.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Used {
    /// Bytes of memory that the guest has.
    pub memory: u64,
    /// How many it may have.
    pub memory_limit: u64,
    /// The most that it had at a time.
    pub peak_memory: u64,
    /// Nanoseconds of GPU time.
    pub gpu_ns: u64,
    /// Submissions.
    pub submissions: u64,
    /// Bytes that were written to buffers.
    pub sent: u64,
    /// Bytes that were read from them.
    pub received: u64,
    /// Nanoseconds of compiling.
    pub compile_ns: u64,
    /// Femtoseconds that a tick of timestamps takes; 0 where there are none.
    pub tick_fs: u64,
}

/// What stands before the name.
const HEAD: usize = 40;

/// Says what a GPU is. The room is for its name, of which it takes what fits, and 40 bytes more.
pub fn info(index: u32, room: &mut [u8]) -> Result<Info<'_>> {
    // SAFETY: there is room for so many bytes as long as the call.
    let length = given(unsafe { raw::gpu_info(index, room.as_mut_ptr(), room.len() as u32) })?;
    let (head, name) = room.split_at(HEAD.min(room.len()));
    let name = &name[..name.len().min((length as usize).saturating_sub(HEAD))];
    let kind = match number(head, 0) {
        1 => Kind::Discrete,
        2 => Kind::Integrated,
        3 => Kind::Software,
        _ => Kind::Other,
    };
    Ok(Info {
        name: text(name),
        kind,
        vendor: number(head, 4),
        device: number(head, 8),
        subgroup: (number(head, 12), number(head, 16)),
        memory: wide(head, 24),
        features: Features(wide(head, 32)),
    })
}

/// Says what was used.
pub fn used(device: Handle) -> Result<Used> {
    let mut all = [0; 9];
    let room = bytes_mut(&mut all);
    // SAFETY: there is room for so many bytes as long as the call.
    given(unsafe { raw::device_usage(device, room.as_mut_ptr(), room.len() as u32) })?;
    let [memory, memory_limit, peak_memory, gpu_ns, submissions, sent, received, compile_ns, tick_fs] = all;
    Ok(Used { memory, memory_limit, peak_memory, gpu_ns, submissions, sent, received, compile_ns, tick_fs })
}

/// The number that stands there; 0 where there was no room for it.
fn number(head: &[u8], at: usize) -> u32 {
    head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn wide(head: &[u8], at: usize) -> u64 {
    u64::from(number(head, at)) | u64::from(number(head, at + 4)) << 32
}
