//! What a component's types say, in WIT.

use wasmtime::component::wasm_wave::value::resolve_wit_func_type;
use wasmtime::component::wasm_wave::wasm::{DisplayType, WasmFunc as _};
use wit_component::{DecodedWasm, WitPrinter, decode};
use wit_parser::{Function, Resolve, WorldId, WorldItem, WorldKey};

use super::bounds;
use crate::contain::contained;

/// The longest text, in bytes; what is beyond is cut.
pub(super) const MAX_WIT: usize = 200_000;
/// The most functions that are told apart.
const MAX_FUNCTIONS: usize = 1_000;

/// A component's world.
pub(super) struct Wit {
    /// As a file of WIT, with the interfaces that are not WASI's.
    pub(super) text: String,
    /// The functions that it exports, as `--invoke` calls them: `f`, `a:b/c@1.0.0#f`. WASI's are left out.
    pub(super) functions: Vec<String>,
}

/// Reads the world of a valid component. None where it is one that WIT has no words for.
pub(super) fn of(binary: &[u8]) -> Option<Wit> {
    let read = || {
        let decoded = decode(binary).map_err(|error| error.to_string())?;
        let DecodedWasm::Component(resolve, world) = decoded else {
            return Err("it is a package of WIT".to_owned());
        };
        let text = text(&resolve, world).map_err(|error| format!("{error:#}"))?;
        Ok(Wit {
            text: bounds::cut(&text, MAX_WIT),
            functions: functions(&resolve, world).map(|(name, _)| name).collect(),
        })
    };
    contained(read).ok()
}

/// The functions of a valid component that can be called.
pub(crate) struct Callable {
    resolve: Resolve,
    /// With their names as `--invoke` calls them.
    functions: Vec<(String, Function)>,
}

/// The functions of a valid component that can be called. None where WIT has no words for it.
pub(crate) fn callable(binary: &[u8]) -> Option<Callable> {
    let read = || {
        let decoded = decode(binary).map_err(|error| error.to_string())?;
        let DecodedWasm::Component(resolve, world) = decoded else {
            return Err("it is a package of WIT".to_owned());
        };
        let functions = functions(&resolve, world).map(|(name, function)| (name, function.clone())).collect();
        Ok(Callable { resolve, functions })
    };
    contained(read).ok()
}

impl Callable {
    pub(crate) fn functions(&self) -> &[(String, Function)] {
        &self.functions
    }

    /// A function as a line of WIT, with its types in full. None where it takes or gives what only components can hold.
    pub(crate) fn signature(&self, function: &Function) -> Option<String> {
        let ty = resolve_wit_func_type(&self.resolve, function).ok()?;
        let names = function.params.iter().map(|parameter| &parameter.name);
        let parameters = names.zip(ty.params()).map(|(name, ty)| format!("{name}: {}", DisplayType(&ty)));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let result: String = ty.results().map(|ty| format!(" -> {}", DisplayType(&ty))).collect();
        let tasks = if function.kind.is_async() { "async " } else { "" };
        Some(format!("{tasks}func({parameters}){result}"))
    }
}

fn text(
    resolve: &Resolve,
    world: WorldId,
) -> Result<String, Box<dyn std::error::Error + Send + Sync + 'static>> {
    let main = resolve.worlds[world].package.ok_or("a world without a package")?;
    let others =
        resolve.packages.iter().filter(|(id, package)| *id != main && package.name.namespace != "wasi");
    let others: Vec<_> = others.map(|(id, _)| id).collect();
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    printer.print(resolve, main, &others)?;
    Ok(printer.output.to_string())
}

/// The functions of a world with their names, without those of WASI.
fn functions(resolve: &Resolve, world: WorldId) -> impl Iterator<Item = (String, &Function)> {
    let exports = resolve.worlds[world].exports.iter();
    let functions = exports.flat_map(move |(key, item)| {
        let (plain, within) = match (key, item) {
            (WorldKey::Name(_), WorldItem::Function(function)) => (Some(function), None),
            (key, WorldItem::Interface { id, .. }) => (None, Some((resolve.name_world_key(key), *id))),
            _ => (None, None),
        };
        let within = within.filter(|(interface, _)| !interface.starts_with("wasi:"));
        let within = within.into_iter().flat_map(move |(interface, id)| {
            let functions = resolve.interfaces[id].functions.values();
            functions.map(move |function| (format!("{interface}#{}", function.name), function))
        });
        plain.map(|function| (function.name.clone(), function)).into_iter().chain(within)
    });
    functions.take(MAX_FUNCTIONS)
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_written_with_what_is_not_wasi() {
        let text = r#"(component
            (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
            (import "a:b/c@1.0.0" (instance $c (export "f" (func (param "x" (list string))))))
            (alias export $c "f" (func $f))
            (instance $out (export "g" (func $f)))
            (export "a:b/d@1.0.0" (instance $out))
            (export "plain" (func $f)))"#;
        let Wit { text, functions } = of(&wat::parse_str(text).unwrap()).unwrap();
        for line in [
            "  import wasi:random/random@0.2.0;",
            "  import a:b/c@1.0.0;",
            "  export plain: func(x: list<string>);",
            "package a:b@1.0.0 {",
            "    f: func(x: list<string>);",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        assert!(!text.contains("get-random-u64"), "{text}");
        assert_eq!(functions, ["a:b/d@1.0.0#g", "plain"]);
    }

    #[test]
    fn what_can_not_be_read_has_no_world() {
        let mut binary = wat::parse_str(r#"(component (import "a:b/c" (instance)))"#).unwrap();
        assert!(of(&binary).is_some());
        binary.truncate(20);
        assert!(of(&binary).is_none());
    }
}
