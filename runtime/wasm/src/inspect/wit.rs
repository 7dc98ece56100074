//! What a component's types say, in WIT.

use wit_component::{DecodedWasm, WitPrinter, decode};
use wit_parser::{Resolve, WorldId, WorldItem, WorldKey};

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
        Ok(Wit { text: bounds::cut(&text, MAX_WIT), functions: functions(&resolve, world) })
    };
    contained(read).ok()
}

/// The functions of a valid component that can be called, as `--invoke` calls them. None where WIT has no words for it.
pub(crate) fn callable(binary: &[u8]) -> Option<Vec<String>> {
    of(binary).map(|wit| wit.functions)
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

fn functions(resolve: &Resolve, world: WorldId) -> Vec<String> {
    let mut functions = Vec::new();
    for (key, item) in &resolve.worlds[world].exports {
        match (key, item) {
            (WorldKey::Name(_), WorldItem::Function(function)) => functions.push(function.name.clone()),
            (key, WorldItem::Interface { id, .. }) => {
                let interface = resolve.name_world_key(key);
                if interface.starts_with("wasi:") {
                    continue;
                }
                let names = resolve.interfaces[*id].functions.keys();
                functions.extend(names.map(|name| format!("{interface}#{name}")));
            }
            _ => {}
        }
        if functions.len() > MAX_FUNCTIONS {
            break;
        }
    }
    functions
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
