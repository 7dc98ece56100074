//! Modules that are kept in memory: those that guests run, and the last ones that they ran.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use dayfly_core::Digest;

use super::Code;
use crate::native::Native;

/// The most modules that are kept for who may want them again.
const MAX_MODULES: usize = 64;
/// The most bytes of code that are kept for who may want them again.
const MAX_BYTES: usize = 256 << 20;

/// Modules in memory.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: HashMap<Digest, Weak<Code>>,
    /// The one that was used last comes last.
    kept: VecDeque<Kept>,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    digest: Digest,
    bytes: usize,
    _code: Arc<Code>,
}

impl Recent {
    /// A module's place, which may be empty yet.
    pub(crate) fn code(&self, digest: &Digest) -> Arc<Code> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = state.known.get(digest).and_then(Weak::upgrade) {
            return code;
        }
        state.known.retain(|_, code| code.strong_count() > 0);
        let code = Arc::<Code>::default();
        state.known.insert(digest.clone(), Arc::downgrade(&code));
        code
    }

    /// Keeps a module that was just used, for as long as others are not used later.
    pub(crate) fn used(&self, digest: &Digest, code: &Arc<Code>, native: &Native) {
        let bytes = native.bytes();
        let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *guard;
        if let Some(last) = state.kept.back()
            && last.digest == *digest
        {
            return;
        }
        if let Some(at) = state.kept.iter().position(|kept| kept.digest == *digest) {
            state.bytes -= state.kept.remove(at).map_or(0, |kept| kept.bytes);
        }
        if bytes > MAX_BYTES {
            return;
        }
        state.kept.push_back(Kept { digest: digest.clone(), bytes, _code: code.clone() });
        state.bytes += bytes;
        while state.kept.len() > MAX_MODULES || state.bytes > MAX_BYTES {
            state.bytes -= state.kept.pop_front().map_or(0, |kept| kept.bytes);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use wasmtime::Engine;

    #[test]
    fn the_last_ones_used_are_kept_and_the_others_only_while_in_use() {
        let (recent, module) =
            (Recent::default(), Native::compile(&Engine::default(), b"\0asm\x01\0\0\0").unwrap());
        let digest = |number: usize| Digest::of(&number.to_le_bytes());
        let use_it = |number: usize| {
            let code = recent.code(&digest(number));
            recent.used(&digest(number), &code, &module);
            code
        };
        let in_use = use_it(0);
        let first = Arc::downgrade(&use_it(1));
        use_it(2);
        use_it(1);
        for number in 3..MAX_MODULES + 2 {
            use_it(number);
        }
        assert!(Arc::ptr_eq(&in_use, &recent.code(&digest(0))));
        assert!(first.upgrade().is_some(), "used after the one that had to go");
        let state = recent.state.lock().unwrap();
        assert!(state.kept.iter().all(|kept| kept.digest != digest(2)) && state.kept.len() == MAX_MODULES);
        assert_eq!(state.bytes, state.kept.iter().map(|kept| kept.bytes).sum::<usize>());
    }
}
