//! An instruction that traps, for guests to be sent to.

use wasmtime::{Engine, Module};

/// `(module (func unreachable))`
const UNREACHABLE: &[u8] =
    &[0, b'a', b's', b'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0, 0x0b];

/// The instruction that Cranelift makes of `unreachable`.
const TRAP: [u8; 2] = [0x0f, 0x0b];

/// An instruction that wasmtime knows to trap. It stays where it is for as long as this is there.
#[derive(Debug)]
pub(super) struct Trap {
    address: usize,
    _module: Module,
}

impl Trap {
    /// None where the compiler gives no such thing.
    pub(super) fn new(engine: &Engine) -> Option<Trap> {
        let module = match Module::from_binary(engine, UNREACHABLE) {
            Ok(module) => module,
            Err(error) => {
                tracing::warn!(%error, "guests that compute can't be interrupted");
                return None;
            }
        };
        let function = module.functions().next()?;
        let code = module.text().get(function.offset..)?.get(..function.len)?;
        let at = code.windows(TRAP.len()).position(|bytes| bytes == TRAP)?;
        Some(Trap { address: code.as_ptr().addr() + at, _module: module })
    }

    /// Where it is.
    pub(super) fn address(&self) -> usize {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_an_instruction_to_trap_at() {
        assert!(Trap::new(&Engine::default()).is_some());
    }
}
