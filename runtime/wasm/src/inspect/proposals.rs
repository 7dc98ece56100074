//! Which proposals a module needs: the fewest with which it is valid.

use wasmparser::{
    Error, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, Payload, Validator,
    ValidatorResources, WasmFeatures,
};

/// What the engine is given, beyond the first version of WebAssembly: what wasmtime enables by itself, less what this
/// build leaves out (threads, components).
pub(crate) const SUPPORTED: WasmFeatures = WasmFeatures::WASM3.difference(WasmFeatures::THREADS);

/// The proposals that were needed so far.
pub(super) struct Needed {
    features: WasmFeatures,
    allocations: FuncValidatorAllocations,
}

impl Needed {
    /// What everything but the functions' bodies needs.
    ///
    /// # Errors
    /// It is not valid with any proposals.
    pub(super) fn of_sections(bytes: &[u8]) -> Result<Needed, Error> {
        let features = widen(WasmFeatures::MVP, |features| sections(bytes, features))?;
        Ok(Needed { features, allocations: FuncValidatorAllocations::default() })
    }

    /// Validates the body of a function, and adds what it needs. Most bodies are valid with what others needed
    /// already, so that each is read once.
    ///
    /// # Errors
    /// It is not valid with any proposals.
    pub(super) fn body(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), Error> {
        let allocations = &mut self.allocations;
        self.features = widen(self.features, |features| {
            let resources = function.resources.clone();
            let function = FuncToValidate { resources, index: function.index, ty: function.ty, features };
            let mut validator = function.into_validator(std::mem::take(allocations));
            let valid = validator.validate(body);
            *allocations = validator.into_allocations();
            valid
        })?;
        Ok(())
    }

    /// Their names.
    pub(super) fn names(&self) -> Vec<String> {
        names(self.features)
    }

    /// The names of those that are not supported.
    pub(super) fn beyond(&self, supported: WasmFeatures) -> Vec<String> {
        names(self.features.difference(supported))
    }
}

/// The names of proposals: `simd`, `multi-value`.
fn names(features: WasmFeatures) -> Vec<String> {
    // Floats and the garbage collector's types are no proposals, and being a component is said elsewhere.
    let features = features.difference(WasmFeatures::MVP | WasmFeatures::COMPONENT_MODEL);
    features.iter_names().map(|(name, _)| name.to_lowercase().replace('_', "-")).collect()
}

/// Adds to `features` what it takes until `check` is content.
fn widen(
    mut features: WasmFeatures,
    mut check: impl FnMut(WasmFeatures) -> Result<(), Error>,
) -> Result<WasmFeatures, Error> {
    loop {
        let Err(error) = check(features) else { return Ok(features) };
        // The parser mostly knows what is missing.
        features |= match error.missing_wasm_feature().filter(|missing| !features.contains(*missing)) {
            Some(missing) => missing,
            None => search(features, &mut check)?,
        };
    }
}

/// One proposal without which `check` is not content: the last of the fewest, in a fixed order, with which it is.
fn search(
    features: WasmFeatures,
    check: &mut impl FnMut(WasmFeatures) -> Result<(), Error>,
) -> Result<WasmFeatures, Error> {
    // A part of the reference types that many compilers use by itself comes before the whole.
    let others: Vec<_> = [WasmFeatures::CALL_INDIRECT_OVERLONG]
        .into_iter()
        .chain(WasmFeatures::all().iter())
        .filter(|feature| !features.contains(*feature))
        .collect();
    let with = |count: usize| others[..count].iter().fold(features, |sum, feature| sum | *feature);
    check(with(others.len()))?;
    let (mut too_few, mut enough) = (0, others.len());
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        match check(with(middle)) {
            Ok(()) => enough = middle,
            Err(_) => too_few = middle,
        }
    }
    Ok(others.get(enough.wrapping_sub(1)).copied().unwrap_or(WasmFeatures::all()))
}

/// Whether everything but the functions' bodies is valid with these features.
fn sections(bytes: &[u8], features: WasmFeatures) -> Result<(), Error> {
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        if !matches!(payload, Payload::CodeSectionEntry(_)) {
            validator.payload(&payload)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use crate::engine::EngineProfile;

    fn needed(text: &str) -> WasmFeatures {
        let bytes = wat::parse_str(text).unwrap();
        let mut needed = Needed::of_sections(&bytes).unwrap();
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        for payload in Parser::new(0).parse_all(&bytes) {
            if let wasmparser::ValidPayload::Func(function, body) =
                validator.payload(&payload.unwrap()).unwrap()
            {
                needed.body(function, &body).unwrap();
            }
        }
        needed.features
    }

    /// A module for each proposal, that is valid without all others.
    const EACH: [(&str, &str); 19] = [
        ("", "(module (func (export \"f\") (param f32) (result i32) i32.const 1))"),
        ("mutable-global", "(module (global (export \"g\") (mut i32) (i32.const 0)))"),
        ("sign-extension", "(module (func (drop (i32.extend8_s (i32.const 1)))))"),
        ("saturating-float-to-int", "(module (func (drop (i32.trunc_sat_f32_s (f32.const 1)))))"),
        ("multi-value", "(module (func (result i32 i32) i32.const 1 i32.const 2))"),
        (
            "bulk-memory-opt",
            "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
        ),
        ("bulk-memory", "(module (memory 1) (data \"x\") (func (data.drop 0)))"),
        ("reference-types", "(module (table 1 externref) (func (drop (table.size 0))))"),
        ("simd", "(module (func (drop (v128.const i64x2 0 0))))"),
        ("tail-call", "(module (func $f (return_call $f)))"),
        ("multi-memory", "(module (memory 1) (memory 1))"),
        ("memory64", "(module (memory i64 1))"),
        ("extended-const", "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))"),
        ("exceptions", "(module (tag))"),
        ("gc", "(module (type (struct (field i32))))"),
        ("threads", "(module (memory 1 2 shared))"),
        ("custom-page-sizes", "(module (memory 1 (pagesize 1)))"),
        (
            "wide-arithmetic",
            "(module (func (param i64 i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 1))))",
        ),
        ("legacy-exceptions", "(module (func try end))"),
    ];

    #[test]
    fn each_proposal_is_found_where_it_is_used() {
        for (name, text) in EACH {
            let found = names(needed(text));
            if name.is_empty() {
                assert!(found.is_empty(), "{found:?}");
            } else {
                assert!(found.iter().any(|found| found == name), "{name}: {found:?}");
                assert!(found.len() <= 2, "{name}: {found:?}");
            }
        }
    }

    #[test]
    fn what_is_supported_is_what_the_engine_takes() {
        let engine = EngineProfile::Batch.engine().unwrap();
        for (name, text) in EACH {
            let compiled = wasmtime::Module::new(&engine, wat::parse_str(text).unwrap());
            let supported = SUPPORTED.contains(needed(text));
            assert_eq!(compiled.is_ok(), supported, "{name}: {:?}", compiled.err());
        }
    }

    #[test]
    fn a_search_finds_what_the_parser_does_not_name() {
        let check = |features: WasmFeatures| match features.contains(WasmFeatures::SIMD | WasmFeatures::GC) {
            true => Ok(()),
            false => Err(Parser::new(0).parse_all(b"").next().unwrap().unwrap_err()),
        };
        let found = widen(WasmFeatures::MVP, check).unwrap();
        assert_eq!(names(found), ["simd", "gc"]);
        assert!(widen(WasmFeatures::MVP, |_| check(WasmFeatures::MVP)).is_err());
    }
}
