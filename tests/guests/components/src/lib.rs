//! What the components share: how a behaviour is chosen, and small words for common calls.

pub mod address;
pub mod files;
pub mod sockets;
pub mod streams;

/// A behaviour: its name, and what shows it. One that does not hold panics, and so traps.
pub type Behaviour = (&'static str, fn());

/// Shows the behaviour that the first argument names.
pub fn show(behaviours: &[Behaviour]) {
    let name = guests::argument(1);
    match behaviours.iter().find(|(known, _)| *known == name) {
        Some((_, behaviour)) => behaviour(),
        None => guests::fail(format_args!("there is no behaviour `{name}`")),
    }
}

/// The argument at `index` after the behaviour's name, counted from 1.
pub fn argument(index: usize) -> String {
    guests::argument(index + 1)
}

/// The argument at `index` after the behaviour's name, as what it should be.
pub fn parsed<T: std::str::FromStr>(index: usize) -> T {
    guests::parsed(index + 1)
}
