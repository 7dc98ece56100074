//! Tests of who satisfies what among components, and of what comes of it, on components in text form.

mod adapted;
mod errors;
mod hostile;
mod parts;
mod running;

use std::collections::HashMap;

use dayfly_core::{Egress, Ending, Error, ImportModule, Module};

use super::{Composed, Composer};
use crate::graph::{Granted, Library};
use crate::load::Binary as _;
use crate::program::Found;

/// Inputs by name.
#[derive(Default)]
struct Inputs(HashMap<&'static str, String>);

impl Library for Inputs {
    fn find(&self, name: &str) -> Result<Option<Module>, Error> {
        Ok(self.0.get(name).map(|text| Module::new(format!("{name}.wat"), text.as_bytes())))
    }

    fn places(&self) -> Vec<String> {
        self.0.keys().map(|name| format!("/{name}")).collect()
    }
}

/// An import module: `a` is the file `a.wat`.
fn import(name: &str, text: &str) -> ImportModule {
    ImportModule {
        module: Module::new(format!("{name}.wat"), text.as_bytes()),
        names: vec![format!("{name}.wat"), name.to_owned()],
    }
}

fn program(entry: &str, imports: &[ImportModule], inputs: &Inputs) -> Result<Found, Ending> {
    let entry = Module::new("main.wat", entry.as_bytes());
    Composer::default().program(&entry, imports, inputs, &Granted::by(&Egress::none()))
}

fn composed(entry: &str, imports: &[ImportModule]) -> Composed {
    match program(entry, imports, &Inputs::default()) {
        Ok(Found::Component(composed)) => composed,
        other => panic!("{other:?}"),
    }
}

/// Why a program can't be composed.
fn why(entry: &str, imports: &[ImportModule]) -> String {
    match program(entry, imports, &Inputs::default()).map(|program| match program {
        Found::Component(composed) => composed.binary().map(|_| composed.warnings),
        Found::Core(graph) => Ok(graph.warnings),
    }) {
        Err(Ending::Invalid(why)) | Ok(Err(Ending::Invalid(why))) => why,
        other => panic!("{other:?}"),
    }
}

/// A component that exports the interface of a name with a function `get`, which gives a number.
fn giving(interface: &str, number: u32) -> String {
    format!(
        r#"(component
            (core module $m (func (export "get") (result i32) i32.const {number}))
            (core instance $i (instantiate $m))
            (func $get (result u32) (canon lift (core func $i "get")))
            (instance $out (export "get" (func $get)))
            (export "{interface}" (instance $out)))"#
    )
}

/// A component that exports the interface `to` with a function `get`, which gives one more than that of the interface
/// `from`, which it imports.
fn adding_one(from: &str, to: &str) -> String {
    format!(
        r#"(component
            (import "{from}" (instance $from (export "get" (func (result u32)))))
            (core func $get (canon lower (func $from "get")))
            (core module $m
                (import "from" "get" (func $get (result i32)))
                (func (export "get") (result i32) (i32.add (call $get) (i32.const 1))))
            (core instance $i (instantiate $m (with "from" (instance (export "get" (func $get))))))
            (func $more (result u32) (canon lift (core func $i "get")))
            (instance $out (export "get" (func $more)))
            (export "{to}" (instance $out)))"#
    )
}

/// An entry component: its `go` gives the sum of what the functions `get` of these interfaces give.
fn summing(interfaces: &[&str]) -> String {
    let number = |what: &dyn Fn(usize, &str) -> String| -> String {
        interfaces.iter().enumerate().map(|(index, name)| what(index, name)).collect()
    };
    let imports = number(&|index, name| {
        format!(r#"(import "{name}" (instance $i{index} (export "get" (func (result u32)))))"#)
    });
    let lowered =
        number(&|index, _| format!(r#"(core func $g{index} (canon lower (func $i{index} "get")))"#));
    let taken = number(&|index, _| format!(r#"(import "i" "g{index}" (func $g{index} (result i32)))"#));
    let given = number(&|index, _| format!(r#"(export "g{index}" (func $g{index}))"#));
    let sum = number(&|index, _| format!("(i32.add (call $g{index})"));
    let close = number(&|_, _| ")".to_owned());
    format!(
        r#"(component {imports} {lowered}
            (core module $m {taken} (func (export "go") (result i32) {sum} (i32.const 0) {close}))
            (core instance $m (instantiate $m (with "i" (instance {given}))))
            (func (export "go") (result u32) (canon lift (core func $m "go"))))"#
    )
}
