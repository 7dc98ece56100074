//! What the two processes say to each other.

use serde::{Deserialize, Serialize};
use wgpu::naga::Module;
use wgpu::{
    AdapterInfo, BindGroupLayoutEntry, DownlevelCapabilities, Error, Features, Limits, ShaderRuntimeChecks,
};

/// The name of something in the worker. The host chooses it.
pub(super) type Id = u64;

/// The most bytes of one frame that the host sends, and of one that the worker does.
pub(super) const MOST_SENT: usize = 256 << 20;
pub(super) const MOST_ANSWERED: usize = 4 << 20;
/// The most bytes of one text that the worker answers.
const MOST_TEXT: usize = 64 << 10;

/// What a frame of the host's begins with. What is to be done follows it, one [`Op`] after the other.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Head {
    /// Frames are numbered, in the order in which they are sent.
    pub(super) number: u32,
    /// Whether it is answered.
    pub(super) wants: bool,
    /// The stack of the thread that does it beside the others, in bytes; none where it is done in order.
    pub(super) beside: Option<u64>,
}

/// Something to do.
#[derive(Debug, Deserialize, Serialize)]
pub(super) enum Op {
    /// Answered by [`Answer::Adapters`].
    Adapters {
        backends: u32,
    },
    /// Answered by [`Answer::Opened`] or [`Answer::Refused`].
    Open {
        backends: u32,
        index: usize,
        info: Box<AdapterInfo>,
        features: Features,
        limits: Box<Limits>,
    },
    /// Memory that both have. Its file comes along.
    Slab {
        slab: u32,
        size: usize,
    },
    DropSlab {
        slab: u32,
    },
    Buffer {
        id: Id,
        size: u64,
        usage: u32,
    },
    BindGroupLayout {
        id: Id,
        entries: Vec<BindGroupLayoutEntry>,
    },
    BindGroup {
        id: Id,
        layout: Id,
        entries: Vec<Binding>,
    },
    PipelineLayout {
        id: Id,
        layouts: Vec<Option<Id>>,
        immediates: u32,
    },
    Shader {
        id: Id,
        source: Source,
        checks: ShaderRuntimeChecks,
    },
    /// Answered by [`Answer::Messages`].
    Messages {
        shader: Id,
    },
    Pipeline {
        id: Id,
        layout: Option<Id>,
        shader: Id,
        entry: Option<String>,
        constants: Vec<(String, f64)>,
        zeroes: bool,
    },
    LayoutOf {
        id: Id,
        pipeline: Id,
        index: u32,
    },
    /// Of timestamps.
    Queries {
        id: Id,
        count: u32,
    },
    Commands {
        id: Id,
        records: Vec<Record>,
    },
    Submit {
        serial: u64,
        commands: Vec<Id>,
    },
    Write {
        buffer: Id,
        offset: u64,
        place: Place,
    },
    /// Answered by [`Event::Mapped`] when the bytes lie in that place.
    Read {
        map: u64,
        buffer: Id,
        start: u64,
        place: Place,
    },
    Drop {
        id: Id,
    },
}

/// A command.
#[derive(Debug, Deserialize, Serialize)]
pub(super) enum Record {
    Copy { source: Id, source_offset: u64, target: Id, target_offset: u64, size: Option<u64> },
    Clear { buffer: Id, offset: u64, size: Option<u64> },
    Resolve { set: Id, first: u32, count: u32, buffer: Id, offset: u64 },
    Begin(Option<(Id, Option<u32>, Option<u32>)>),
    Pipeline(Id),
    Bind { index: u32, group: Option<Id>, offsets: Vec<u32> },
    Immediates { offset: u32, data: Vec<u8> },
    Dispatch([u32; 3]),
    Indirect { buffer: Id, offset: u64 },
    End,
}

/// A buffer that is bound.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Binding {
    pub(super) binding: u32,
    pub(super) buffer: Id,
    pub(super) offset: u64,
    pub(super) size: Option<u64>,
}

/// A part of memory that both have.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Place {
    pub(super) slab: u32,
    pub(super) at: usize,
    pub(super) length: usize,
}

/// A shader.
#[derive(Debug, Deserialize, Serialize)]
pub(super) enum Source {
    Text(String),
    Module(Box<Module>),
}

/// What the worker says.
#[derive(Debug, Deserialize, Serialize)]
pub(super) enum Event {
    /// The frame of this number is done.
    Done { number: u32, faults: Vec<Fault>, answer: Answer },
    /// All submissions up to this one are done.
    Landed { serial: u64 },
    /// What was to be read is there, or is not to be had.
    Mapped { map: u64, is_there: bool },
    /// An error of what is not answered.
    Uncaught(Fault),
    /// The driver gave the device up.
    Lost(String),
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) enum Answer {
    None,
    Adapters(Vec<AdapterFacts>),
    Opened { period: f32 },
    Refused(String),
    Messages(Vec<Message>),
}

/// What is known of an adapter.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::gpu) struct AdapterFacts {
    pub(in crate::gpu) info: AdapterInfo,
    pub(in crate::gpu) features: Features,
    pub(in crate::gpu) limits: Limits,
    pub(in crate::gpu) downlevel: DownlevelCapabilities,
    /// Its own memory, in bytes, where it says so.
    pub(in crate::gpu) memory: Option<u64>,
}

/// An error.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) enum Kind {
    Validation,
    OutOfMemory,
    Internal,
}

/// What a compiler says.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) severity: Severity,
    /// Line, place in it, offset and length, as wgpu has them.
    pub(super) location: Option<[u32; 4]>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) enum Severity {
    Error,
    Warning,
    Info,
}

impl Fault {
    /// An error, whose text is cut where it is too long.
    pub(super) fn of(error: &Error) -> Fault {
        let kind = match error {
            Error::Validation { .. } => Kind::Validation,
            Error::OutOfMemory { .. } => Kind::OutOfMemory,
            Error::Internal { .. } => Kind::Internal,
        };
        Fault { kind, text: cut(error.to_string()) }
    }

    pub(super) fn into_error(self) -> Error {
        let Fault { kind, text } = self;
        let text = cut(text);
        let source: wgpu::ErrorSource = text.clone().into();
        match kind {
            Kind::Validation => Error::Validation { source, description: text },
            Kind::OutOfMemory => Error::OutOfMemory { source },
            Kind::Internal => Error::Internal { source, description: text },
        }
    }
}

/// A text that is not too long.
pub(super) fn cut(mut text: String) -> String {
    if text.len() > MOST_TEXT {
        let end = (0..=MOST_TEXT).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
        text.truncate(end);
    }
    text
}

/// Appends something to what is to be sent.
///
/// # Errors
/// It can't be written.
pub(super) fn append<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), postcard::Error> {
    let taken = std::mem::take(bytes);
    *bytes = postcard::to_extend(value, taken)?;
    Ok(())
}
