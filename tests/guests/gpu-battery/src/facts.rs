//! What a case finds.

use std::fmt::Write;

use crate::Fault;

/// The most bytes that are told one by one.
const FEW: usize = 32;

/// What a case found so far: a line of text, which says where it is not as expected.
pub struct Facts {
    line: String,
    computes: bool,
}

impl Facts {
    pub(crate) fn of(name: &str, computes: bool) -> Facts {
        Facts { line: format!("{name}:"), computes }
    }

    pub(crate) fn line(self) -> String {
        self.line
    }

    /// Notes bytes. They are not looked at where nothing is computed.
    pub fn bytes(&mut self, got: &[u8], wanted: &[u8]) {
        if self.computes {
            self.note(&format!("bytes {}", told(got)), &format!("bytes {}", told(wanted)));
        }
    }

    /// Notes numbers, as the bytes that they are.
    pub fn words(&mut self, got: &[u8], wanted: &[u32]) {
        self.bytes(got, &crate::kit::bytes(wanted));
    }

    /// Notes an error, or that there is none.
    pub fn fault(&mut self, got: Option<Fault>, wanted: Option<Fault>) {
        let told = |fault: Option<Fault>| match fault {
            None => "no error",
            Some(Fault::Validation) => "error validation",
            Some(Fault::OutOfMemory) => "error out of memory",
            Some(Fault::Internal) => "error internal",
        };
        self.note(told(got), told(wanted));
    }

    /// Notes anything else that has one right answer.
    pub fn say(&mut self, what: &str, got: &str, wanted: &str) {
        self.note(&format!("{what} {got}"), &format!("{what} {wanted}"));
    }

    /// The same for what only devices that compute can answer.
    pub fn holds(&mut self, what: &str, does: bool) {
        if self.computes {
            self.say(what, if does { "yes" } else { "no" }, "yes");
        }
    }

    fn note(&mut self, got: &str, wanted: &str) {
        let comma = if self.line.ends_with(':') { "" } else { "," };
        let _ = write!(self.line, "{comma} {got}");
        if got != wanted {
            let _ = write!(self.line, " WRONG (expected {wanted})");
        }
    }
}

/// Bytes as text: all of them, or how many and their digest.
fn told(bytes: &[u8]) -> String {
    if bytes.len() <= FEW {
        return bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    }
    // FNV-1a: it is to tell apart what differs by accident, not by intent.
    let digest = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{} of digest {digest:016x}", bytes.len())
}
