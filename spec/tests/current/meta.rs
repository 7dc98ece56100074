//! Limits and grants in a task's free data.

use dayfly_spec::model::{Fuel, Grants, LogLevel, StorePlace};

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

#[test]
fn free_data_of_a_task_may_say_grants() {
    let task = |meta: &str| format!("Tasks: [{{Name: a, Engine: {{Type: noop}}, Meta: {{{meta}}}}}]");
    let text = task(
        "wasi.config.greeting: hello, wasi.config.a b: '', wasi.keyvalue.default: memory, \
         wasi.keyvalue.kept: ./data, wasi.logging: Info",
    );
    let parsed = parse(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let read = parsed.job.unwrap().tasks.remove(0);
    let Grants { config, stores, log } = &read.grants;
    let settings: Vec<_> = config.iter().map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
    assert_eq!(settings, [("greeting", "hello"), ("a b", "")]);
    assert_eq!(config[0].1.origin.change, "Tasks[0].Meta.wasi.config.greeting");
    let places: Vec<_> = stores.iter().map(|(name, place)| (name.as_str(), place.value.clone())).collect();
    let folder = StorePlace::Folder("./data".to_owned());
    assert_eq!(places, [("default", StorePlace::Memory), ("kept", folder)]);
    assert_eq!(log.as_ref().unwrap().value, LogLevel::Info);
    assert_eq!(read.meta.len(), 5, "they stay where they are");
    assert!(job_with_warnings(&task("note: mine, wasi: x")).tasks.remove(0).grants.is_empty());

    for (meta, code) in [
        ("wasi.config.: x", "E0218"),
        ("wasi.config.x: [1]", "E0105 W0302"),
        ("wasi.config.db_password: hunter2", "W0314"),
        ("wasi.config.db_password: <yours>", ""),
        ("wasi.keyvalue.: memory", "E0218"),
        ("wasi.keyvalue.x: ''", "E0204"),
        ("wasi.logging: loud", "E0107"),
        ("wasi.logging: 5", "E0107 W0109"),
        ("wasi.log: info", "W0104"),
        ("wasi.key-value.x: memory", "W0104"),
    ] {
        assert_eq!(codes(task(meta)).join(" "), code, "{meta}");
    }
}
