//! A battery of cases after WebGPU's conformance tests, by all ways to a GPU: calls of wgpu, a component, and a core module
//! have to find the same, and what each case expects.

mod native;

use std::collections::BTreeSet;

use dayfly::gpu::{Gpus, Quotas};
use dayfly::{HostPolicy, Job, Runtime, Status};
use gpu_battery::{Case as One, On, Way, groups};
use serde_json::json;
use wgpu::Backends;

use crate::gpu::{is_there_one, with};
use crate::support::Case;
use native::{Native, wait};

/// The guests, and what they need besides a GPU.
const GUESTS: [(Way, &str, &[&str]); 2] =
    [(Way::Component, "p3_gpu_battery", &["--wasi03"]), (Way::Core, "gpu_battery", &[])];

fn all() -> impl Iterator<Item = &'static One> {
    groups().iter().flat_map(|group| group.cases)
}

/// What native calls find.
fn native(backends: Backends, computes: bool) -> Vec<String> {
    let front = Native::of(backends).expect("there is an adapter");
    let mut lines = Vec::new();
    wait(gpu_battery::run(&front, computes, |line| lines.push(line)));
    lines
}

/// What is wrong with what a front found, or is not what native calls found.
fn wrong(way: Way, computes: bool, native: &[String], found: &[String]) -> Vec<String> {
    let is_wrong = |line: &&String| line.contains("WRONG");
    let mut wrong: Vec<String> =
        found.iter().filter(is_wrong).map(|line| format!("{way:?}: {line}")).collect();
    for case in all().filter(|case| case.runs(way, computes)) {
        let of = |lines: &[String]| lines.iter().find(|line| name(line) == case.name).cloned();
        let (found, wanted) = (of(found), of(native));
        if case.runs(Way::Native, computes) && found != wanted {
            let (found, wanted) = (found.unwrap_or_default(), wanted.unwrap_or_default());
            wrong.push(format!("{way:?}, {}, differs\n    here: {found}\n  native: {wanted}", case.cts));
        }
    }
    let there = found.iter().map(|line| name(line));
    if !there.eq(all().filter(|case| case.runs(way, computes)).map(|case| case.name)) {
        wrong.push(format!("{way:?} does not run what it is to run: {} cases", found.len()));
    }
    wrong
}

/// The case that a line is of.
fn name(line: &str) -> &str {
    line.split(':').next().unwrap_or_default()
}

/// Runs all cases natively and by guests, and compares them.
fn agree(backends: Backends, computes: bool, guest: impl Fn(&str, &[&str]) -> String) {
    let native = native(backends, computes);
    let mut all = wrong(Way::Native, computes, &native, &native);
    for (way, name, flags) in GUESTS {
        let found: Vec<String> = guest(name, flags).lines().map(str::to_owned).collect();
        all.extend(wrong(way, computes, &native, &found));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn all_ways_to_a_gpu_find_the_same() {
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    agree(Backends::VULKAN, true, |guest, flags| {
        case.guest(guest);
        let module = format!("{guest}.wasm");
        with("software", &case, &[&["run", "--gpu", "1"], flags, &[&module]].concat()).exits(0).stdout
    });
}

/// What is wrong is wrong without a GPU, too.
#[test]
fn all_ways_to_no_gpu_find_the_same_errors() {
    let case = Case::new();
    agree(Backends::NOOP, false, |guest, _| on_noop(case.guest(guest), guest));
}

/// What a guest prints whose GPU does nothing but keep buffers.
fn on_noop(case: &Case, guest: &str) -> String {
    let module = case.path(format!("{guest}.wasm"));
    let runtime = Runtime::builder().home(case.path("home")).wasi03(true);
    let runtime = runtime.gpus(Gpus::noop(Quotas::default())).build().unwrap();
    let text = json!({"Name": "test", "Type": "batch", "Tasks": [{
        "Name": "main",
        "Engine": {"Type": "wasm", "Params": {
            "EntryModule": {
                "Source": {"Type": "localDirectory", "Params": {"SourcePath": module}},
                "Target": "/guest.wasm"},
            "Parameters": ["errors"]}},
        "Resources": {"GPU": "1"},
    }]});
    let job = Job::parse(&text.to_string()).unwrap();
    let policy = HostPolicy::default().allow_folder(case.path("."), false);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = tokio.block_on(async { runtime.run(&job).policy(policy).await });
    let folder = outcome.executions[0].folder.clone().unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    assert_eq!(outcome.status, Status::Succeeded, "{}\n{}{}", guest, read("stdout"), read("stderr"));
    read("stdout")
}

/// Cases are there once, and are after something.
#[test]
fn each_case_is_after_one_of_webgpu() {
    let mut names = BTreeSet::new();
    for case in all() {
        assert!(names.insert(case.name), "{} is there twice", case.name);
        let (path, test) = case.cts.split_once(':').expect(case.name);
        assert!(path.starts_with("api,") || path.starts_with("shader,"), "{}", case.cts);
        assert!(!test.is_empty() && case.not.iter().all(|(_, why)| !why.is_empty()), "{}", case.name);
    }
}

/// What does not run everywhere is little, and known: the page says how many cases there are, and where.
#[test]
fn the_page_says_how_many_cases_there_are() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/gpu.md");
    let page = std::fs::read_to_string(page).unwrap();
    for group in groups() {
        let count = |which: &dyn Fn(&&One) -> bool| group.cases.iter().filter(which).count();
        let (all, everywhere) = (group.cases.len(), count(&|case| case.not.is_empty()));
        let on_noop = count(&|case| case.on == On::Any);
        let (begins, ends) =
            (format!("| {} | ", group.name), format!(" | {all} | {everywhere} | {on_noop} |"));
        let is_there = page.lines().any(|row| row.starts_with(&begins) && row.ends_with(&ends));
        assert!(is_there, "docs/gpu.md lacks `{begins}…{ends}`");
    }
    assert!(all().filter(|case| case.not.is_empty()).count() >= 200);
    let not_in = |way| all().filter(|case| case.not.iter().any(|(not, _)| *not == way)).count();
    assert_eq!([Way::Native, Way::Component, Way::Core].map(not_in), [1, 0, 24]);
}
