//! Why a call failed: a number for the guest's program, and a text for whoever writes it.

use std::fmt;

/// The most bytes of a text that a guest can ask for.
const MAX_TEXT: usize = 4_096;

/// What a function of the interface gives, as a negative number, where it fails.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(i32)]
pub enum Errno {
    /// An argument makes no sense, whatever the device is like.
    Invalid = 1,
    /// No such handle, or one of something else.
    BadHandle = 2,
    /// A pointer does not lie in the guest's memory.
    Fault = 3,
    /// The device's memory, or what the guest may have of it, is used up.
    NoMemory = 4,
    /// WebGPU's rules are broken.
    Validation = 5,
    /// A shader or a pipeline can't be compiled.
    Compile = 6,
    /// The device is gone.
    Lost = 7,
    /// The time that the guest gave is over.
    TimedOut = 8,
    /// The device can't do that.
    NotSupported = 9,
    /// No GPU is granted.
    NotPermitted = 10,
    /// It is not done yet.
    Again = 11,
    /// A limit is met: handles, pipelines, shader text, GPU time.
    Quota = 12,
    /// A fault of the driver or of the host.
    Internal = 13,
}

/// A failed call.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    /// What the guest's program is told.
    pub errno: Errno,
    /// What whoever writes it is told.
    pub text: String,
}

impl Error {
    /// A failure; what is too long of its text is cut.
    pub fn new(errno: Errno, text: impl Into<String>) -> Error {
        let mut text = text.into();
        if text.len() > MAX_TEXT {
            let end = (0..=MAX_TEXT).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
            text.truncate(end);
        }
        Error { errno, text }
    }

    pub(super) fn invalid(text: impl Into<String>) -> Error {
        Error::new(Errno::Invalid, text)
    }

    pub(super) fn validation(text: impl Into<String>) -> Error {
        Error::new(Errno::Validation, text)
    }

    pub(super) fn internal(text: impl Into<String>) -> Error {
        Error::new(Errno::Internal, text)
    }
}

impl Errno {
    /// The negative number that stands for it.
    pub fn code(self) -> i32 {
        -(self as i32)
    }
}

impl From<wgpu::Error> for Error {
    fn from(error: wgpu::Error) -> Error {
        let errno = match error {
            wgpu::Error::OutOfMemory { .. } => Errno::NoMemory,
            wgpu::Error::Validation { .. } => Errno::Validation,
            wgpu::Error::Internal { .. } => Errno::Internal,
        };
        Error::new(errno, error.to_string())
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?} ({})", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let error = Error::new(Errno::Compile, "é".repeat(MAX_TEXT));
        assert_eq!(error.text.len(), MAX_TEXT);
        assert_eq!(Error::new(Errno::Compile, format!("a{}", "é".repeat(MAX_TEXT))).text.len(), MAX_TEXT - 1);
        assert_eq!(Errno::Internal.code(), -13);
    }
}
