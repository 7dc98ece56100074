//! The command line, standard streams, and what a guest may hold: behaviours of `wasi:cli`.

mod ends;
mod held;
mod input;
mod output;
mod surroundings;
mod without;

fn main() {
    components::show(&[
        ("args", surroundings::args),
        ("argv0", surroundings::argv0),
        ("default_clocks", surroundings::default_clocks),
        ("env", surroundings::env),
        ("export_cabi_realloc", surroundings::export_cabi_realloc),
        ("initial_cwd", surroundings::initial_cwd),
        ("large_env", surroundings::large_env),
        ("exit_default", ends::default),
        ("exit_failure", ends::failure),
        ("exit_panic", ends::panic),
        ("exit_success", ends::success),
        ("exit_with_code", ends::with_code),
        ("sleep", ends::sleep),
        ("sleep_forever", ends::sleep_forever),
        ("spin", ends::spin),
        ("hello_stdout", output::hello),
        ("much_stdout", output::much),
        ("stdio_write_flushes", output::write_flushes),
        ("stdout_epipe", output::epipe),
        ("splice_stdin", input::splice),
        ("stdin", input::lines),
        ("stdin_eisdir", input::is_a_folder),
        ("stdin_empty", input::empty),
        ("hostcall_fuel", held::hostcall_fuel),
        ("many_resources", held::many_resources),
        ("max_resources", held::max_resources),
        ("no_ip_name_lookup", without::ip_name_lookup),
        ("no_tcp", without::tcp),
        ("no_udp", without::udp),
        ("adapter_badfd", without::descriptors),
    ]);
}
