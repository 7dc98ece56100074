//! Streams, clocks, randomness and the command line: the definitions of wasmtime's crates over a [`Context`](super::Context).

use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliCtxView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksCtxView};
use wasmtime_wasi::random::{WasiRandom, WasiRandomCtx};

use super::environment::{Environment, environment};
use super::{Generation, Interface, View};

pub(super) fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.generation {
        Generation::P2 => define_p2(linker, interface.name),
        #[cfg(feature = "wasi03")]
        Generation::P3 => define_p3(linker, interface.name),
        #[cfg(not(feature = "wasi03"))]
        Generation::P3 => Ok(()),
    }
}

fn define_p2<T: View>(l: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    use wasmtime_wasi::p2::bindings::{cli as of_cli, clocks as of_clocks, random as of_random};
    use wasmtime_wasi_io::bindings::wasi::io;
    match name {
        "wasi:cli/environment" => of_cli::environment::add_to_linker::<T, Environment>(l, environment),
        "wasi:cli/exit" => of_cli::exit::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stderr" => of_cli::stderr::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stdin" => of_cli::stdin::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stdout" => of_cli::stdout::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-input" => of_cli::terminal_input::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-output" => of_cli::terminal_output::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stderr" => of_cli::terminal_stderr::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stdin" => of_cli::terminal_stdin::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stdout" => of_cli::terminal_stdout::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:clocks/monotonic-clock" => {
            of_clocks::monotonic_clock::add_to_linker::<T, WasiClocks>(l, clocks)
        }
        "wasi:clocks/wall-clock" => of_clocks::wall_clock::add_to_linker::<T, WasiClocks>(l, clocks),
        "wasi:io/error" => io::error::add_to_linker::<T, Resources>(l, table),
        "wasi:io/poll" => io::poll::add_to_linker::<T, Resources>(l, table),
        "wasi:io/streams" => io::streams::add_to_linker::<T, Resources>(l, table),
        "wasi:random/insecure" => of_random::insecure::add_to_linker::<T, WasiRandom>(l, random),
        "wasi:random/insecure-seed" => of_random::insecure_seed::add_to_linker::<T, WasiRandom>(l, random),
        "wasi:random/random" => of_random::random::add_to_linker::<T, WasiRandom>(l, random),
        _ => Ok(()),
    }
}

#[cfg(feature = "wasi03")]
fn define_p3<T: View>(l: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    use wasmtime_wasi::p3::bindings::{cli as of_cli, clocks as of_clocks, random as of_random};
    match name {
        "wasi:cli/environment" => of_cli::environment::add_to_linker::<T, Environment>(l, environment),
        "wasi:cli/exit" => of_cli::exit::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stderr" => of_cli::stderr::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stdin" => of_cli::stdin::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/stdout" => of_cli::stdout::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-input" => of_cli::terminal_input::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-output" => of_cli::terminal_output::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stderr" => of_cli::terminal_stderr::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stdin" => of_cli::terminal_stdin::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:cli/terminal-stdout" => of_cli::terminal_stdout::add_to_linker::<T, WasiCli>(l, cli),
        "wasi:clocks/monotonic-clock" => {
            of_clocks::monotonic_clock::add_to_linker::<T, WasiClocks>(l, clocks)
        }
        "wasi:clocks/system-clock" => of_clocks::system_clock::add_to_linker::<T, WasiClocks>(l, clocks),
        "wasi:random/insecure" => of_random::insecure::add_to_linker::<T, WasiRandom>(l, random),
        "wasi:random/insecure-seed" => of_random::insecure_seed::add_to_linker::<T, WasiRandom>(l, random),
        "wasi:random/random" => of_random::random::add_to_linker::<T, WasiRandom>(l, random),
        // `types` have nothing to define.
        _ => Ok(()),
    }
}

/// The table of what a guest holds.
struct Resources;

impl HasData for Resources {
    type Data<'a> = &'a mut ResourceTable;
}

fn table<T: View>(data: &mut T) -> &mut ResourceTable {
    &mut data.context().table
}

fn cli<T: View>(data: &mut T) -> WasiCliCtxView<'_> {
    let context = data.context();
    WasiCliCtxView { ctx: context.process.made().wasi.cli(), table: &mut context.table }
}

fn clocks<T: View>(data: &mut T) -> WasiClocksCtxView<'_> {
    let context = data.context();
    WasiClocksCtxView { ctx: context.process.made().wasi.clocks(), table: &mut context.table }
}

fn random<T: View>(data: &mut T) -> &mut WasiRandomCtx {
    data.context().process.made().wasi.random()
}
