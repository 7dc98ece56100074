//! What a composition is made of, without running it.

use dayfly_host_api::component::Interface;

use super::*;
use crate::compose::Provider;
use crate::graph::Origin;

const STDOUT: &str = "wasi:cli/stdout@0.2.3";

/// A component that imports an interface of dayfly, and exports another one.
fn on_host(import: &str, export: &str) -> String {
    format!(
        r#"(component
            (import "{import}" (instance))
            (instance $out)
            (export "{export}" (instance $out)))"#
    )
}

/// An entry component that imports these, and nothing of them.
fn importing(names: &[&str]) -> String {
    let imports: String = names.iter().map(|name| format!(r#"(import "{name}" (instance))"#)).collect();
    format!("(component {imports})")
}

fn names(composed: &Composed) -> Vec<&str> {
    composed.parts.iter().map(|part| part.module.name.as_str()).collect()
}

#[test]
fn what_is_imported_comes_first_and_what_nobody_imports_is_no_part() {
    let imports = [
        import("unused", &giving("x:y/z", 1)),
        import("a", &adding_one("a:b/two", "a:b/one")),
        import("b", &giving("a:b/two", 1)),
    ];
    let composed = composed(&summing(&["a:b/one"]), &imports);
    assert_eq!(names(&composed), ["unused.wat", "b.wat", "a.wat", "main.wat"]);
    assert_eq!(composed.parts.iter().map(|part| part.used).collect::<Vec<_>>(), [false, true, true, true]);
    assert_eq!(composed.parts[2].providers, [Provider::Part(1, "a:b/two".to_owned())]);
    assert_eq!(composed.parts[3].origin, Origin::Entry);
    assert_eq!(composed.interface.exports, ["go"]);
}

#[test]
fn a_component_alone_is_left_as_it_is() {
    let entry = importing(&[STDOUT]);
    let composed = composed(&entry, &[]);
    assert_eq!(composed.module.digest, Module::new("", entry.as_bytes()).digest);
    assert_eq!(*composed.binary().unwrap(), *wat::parse_str(&entry).unwrap());
    assert_eq!(composed.interface.imports, [STDOUT]);
    assert_eq!(composed.parts[0].providers, [Provider::Host(Interface::of(STDOUT).unwrap())]);
}

#[test]
fn what_dayfly_provides_stays_an_import_of_the_whole() {
    let imports = [
        import("a", &on_host("wasi:cli/stdout@0.2.0", "a:b/c")),
        import("b", &on_host("wasi:cli/stdin@0.2.1", "a:b/d")),
    ];
    let composed = composed(&importing(&["a:b/c", "a:b/d", STDOUT]), &imports);
    assert_eq!(composed.interface.imports, ["wasi:cli/stdin@0.2.1", "wasi:cli/stdout@0.2.0", STDOUT]);
    let whole = super::super::Shape::read(&composed.binary().unwrap()).unwrap();
    let mut left: Vec<_> = whole.imports.iter().map(|import| import.name.as_str()).collect();
    left.sort_unstable();
    // Versions of one interface become one import.
    assert_eq!(left, ["wasi:cli/stdin@0.2.1", STDOUT]);
}

#[test]
fn a_component_may_stand_in_for_dayfly_and_use_it() {
    let imports = [import("shim", &on_host("wasi:cli/stdout@0.2.0", STDOUT))];
    let composed = composed(&importing(&[STDOUT]), &imports);
    let host = Interface::of("wasi:cli/stdout@0.2.0").unwrap();
    assert_eq!(composed.parts[0].providers, [Provider::Host(host)]);
    assert_eq!(composed.parts[1].providers, [Provider::Part(0, STDOUT.to_owned())]);
    composed.binary().unwrap();
}

#[test]
fn the_same_parts_have_one_name_and_are_put_together_once() {
    let composer = Composer::default();
    let granted = Granted::by(&Egress::none());
    let compose = |entry: &str, imports: &[ImportModule]| {
        let entry = Module::new("main.wat", entry.as_bytes());
        match composer.program(&entry, imports, &Inputs::default(), &granted) {
            Ok(Found::Component(composed)) => composed,
            other => panic!("{other:?}"),
        }
    };
    let entry = summing(&["a:b/c"]);
    let imports = [import("one", &giving("a:b/c", 1)), import("two", &giving("a:b/c", 2))];
    let first = compose(&entry, &imports);
    let again = compose(&entry, &imports);
    assert_eq!(first.module.digest, again.module.digest);
    assert!(std::sync::Arc::ptr_eq(&first.binary().unwrap(), &again.binary().unwrap()));
    // What nobody imports makes no difference, and who satisfies what does.
    let without = compose(&entry, &imports[..1]);
    let [one, two] = imports.clone();
    let turned = compose(&entry, &[two, one]);
    assert_ne!(first.module.digest, turned.module.digest);
    assert_eq!(*without.binary().unwrap(), *compose(&entry, &imports[..1]).binary().unwrap());
    assert_ne!(first.module.digest, compose(&entry, &[import("x", &giving("a:b/c", 3))]).module.digest);
    // The name is none of a file.
    assert_ne!(first.module.digest, Module::new("main.wat", entry.as_bytes()).digest);
}

#[test]
fn inputs_are_found_by_the_names_of_imports() {
    let inputs = Inputs(HashMap::from([
        ("a:b/one", adding_one("two", "a:b/one@1.0.0").replace("two", "a:b/two@0.1.0")),
        ("a:b/two@0.1.0", giving("a:b/two@0.1.5", 1)),
    ]));
    let entry = summing(&["a:b/one@1.2.0"]);
    let Ok(Found::Component(composed)) = program(&entry, &[], &inputs) else { panic!() };
    assert_eq!(names(&composed), ["a:b/two@0.1.0.wat", "a:b/one.wat", "main.wat"]);
    assert!(composed.parts[..2].iter().all(|part| part.origin == Origin::Found));
    composed.binary().unwrap();
    // What the job lists comes before.
    let listed = [import("mine", &giving("a:b/one@1.0.0", 1))];
    let Ok(Found::Component(composed)) = program(&entry, &listed, &inputs) else { panic!() };
    assert_eq!(names(&composed), ["mine.wat", "main.wat"]);
}

#[test]
fn tasks_of_any_part_take_an_engine_that_has_them() {
    let tasks = r#"(component
        (type (stream u8))
        (instance $out)
        (export "a:b/c" (instance $out)))"#;
    let entry = importing(&["a:b/c"]);
    assert!(!composed(&entry, &[import("a", &on_host(STDOUT, "a:b/c"))]).interface.concurrent);
    assert!(composed(&entry, &[import("a", tasks)]).interface.concurrent);
    // One that is not part of it does not count.
    assert!(!composed("(component)", &[import("a", tasks)]).interface.concurrent);
}

/// As much stack as a guest's thread has.
#[test]
fn the_longest_chain_takes_no_more_stack_than_there_is() {
    let work = || {
        let count = crate::graph::MAX_MODULES - 1;
        let imports: Vec<_> = (0..count)
            .map(|n| {
                let next = format!("a:b/m{}", n + 1);
                let text = if n + 1 < count {
                    on_host(&next, &format!("a:b/m{n}"))
                } else {
                    giving(&format!("a:b/m{n}"), 1)
                };
                import(&format!("m{n}"), &text)
            })
            .collect();
        composed(&importing(&["a:b/m0"]), &imports).parts.len()
    };
    let thread = std::thread::Builder::new().stack_size(crate::thread::STACK).spawn(work).unwrap();
    assert_eq!(thread.join().unwrap(), crate::graph::MAX_MODULES);
}
