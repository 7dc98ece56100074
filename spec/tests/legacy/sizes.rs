//! Resources and time limits.

use dayfly_spec::model::Resources;

use crate::common::{codes, parse, places};
use crate::{says, task, task_with_warnings};

fn resources(resources: &str) -> Resources {
    task(&format!("Spec: {{Engine: noop, Resources: {{{resources}}}}}")).resources
}

#[test]
fn units_count_in_1024s() {
    for (written, bytes) in
        [("1Gb", 1 << 30), ("1GB", 1 << 30), ("1Gi", 1 << 30), ("256Mb", 268_435_456), ("100", 100)]
    {
        let found = resources(&format!("Memory: {written}, Disk: \"{written}\""));
        assert_eq!(found.memory.unwrap().value, bytes, "{written}");
        assert_eq!(found.disk.unwrap().value, bytes, "{written}");
    }
}

#[test]
fn processors_and_gpus_are_counted() {
    let found = resources("CPU: 500m, GPU: \"2\"");
    assert_eq!(found.cpu.unwrap().value, 500);
    assert_eq!(found.gpu.unwrap().value.count, Some(2));
}

#[test]
fn what_is_empty_or_zero_says_nothing() {
    for nothing in
        ["CPU: \"\", Memory: \"\", Disk: \"\", GPU: \"\"", "CPU: \"0\", GPU: \"0\"", "Memory: null", ""]
    {
        assert_eq!(resources(nothing), Resources::default(), "{nothing}");
    }
}

#[test]
fn what_bacalhau_takes_for_nothing_is_told_about() {
    let text = "Spec: {Engine: noop, Resources: {Memory: 1GiB, Disk: 10 loaves, CPU: lots, GPU: \"1.5\"}}";
    assert_eq!(codes(text), ["W0222"; 4]);
    assert_eq!(
        places(text, "W0222"),
        ["1GiB", "loaves", "lots", "\"1.5\""].map(|place| place.trim_matches('"'))
    );
    let found = task_with_warnings(text).resources;
    assert_eq!(found.memory.unwrap().value, 1 << 30, "what is clear counts");
    assert_eq!((found.disk, found.cpu, found.gpu), (None, None, None));
    assert!(says("Spec: {Engine: noop, Resources: {Disk: 1.5Gb}}", "W0222").contains("takes it for 0"));
}

#[test]
fn the_name_under_which_one_version_printed_resources_is_known() {
    let text = "Spec: {Engine: noop, TotalAllocatedResources: {Memory: 1Kb}}";
    assert_eq!(task(text).resources.memory.unwrap().value, 1024);
    assert_eq!(codes("Spec: {Engine: noop, TotalAllocatedResources: {}, Resources: {}}"), ["E0009"]);
}

#[test]
fn a_timeout_is_a_number_of_seconds() {
    let seconds = |timeout: &str| {
        let text = format!("Spec: {{Engine: noop, Timeout: {timeout}}}");
        task_with_warnings(&text).timeouts.execution.map(|limit| limit.value.as_secs())
    };
    for (written, expected) in [
        ("1800", Some(1800)),
        ("1800.5", Some(1801)),
        ("18e2", Some(1800)),
        ("0", None),
        ("0.0", None),
        ("'60'", Some(60)),
    ] {
        assert_eq!(seconds(written), expected, "{written}");
    }
    for (timeout, remarks) in [("30.5", 1), ("30.0", 0)] {
        let found = parse(format!("Spec: {{Engine: noop, Timeout: {timeout}}}")).diagnostics;
        assert_eq!(found.iter().filter(|found| found.message.contains("rounded up")).count(), remarks);
    }
    assert_eq!(task("Spec: {Engine: noop}").timeouts.execution, None, "no limit where nothing is said");
    assert_eq!(codes("Spec: {Engine: noop, Timeout: -1}"), ["E0200"]);
    assert_eq!(codes("Spec: {Engine: noop, Timeout: 1e300}"), ["E0200"]);
    assert_eq!(codes("Spec: {Engine: noop, Timeout: .inf}"), ["E0200"]);
    assert_eq!(codes("Spec: {Engine: noop, Timeout: 30m}"), ["E0105"]);
    assert_eq!(codes("Spec: {Engine: noop, Timeout: '60'}"), ["W0110"]);
}
