//! Limits in a task's free data.

use dayfly_spec::model::Fuel;

use crate::common::{codes, job_with_warnings, parse};

#[test]
fn free_data_of_a_task_may_say_limits() {
    let task = |meta: &str| format!("Tasks: [{{Name: a, Engine: {{Type: noop}}, Meta: {{{meta}}}}}]");
    let text = task("limits.cpu-time: 1m 30s, limits.fuel: count, note: mine");
    let parsed = parse(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let read = parsed.job.unwrap().tasks.remove(0);
    let time = read.resources.cpu_time.unwrap();
    assert_eq!((time.value, time.origin.change.as_ref()), (90_000, "Tasks[0].Meta.limits.cpu-time"));
    assert_eq!(read.resources.fuel.unwrap().value, Fuel::Counted);
    assert_eq!(read.meta.len(), 3, "they stay where they are");
    let egress =
        parse(task("limits.send: 1GB, limits.send-rate: 64kB")).job.unwrap().tasks.remove(0).network.egress;
    assert_eq!((egress.sent.unwrap().value, egress.rate.unwrap().value), (1_000_000_000, 64_000));

    let limited = job_with_warnings(&task("limits.fuel: '1,000'")).tasks.remove(0);
    assert_eq!(limited.resources.fuel.unwrap().value, Fuel::AtMost(1_000));
    for (meta, code) in [
        ("limits.cpu-time: soon", "E0219"),
        ("limits.cpu-time: '0'", "E0219"),
        ("limits.fuel: '0'", "E0200"),
        ("limits.fuel: some", "E0200"),
        ("limits.send: much", "E0202"),
        ("limits.send-rate: '0'", "E0202"),
        ("limits.cpu_time: 5s", "W0104"),
        ("limits.cpu: '1'", "W0104"),
        ("limit: x", ""),
    ] {
        assert_eq!(codes(task(meta)).join(" "), code, "{meta}");
    }
    let parsed = parse(task("limits.cpu_time: 5s"));
    assert_eq!(parsed.diagnostics[0].help.as_deref(), Some("did you mean `limits.cpu-time`?"));
}
