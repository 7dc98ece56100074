//! What guests are written with names the functions that there are.

use std::fs;
use std::path::Path;

use dayfly_host_api::gpu::abi::FUNCTIONS;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(between, _)| between)
}

#[test]
fn the_header_declares_every_function() {
    let header = read("guest/gpu/dayfly_gpu.h");
    assert_eq!(header.matches("\nDAYFLY_GPU(").count(), FUNCTIONS.len());
    for function in FUNCTIONS {
        let declared =
            between(&header, &format!("DAYFLY_GPU({})\n", function.name), ";").expect(function.name);
        let result = if function.returns == "i64" { "int64_t " } else { "int32_t " };
        assert!(declared.starts_with(result), "{declared}");
        let parameters = between(declared, "(", ")").unwrap();
        let parameters: Vec<&str> = parameters.split(", ").filter(|one| *one != "void").collect();
        assert_eq!(parameters.len(), function.parameters.len(), "{declared}");
        for (declared, (name, ty)) in parameters.iter().zip(function.parameters) {
            assert!(declared.ends_with(name), "{declared}: {name}");
            let wide = declared.contains("int64_t") && !declared.contains('*');
            assert_eq!(wide, ty.ends_with("64"), "{}: {declared}", function.name);
        }
    }
}

#[test]
fn the_crate_declares_every_function() {
    let raw = read("guest/gpu/src/raw.rs");
    assert_eq!(raw.matches("    pub fn ").count(), FUNCTIONS.len());
    for function in FUNCTIONS {
        let declared = between(&raw, &format!("    pub fn {}(", function.name), ";").expect(function.name);
        let (parameters, result) = declared.split_once(") -> ").unwrap();
        assert_eq!(result, function.returns, "{}", function.name);
        let parameters: Vec<&str> =
            parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()).collect();
        assert_eq!(parameters.len(), function.parameters.len(), "{declared}");
        for (declared, (name, ty)) in parameters.iter().zip(function.parameters) {
            let (declared_name, declared_ty) = declared.split_once(": ").unwrap();
            assert_eq!(declared_name, *name, "{}", function.name);
            // An address is a number of 32 bits to the host.
            assert!(
                declared_ty == *ty || declared_ty.starts_with('*') && *ty == "u32",
                "{}: {declared}",
                function.name
            );
        }
    }
}

#[test]
fn the_document_describes_every_function() {
    let document = read("docs/gpu-abi.md");
    for function in FUNCTIONS {
        let parameters: Vec<String> =
            function.parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let row = format!("| `{}({}) -> {}` | ", function.name, parameters.join(", "), function.returns);
        assert!(document.contains(&row), "{row}");
    }
}
