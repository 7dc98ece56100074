//! The command line, standard streams, and how guests end.

use std::fs::File;
use std::process::Stdio;

use rustix::process::Signal;

use super::Program;
use crate::support::{Case, Ended, Job};

fn cli() -> Program {
    Program::new("p2_cli")
}

#[test]
fn args() {
    cli()
        .run(&["args", "hello", "this", "", "is an argument", "with 🚩 emoji"])
        .exits(0)
        .prints("[\"hello\", \"this\", \"\", \"is an argument\", \"with 🚩 emoji\"]\n");
}

#[test]
fn argv0() {
    cli().run(&["argv0"]).exits(0).prints("p2_cli.wasm\n");
}

#[test]
fn default_clocks() {
    cli().shows(&["default_clocks"], "ok");
}

#[test]
fn env() {
    // Nothing of the host's own environment.
    cli().run(&["env"]).exits(0).prints("");
    let variables = ["-e", "frabjous=day", "-e", "callooh=", "-e", "x=a=b"];
    cli().flags(&variables).run(&["env"]).exits(0).prints("callooh=\nfrabjous=day\nx=a=b\n");
}

#[test]
fn large_env() {
    let variables: Vec<String> =
        (0..200).map(|number| format!("NAME_{number:03}={}", "x".repeat(1000))).collect();
    let flags: Vec<&str> = variables.iter().flat_map(|variable| ["-e", variable]).collect();
    cli().flags(&flags).run(&["large_env"]).exits(0).prints("200 variables of 201600 bytes\n");
}

#[test]
fn export_cabi_realloc() {
    cli().shows(&["export_cabi_realloc", "here"], "here");
}

#[test]
fn initial_cwd() {
    cli().run(&["initial_cwd"]).exits(0).prints("/\n");
}

#[test]
fn exit_default() {
    cli().run(&["exit_default"]).exits(0).prints("returning\n");
}

#[test]
fn exit_success() {
    cli().run(&["exit_success"]).exits(0).prints("succeeding\n");
}

#[test]
fn exit_failure() {
    let ended = cli().flags(&["--json"]).run(&["exit_failure"]).exits(1);
    assert_eq!(ended.json()["status"], "failed");
    cli().run(&["exit_failure"]).exits(1).prints("failing\n");
}

#[test]
fn exit_with_code() {
    for code in [0, 1, 42, 255] {
        cli().run(&["exit_with_code", &code.to_string()]).exits(code).prints("exiting\n");
    }
}

#[test]
fn exit_panic() {
    let ended = cli().run(&["exit_panic"]).exits(134);
    ended.says("of its own will").says("unreachable");
}

#[test]
fn sleep() {
    cli().shows(&["sleep", "10000000"], "awake");
}

#[test]
fn sleep_forever() {
    let timed = cli().flags(&["--timeout", "300ms"]);
    timed.run(&["sleep_forever"]).exits(124).prints("sleeping\n");
}

#[test]
fn who_sleeps_or_computes_for_ever_can_be_stopped() {
    for (behaviour, line) in [("sleep_forever", "sleeping"), ("spin", "spinning")] {
        let program = cli();
        let mut running = program.case.start(program.line(&[behaviour]));
        running.wait_for(line);
        running.signal(Signal::INT);
        running.end().exits(130);
    }
}

#[test]
fn who_computes_for_ever_is_stopped_at_each_limit() {
    cli().flags(&["--timeout", "300ms"]).run(&["spin"]).exits(124).prints("spinning\n");
    cli().flags(&["--cpu-time", "100ms"]).run(&["spin"]).exits(137).says("processor time of 100ms");
    let fuel = cli().flags(&["--fuel=100000000"]).run(&["spin"]).exits(137);
    fuel.says("fuel");
}

#[test]
fn hello_stdout() {
    let ended = cli().run(&["hello_stdout"]).exits(0).prints("hello, world\n");
    assert_eq!(ended.stderr, "hello, error\n");
}

#[test]
fn much_stdout() {
    let program = cli().flags(&["-o", "out"]);
    let ended = program.run(&["much_stdout", "abcdefghij", "300000"]).exits(0);
    assert_eq!(ended.stdout, "abcdefghij".repeat(300_000));
    assert_eq!(program.case.read("out/stdout"), ended.stdout);
}

