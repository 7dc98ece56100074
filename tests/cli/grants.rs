//! What components ask for by interfaces, and have only where it is granted: `wasi:config`, `wasi:keyvalue`,
//! `wasi:logging`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Case;

const GUEST: &str = "grants.wat";
const CONFIG: [&str; 2] = ["--config", "greeting=hello"];
const STORE: [&str; 2] = ["--keyvalue", "default=memory"];

fn case() -> Case {
    let case = Case::new();
    case.wat("grants");
    case
}

fn run<'a>(more: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    ["run", GUEST].into_iter().chain(more).collect()
}

/// A job that grants this in its free data.
fn job(meta: Value) -> String {
    let engine = json!({"Type": "wasm", "Params": {"EntryModule": GUEST}});
    json!({"Tasks": [{"Name": "main", "Engine": engine, "Meta": meta}]}).to_string()
}

#[test]
fn what_the_command_line_grants_is_there() {
    let case = case();
    let ended = case.dayfly(run([CONFIG[0], CONFIG[1], STORE[0], STORE[1], "--logging"]));
    ended.exits(0).says("[info] greeting: hello\n").says("[debug] runs: 1\n");
    // In memory, and so gone with the first run.
    let ended = case.dayfly(run([CONFIG[0], CONFIG[1], STORE[0], STORE[1], "--logging=info"]));
    assert!(!ended.exits(0).says("[info] greeting: hello").stderr.contains("[debug]"));
}

#[test]
fn what_a_job_grants_is_there() {
    let case = case();
    case.write(
        "job.json",
        job(json!({"wasi.config.greeting": "two\nlines", "wasi.keyvalue.default": "memory", "wasi.logging": "trace"})),
    );
    case.run_job(&[]).exits(0).says("[info] greeting: two\\nlines\n").says("[debug] runs: 1\n");
}

#[test]
fn nothing_is_granted_by_default() {
    let case = case();
    let all = [("wasi:config", "--config"), ("wasi:logging", "--logging"), ("wasi:keyvalue", "--keyvalue")];
    for (missing, flag) in all {
        let granted: Vec<&str> = all
            .iter()
            .filter(|(interface, _)| *interface != missing)
            .flat_map(|(_, flag)| match *flag {
                "--config" => CONFIG.to_vec(),
                "--keyvalue" => STORE.to_vec(),
                _ => vec!["--logging"],
            })
            .collect();
        let ended = case.dayfly(run(granted));
        ended.exits(65).says(missing).says(flag).says("granted to the guest");
    }
}

#[test]
fn a_store_of_another_name_is_refused_and_told() {
    let case = case();
    let ended = case.dayfly(run([CONFIG[0], CONFIG[1], "--logging", "--keyvalue", "other=memory", "--json"]));
    let outcome = ended.exits(1).json();
    let refusal = &outcome["executions"][0]["refusals"][0];
    assert!(refusal["what"].as_str().unwrap().contains("open the store `default`"), "{refusal}");
    assert!(refusal["remedy"].as_str().unwrap().contains("--keyvalue NAME=memory"), "{refusal}");
}

#[test]
fn a_store_in_a_folder_is_there_for_the_next_run() {
    let case = case();
    std::fs::create_dir(case.path("data")).unwrap();
    for runs in 1..4 {
        let ended = case.dayfly(run([CONFIG[0], CONFIG[1], "--logging", "--keyvalue", "default=data"]));
        ended.exits(0).says(&format!("[debug] runs: {runs}\n"));
    }
    case.write(
        "job.json",
        job(json!({"wasi.config.greeting": "x", "wasi.keyvalue.default": "data", "wasi.logging": "debug"})),
    );
    case.run_job(&[]).exits(77).says("--allow-dir").says("data:rw would allow it");
    case.run_job(&["--allow-dir", "data"]).exits(77);
    case.run_job(&["--allow-dir", "data:rw"]).exits(0).says("[debug] runs: 4\n");
    case.dayfly(run(["--keyvalue", "default=missing"])).exits(66).says("missing");
}

/// What a guest was told is kept is there whenever the process is killed, and the next one goes on.
#[test]
fn a_store_survives_kills() {
    let case = case();
    std::fs::create_dir(case.path("data")).unwrap();
    let arguments = ["--config", "greeting=for ever", "--logging", "--keyvalue", "default=data"];
    let number =
        |line: &str| line.strip_prefix("[debug] runs: ").and_then(|number| number.parse::<u64>().ok());
    let mut told = 0;
    for kill in 1..=10 {
        let mut command = case.command(run(arguments));
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Some way into the run, at another point each time.
        let first = lines.by_ref().map_while(Result::ok).find_map(|line| number(&line)).unwrap();
        assert!(first == told + 1 || first == told + 2, "{first} after {told}");
        told = lines.by_ref().map_while(Result::ok).filter_map(|line| number(&line)).nth(kill * 3).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        told = lines.map_while(Result::ok).filter_map(|line| number(&line)).last().unwrap_or(told);
    }
}

#[test]
fn a_store_that_can_not_be_used_is_told_to_its_user() {
    let case = case();
    case.write(
        "data/keyvalue.sqlite",
        "no database, and longer than the header of one would be: ".repeat(10),
    );
    let ended = case.dayfly(run([CONFIG[0], CONFIG[1], "--logging", "--keyvalue", "default=data"]));
    ended.exits(1).says("the store `default` can't be used: file is not a database");
}

#[test]
fn a_job_file_says_itself_what_it_grants() {
    let case = case();
    case.write("job.json", job(json!({})));
    for flag in [&CONFIG[..], &STORE, &["--logging"]] {
        case.run_job(flag).exits(2).says("is for bare modules");
    }
    case.write("job.json", job(json!({"wasi.logging": "loud"})));
    case.run_job(&[]).exits(65).says("E0107").says("`critical`");
}

#[test]
fn the_plan_shows_grants_and_those_without_use() {
    let case = case();
    std::fs::create_dir(case.path("data")).unwrap();
    let secret = ["--config", "db_password=hunter2", "--keyvalue", "default=data", "--logging=warn"];
    let plan = || ["plan", GUEST].into_iter().chain(CONFIG).chain(secret);
    let ended = case.dayfly(plan()).exits(0);
    for shown in
        ["wasi:config greeting", "hello", "<not shown>", "wasi:keyvalue default", "wasi:logging", "warn"]
    {
        assert!(ended.stdout.contains(shown), "{shown}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("hunter2"));
    case.wat("entry_points");
    let ended =
        case.dayfly(["plan", "entry_points.wat", "--entry", "main", "--logging"].into_iter().chain(CONFIG));
    assert!(ended.stdout.contains("the settings have no effect: only components"), "{}", ended.stdout);
    assert!(ended.stdout.contains("the log has no effect: only components"), "{}", ended.stdout);
}