#[test]
fn stdio_write_flushes() {
    let program = cli();
    let mut command = program.command(&["stdio_write_flushes"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let (mut input, mut output) = (running.stdin.take().unwrap(), running.stdout.take().unwrap());
    // The guest waits with its prompt out; each part would be a hang otherwise.
    let mut seen = vec![0; 10];
    std::io::Read::read_exact(&mut output, &mut seen).unwrap();
    assert_eq!(seen, b"a prompt: ");
    std::io::Write::write_all(&mut input, b"yes\n").unwrap();
    let mut seen = vec![0; 18];
    std::io::Read::read_exact(&mut output, &mut seen).unwrap();
    assert_eq!(seen, b"the answer is yes\n");
    drop(input);
    let ended: Ended = running.wait_with_output().unwrap().into();
    ended.exits(0);
}

#[test]
fn stdout_epipe() {
    let program = cli();
    let mut command = program.command(&["stdout_epipe"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    drop(running.stdout.take());
    let ended: Ended = running.wait_with_output().unwrap().into();
    ended.exits(0).says("closed");
}

#[test]
fn splice_stdin() {
    let (program, text) = (cli(), "spliced ".repeat(40_000));
    let ended = program.case.finish_with_input(program.command(&["splice_stdin"]), &text).exits(0);
    assert_eq!(ended.stdout, text);
    ended.says("moved 320000 bytes");
}

#[test]
fn stdin() {
    let program = cli();
    let ended = program.case.finish_with_input(program.command(&["stdin"]), "So rested he\n\nby the");
    ended.exits(0).prints("[So rested he]\n[]\n[by the]\n");
}

#[test]
fn stdin_empty() {
    let program = cli();
    program.shows(&["stdin_empty"], "empty");
    let mut command = program.command(&["stdin_empty"]);
    command.stdin(File::open("/dev/null").unwrap());
    let ended: Ended = command.output().unwrap().into();
    ended.exits(0).prints("empty\n");
}

#[test]
fn stdin_eisdir() {
    let program = cli();
    let mut command = program.command(&["stdin_eisdir"]);
    command.stdin(File::open(program.case.path("")).unwrap());
    let ended: Ended = command.output().unwrap().into();
    let ended = ended.exits(0);
    assert!(ended.stdout.contains("s a directory"), "{ended}");
}

#[test]
fn hostcall_fuel() {
    cli().run(&["hostcall_fuel", "100000"]).exits(0).prints("handing over\ntaken\n");
    let ended = cli().run(&["hostcall_fuel", "200000000"]).exits(134).prints("handing over\n");
    ended.has_one_error();
}

#[test]
fn many_resources() {
    cli().shows(&["many_resources", "250000"], "made and dropped");
}

#[test]
fn max_resources() {
    let ended = cli().run(&["max_resources"]).exits(134).prints("holding\n");
    let held = ended.stderr.lines().filter_map(|line| line.parse::<u64>().ok()).max();
    assert!(held.is_some_and(|held| (10_000..=100_000).contains(&held)), "{held:?}");
}

#[test]
fn no_tcp() {
    let ended = cli().run(&["no_tcp", "127.0.0.1:9"]).exits(0).prints("true\n");
    told(ended);
}

#[test]
fn no_udp() {
    let ended = cli().run(&["no_udp", "127.0.0.1:9"]).exits(0).prints("denied\n");
    told(ended);
}

#[test]
fn no_ip_name_lookup() {
    let ended = cli().run(&["no_ip_name_lookup"]).exits(0).prints("denied\n");
    told(ended);
}

/// The user is told what the guest was refused, and what would allow it.
#[track_caller]
fn told(ended: Ended) {
    ended.says("refused: ").says("--network");
}

#[test]
fn adapter_badfd() {
    cli().shows(&["adapter_badfd"], "badf");
}

#[test]
fn api_reactor() {
    let case = Case::new();
    case.guest("p2_api_reactor");
    let job = Job::of("p2_api_reactor.wasm").arguments(["a"]).typed_result("kept", "/kept", "file");
    case.write("job.json", job.text());
    case.run_job(&["-o", "out"]).exits(0).prints("a reactor, with [\"a\"]\n");
    assert_eq!(case.read("out/kept"), "by a reactor");
    case.dayfly(["run", "p2_api_reactor.wasm", "--", "fail"]).exits(1);
}
