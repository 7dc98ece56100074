//! The document of the current form, line by line: ranges, edge cases, and what Bacalhau says of each.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, job, job_with_warnings, one_task, parse, places};
use dayfly_spec::Severity;
use dayfly_spec::model::{Data, PortMapping, Retry};

const NOOP: &str = r#"{"Type": "noop"}"#;
const WASM: &str = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm"}}"#;
const DOCKER: &str = r#"{"Type": "docker", "Params": {"Image": "ubuntu"}}"#;

/// What Bacalhau itself says of the findings in a text, in order.
fn says(text: &str) -> Vec<String> {
    let notes = parse(text).diagnostics.into_iter().filter_map(|diagnostic| diagnostic.note);
    notes.map(|note| note.strip_prefix("Bacalhau says: ").unwrap().to_owned()).collect()
}

fn task(fields: &str) -> String {
    one_task(NOOP, &format!(", {fields}"))
}

/// A job with a field of its own.
fn with_field(field: &str) -> String {
    task("\"Meta\": {}").replacen('{', &format!("{{{field}, "), 1)
}

/// The codes of the notes in a text.
fn notes(text: &str) -> Vec<&'static str> {
    let found = parse(text).diagnostics.into_iter();
    let notes = found.filter(|diagnostic| diagnostic.severity == Severity::Note);
    notes.map(|diagnostic| diagnostic.code.name()).collect()
}

#[test]
fn amounts_outside_of_the_documents_ranges_are_warned_about_and_taken() {
    let amounts = |amounts: &str| task(&format!("\"Resources\": {{{amounts}}}"));
    for fine in [
        r#""CPU": "0.1", "Memory": "1MB", "Disk": "10MB""#,
        r#""CPU": "128", "Memory": "256GB", "GPU": "8""#,
        r#""CPU": "", "Memory": "0", "Disk": "0", "GPU": "0""#,
    ] {
        assert!(codes(amounts(fine)).is_empty(), "{fine}");
    }
    for (outside, place) in [
        (r#""CPU": "0.01""#, "\"0.01\""),
        (r#""CPU": "129""#, "\"129\""),
        (r#""Memory": "512""#, "\"512\""),
        (r#""Disk": "1MB""#, "\"1MB\""),
    ] {
        assert_eq!(codes(amounts(outside)), ["W0310"], "{outside}");
        assert_eq!(places(&amounts(outside), "W0310"), [place]);
    }
    assert_eq!(codes(with_field("\"Priority\": 101")), ["W0310"]);
    assert_eq!(codes(with_field("\"Priority\": -1")), ["W0310"]);
    assert_eq!(job_with_warnings(&with_field("\"Priority\": 101")).priority.unwrap().value, 101);
    for (bare, enough) in
        [(r#""Memory": "512""#, "`512MB`"), (r#""Disk": 1"#, "`1GB`"), (r#""Disk": "50""#, "`50MB`")]
    {
        let help = parse(amounts(bare)).diagnostics.remove(0).help.unwrap();
        assert!(help.contains(enough), "{help}");
    }
}

#[test]
fn unusual_names_are_remarked_at_the_first_unusual_character() {
    let text = "Name: Docker job\nNamespace: My_Team\nTasks: [{Name: a.b, Engine: {Type: noop}}]";
    assert_eq!(notes(text), ["N0312"; 3]);
    assert_eq!(places(text, "N0312"), [" ", "My_Team", "."]);
    assert_eq!(job(text).name.unwrap().value, "Docker job");
}

#[test]
fn fields_of_the_job_have_bacalhaus_words_for_a_wrong_type() {
    for (field, said) in [
        ("\"Count\": \"three\"", "field: 'Count' in 'job' is invalid type: 'string' expected: 'int'"),
        ("\"Count\": \"3\"", "field: 'Count' in 'job' is invalid type: 'string' expected: 'int'"),
        ("\"Priority\": []", "field: 'Priority' in 'job' is invalid type: 'array' expected: 'int'"),
        ("\"Namespace\": {}", "field: 'Namespace' in 'job' is invalid type: 'object' expected: 'string'"),
    ] {
        assert_eq!(says(&with_field(field)), [said]);
    }
    let kind = "Type: true\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(says(kind), ["field: 'Type' in 'job' is invalid type: 'bool' expected: 'string'"]);
}

#[test]
fn what_bacalhau_would_do_otherwise_is_remarked() {
    let text = r#"
Meta: {bacalhau.org/requester.id: x, note: mine}
Tasks:
  - {Name: a, Engine: {Type: noop}, ResultPaths: [{Name: out, Path: /out}]}
  - {Name: b, Engine: {Type: noop}, ResultPaths: [{Name: out, Path: /out}], Publisher: {Type: local}}
"#;
    assert_eq!(notes(text), ["N0311"; 3]);
    assert_eq!(
        says(text),
        ["publisher must be set if result paths are set", "only one task is supported per job"]
    );
    assert_eq!(job(text).meta.len(), 2);
}

#[test]
fn free_data_is_texts_and_more_is_carried() {
    let text = "Meta: {a: 1, b: true, c: x, d: {e: [1]}}\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(codes(text), ["W0109", "W0109", "W0302"]);
    let meta = job_with_warnings(text).meta;
    assert_eq!(meta[0].1.value, Data::Text("1".into()));
    assert_eq!(meta[2].1.value, Data::Text("x".into()));
    assert!(matches!(&meta[3].1.value, Data::Map(_)));
}

#[test]
fn notes_are_left_out_where_there_is_no_job() {
    let text = "Name: my job\nCount: -1\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert!(notes(text).is_empty());
    assert_eq!(codes(text), ["E0200"]);
}

#[test]
fn timeouts_are_compared_for_jobs_that_end() {
    let timeouts = r#""Timeouts": {"ExecutionTimeout": 60, "QueueTimeout": 11, "TotalTimeout": 70}"#;
    let text = task(timeouts);
    let said = "execution timeout 1m0s and queue timeout 11s should be less than total timeout 1m10s";
    assert_eq!(says(&text), [said]);
    assert!(codes(text.replace("11", "10")).is_empty());
    for kind in ["service", "daemon"] {
        assert!(codes(text.replace("batch", kind)).is_empty(), "{kind}");
    }
    let longer = text.replace("60", "80").replace("batch", "service");
    assert_eq!(places(&longer, "W0313"), ["80"]);
    assert_eq!(codes(longer), ["W0313"]);
    let long = r#""Timeouts": {"ExecutionTimeout": 0, "QueueTimeout": 3600, "TotalTimeout": 2592000}"#;
    assert!(codes(task(long)).is_empty());
}

#[test]
fn negative_timeouts_have_bacalhaus_words() {
    for (field, said) in [
        ("ExecutionTimeout", "invalid execution timeout value: -1m5s"),
        ("QueueTimeout", "invalid queue timeout value: -1m5s"),
        ("TotalTimeout", "invalid total timeout value: -1m5s"),
    ] {
        let text = task(&format!(r#""Timeouts": {{"{field}": -65}}"#));
        assert_eq!(codes(text.as_str()), ["E0200"]);
        assert_eq!(says(&text), [said]);
    }
}

#[test]
fn a_containers_ports_are_those_of_its_network() {
    let ports = |ports: &str, network: &str| {
        let engine = DOCKER.replace("\"ubuntu\"", &format!("\"ubuntu\", \"Ports\": {ports}"));
        one_task(&engine, &format!(", \"Network\": {network}"))
    };
    let found = ports(
        r#"[80, "8080:81", "127.0.0.1:9090:82/tcp", "[::1]::83", {"Name": "web", "Target": 84}]"#,
        "{}",
    );
    let mapped = job(&found).tasks.remove(0).network.ports;
    let shape = |port: &PortMapping| {
        let value = |port: &Option<dayfly_spec::model::Located<u16>>| port.as_ref().map(|port| port.value);
        let address = port.address.as_ref().map(|address| address.value.to_string());
        (port.name.value.clone(), value(&port.host), value(&port.guest), address)
    };
    let expected = [
        ("80", None, Some(80), None),
        ("81", Some(8080), Some(81), None),
        ("82", Some(9090), Some(82), Some("127.0.0.1")),
        ("83", None, Some(83), Some("::1")),
        ("web", None, Some(84), None),
    ];
    let expected = expected
        .map(|(name, host, guest, address)| (name.to_owned(), host, guest, address.map(str::to_owned)));
    assert_eq!(mapped.iter().map(shape).collect::<Vec<_>>(), expected);
    assert_eq!(mapped[0].name.origin.change, "Tasks[0].Engine.Params.Ports[0]");

    assert!(codes(ports("[80]", r#"{"Type": "bridge"}"#)).is_empty());
    assert_eq!(codes(ports("[80]", r#"{"Type": "none"}"#)), ["E0215"]);
    assert_eq!(codes(ports(r#"["80", "81:80"]"#, "{}")), ["E0211"]);
    assert_eq!(codes(ports(r#"["80", "8081:80"]"#, "{}")), ["E0205"]);
    let same = r#"{"Type": "bridge", "Ports": [{"Name": "web", "Static": 8080}]}"#;
    assert_eq!(codes(ports(r#"["8080:80"]"#, same)), ["E0205"]);
    for (wrong, place) in [("x:80", "x"), ("80/udp", "udp"), ("1.2.3:8080:80", "1.2.3"), ("8080:", "")] {
        let text = ports(&format!("[\"{wrong}\"]"), "{}");
        assert_eq!(places(&text, "E0211"), [place], "{wrong}");
    }
}

#[test]
fn ports_of_a_network_have_bacalhaus_words() {
    let ports =
        |kind: &str, ports: &str| task(&format!(r#""Network": {{"Type": "{kind}", "Ports": [{ports}]}}"#));
    for (text, said) in [
        (ports("bridge", "{}"), "port mapping name is required"),
        (
            ports("bridge", r#"{"Name": "a", "Static": 80}"#),
            "static port 80 is in privileged port range (1-1023)",
        ),
        (
            ports("bridge", r#"{"Name": "a", "Static": 70000}"#),
            "static port 70000 is above maximum valid port 65535",
        ),
        (ports("bridge", r#"{"Name": "a", "Target": -1}"#), "invalid target port -1"),
        (ports("host", r#"{"Name": "a", "Target": 80}"#), "target ports cannot be set for Host network mode"),
        (ports("bridge", r#"{"Name": "a", "HostNetwork": "here"}"#), "invalid host network IP address: here"),
        (ports("bridge", r#"{"Name": "a"}, {"Name": "a"}"#), "duplicate port mapping name \"a\""),
        (
            ports("bridge", r#"{"Name": "a", "Static": 2000}, {"Name": "b", "Static": 2000}"#),
            "duplicate port mapping static port 2000",
        ),
        (ports("http", r#"{"Name": "a"}"#), "ports can only be set for Host or Bridge network modes"),
    ] {
        assert!(says(&text).iter().any(|found| found == said), "{said}: {:?}", says(&text));
    }
    assert!(codes(ports("host", r#"{"Name": "a", "Static": 0, "Target": 0}"#)).is_empty());
}

#[test]
fn a_network_that_lets_nothing_out_leaves_fields_without_effect() {
    let network = |fields: &str| task(&format!("\"Network\": {{{fields}}}"));
    assert!(codes(network(r#""Type": "none", "AllowLoopback": true"#)).is_empty());
    assert_eq!(codes(network(r#""Type": "none", "EnableIPv6": true, "DNS": ["8.8.8.8"]"#)), ["W0313"; 2]);
    assert_eq!(codes(network(r#""Policies": {"Egress": {"Ports": ["80"]}}"#)), ["W0313"]);
    // Without a type it is told once, and not at all where the type that is missing is an error.
    assert_eq!(codes(network(r#""EnableIPv6": true, "DNS": ["8.8.8.8"]"#)), ["W0313"]);
    assert_eq!(codes(network(r#""EnableIPv6": true, "Domains": ["a.com"]"#)), ["E0215"]);
    assert_eq!(codes(network(r#""EnableIPv6": true, "Domains": []"#)), ["W0313"]);
    assert!(codes(network(r#""Type": "full", "EnableIPv6": true, "DNS": ["8.8.8.8"]"#)).is_empty());
    assert_eq!(codes(network(r#""Type": "http""#)), ["W0313"]);
    assert_eq!(codes(network(r#""Type": "htp", "DNS": ["8.8.8.8"]"#)), ["E0107"]);
}

#[test]
fn amounts_that_are_none_are_marked_as_a_whole() {
    for (field, why) in [
        ("\"CPU\": -1", "`-1` is below 0"),
        ("\"CPU\": \"abc\"", "`abc` is no number"),
        ("\"Memory\": \"-5GB\"", "`-5GB` is below 0"),
        ("\"GPU\": -2", "`-2` is below 0"),
        ("\"GPU\": \"1.5\"", "`1.5` is no whole number"),
    ] {
        let text = task(&format!("\"Resources\": {{{field}}}"));
        let found = parse(text.clone()).diagnostics.remove(0);
        assert!(found.message.ends_with(why), "{}", found.message);
        let (_, written) = field.split_once(": ").unwrap();
        let marked = places(&text, found.code.name()).remove(0);
        assert_eq!(marked.trim_matches('"'), written.trim_matches('"'));
    }
}

#[test]
fn amounts_are_read_without_their_spaces_and_commas_only_divide_thousands() {
    let amounts = |amounts: &str| task(&format!("\"Resources\": {{{amounts}}}"));
    let spaced = job(&amounts(r#""CPU": "1 000m", "Memory": "1 000 MB", "Disk": "1,000,000 kB""#));
    let resources = &spaced.tasks[0].resources;
    assert_eq!(resources.cpu.as_ref().unwrap().value, 1000);
    assert_eq!(resources.memory.as_ref().unwrap().value, 1_000_000_000);
    assert_eq!(resources.disk.as_ref().unwrap().value, 1_000_000_000);
    let cores = amounts(r#""CPU": "1,5""#);
    assert_eq!((codes(cores.clone()), places(&cores, "E0201")), (vec!["E0201"], vec!["1,5".to_owned()]));
    for odd in [r#""Memory": "1,5GB""#, r#""Disk": "10,00.5 GB""#, r#""Disk": "1,0000MB""#] {
        assert_eq!(codes(amounts(odd)), ["W0310"], "{odd}");
    }
}

#[test]
fn what_bacalhau_would_take_is_not_said_to_be_refused_by_it() {
    let network = |domain: &str| task(&format!(r#""Network": {{"Type": "http", "Domains": ["{domain}"]}}"#));
    for (domain, host, around) in [
        ("http://y.com/z", "y.com", "\"http://y.com/z\""),
        ("*.Example.com:443", "*.example.com", ":443"),
        ("https://bücher.example", "xn--bcher-kva.example", "https://"),
        ("[::1]:80", "::1", ":80"),
    ] {
        let text = network(domain);
        assert_eq!((codes(text.clone()), places(&text, "W0313")), (vec!["W0313"], vec![around.to_owned()]));
        assert_eq!(job_with_warnings(&text).tasks[0].network.domains[0].value, host);
        let found = parse(text).diagnostics.remove(0);
        let ports = found.help.unwrap().contains("`Policies.Egress.Ports`");
        assert_eq!((found.note, ports), (None, around.starts_with(':')), "{domain}");
    }
    for wrong in ["*x.com", "x.com:no"] {
        let found = parse(network(wrong)).diagnostics.remove(0);
        assert_eq!((found.code.name(), &found.note), ("E0210", &None), "{wrong}");
    }
    assert_eq!(says(&network("localhost")), ["invalid domain \"localhost\""]);
}

#[test]
fn a_module_that_is_an_address_is_no_file_of_that_name() {
    for (module, source) in [("ipfs://Qm", "Type: ipfs"), ("https://x.com/a.wasm", "Type: urlDownload")] {
        let text = one_task(&format!(r#"{{"Type": "wasm", "Params": {{"EntryModule": "{module}"}}}}"#), "");
        let found = parse(text).diagnostics.remove(0);
        assert!(found.code.name() == "E0105" && found.help.unwrap().contains(source), "{module}");
    }
}

#[test]
fn variables_of_the_system_can_not_be_set_by_an_engine_either() {
    let engine = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm",
        "EnvironmentVariables": {"BACALHAU_JOB_ID": "z"}}}"#;
    let text = one_task(engine, "");
    assert_eq!(
        (codes(text.clone()), places(&text, "W0302")),
        (vec!["W0302"], vec!["\"BACALHAU_JOB_ID\"".to_owned()])
    );
}

#[test]
fn operators_are_written_in_lower_case() {
    let constraint = |operator: &str| {
        with_field(&format!(r#""Constraints": [{{"Key": "os", "Operator": {operator}, "Values": []}}]"#))
    };
    assert_eq!(codes(constraint("\"Exists\"")), ["W0302"]);
    assert!(codes(constraint("\"exists\"")).is_empty());
    let found = parse(constraint("3")).diagnostics.remove(0);
    assert!(found.help.unwrap().starts_with("one of `in`"));
}

#[test]
fn the_address_of_a_docker_port_is_looked_at_first() {
    let ports = |ports: &str| {
        one_task(
            &format!(r#"{{"Type": "docker", "Params": {{"Image": "x", "Ports": ["{ports}"]}}}}"#),
            r#", "Network": {"Type": "bridge"}"#,
        )
    };
    assert_eq!(places(&ports("80:80:80:80"), "E0211"), ["80:80"]);
    assert_eq!(places(&ports("127.0.0.1:80:80"), "E0211"), ["80"]);
    assert!(codes(ports("127.0.0.1:8080:80")).is_empty());
}

#[test]
fn a_prefix_too_long_is_no_path() {
    let text = task(r#""Network": {"Type": "http", "Domains": ["1.2.3.4/33"]}"#);
    let found = parse(text.clone()).diagnostics.remove(0);
    assert!(found.message.contains("`/33` is no prefix of an IPv4 address"), "{}", found.message);
    assert_eq!(places(&text, found.code.name()), ["/33"]);
}

#[test]
fn a_type_and_braces_that_wildcards_decide_about_are_warned_about() {
    let result = |result: &str| one_task(WASM, &format!(r#", "ResultPaths": [{{"Name": "o", {result}}}]"#));
    let folder = result(r#""Path": "/o/*.txt", "Type": "directory""#);
    assert_eq!(
        (codes(folder.clone()), places(&folder, "W0313")),
        (vec!["W0313"], vec!["\"directory\"".into()])
    );
    for braces in [r#""Path": "/o/{a,b}.txt""#, r#""Path": "/o/{a,b}.txt", "Type": "file""#] {
        assert_eq!(codes(result(braces)), ["W0315"], "{braces}");
    }
    for fine in [
        r#""Path": "/o/*.{a,b}""#,
        r#""Path": "/o/*.txt", "Type": "file""#,
        r#""Path": "/o/{a}.txt""#,
        r#""Path": "/o", "Type": "directory""#,
    ] {
        assert!(codes(result(fine)).is_empty(), "{fine}");
    }
}

#[test]
fn policies_that_cancel_each_other_are_warned_about() {
    let policy = |text: &str| format!("Type: service\n{text}\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]");
    for (text, places_of) in [
        ("ErrorHandling: {OnFailure: stop, MaxAttempts: 3, BackoffStrategy: linear}", vec!["3", "linear"]),
        ("ErrorHandling: {OnFailure: retry}", vec!["retry"]),
        ("UpdateStrategy: {Type: rolling}", vec![]),
        ("ErrorHandling: {BackoffStrategy: linear}", vec!["linear"]),
        ("RestartPolicy: {Mode: never, MaxAttempts: 3}", vec!["3"]),
        ("UpdateStrategy: {Type: recreate, MaxUnavailable: 0}", vec!["0"]),
        ("ErrorHandling: {MaxAttempts: 3, OnFailure: retry, BackoffStrategy: exponential}", vec![]),
        ("UpdateStrategy: {Type: rolling, MaxUnavailable: 0}", vec![]),
    ] {
        assert_eq!(places(&policy(text), "W0313"), places_of, "{text}");
        assert_eq!(codes(policy(text)).len(), places_of.len(), "{text}");
    }
    assert_eq!(codes(policy("ErrorHandling: {OnFailure: again, BackoffStrategy: linear}")), ["E0107"]);
    assert_eq!(codes(policy("ErrorHandling: {OnFailure: retry, MaxAtempts: 3}")), ["W0104"]);
    let retry: Option<Retry> = job(&policy("ErrorHandling: {MaxAttempts: 3}")).tasks.remove(0).retry;
    assert_eq!(retry.unwrap().attempts.value, 3);
}

#[test]
fn secrets_in_plain_text_are_warned_about_wherever_they_stand() {
    let env = |engine: &str, env: &str| one_task(engine, &format!(", \"Env\": {env}"));
    assert_eq!(places(&env(NOOP, r#"{"DB_PASSWORD": "hunter2"}"#), "W0314"), ["hunter2"]);
    assert!(codes(env(NOOP, r#"{"DB_PASSWORD": "env:DB_PASSWORD", "TOKEN": "<token>"}"#)).is_empty());
    let list = DOCKER.replace("\"ubuntu\"", r#""ubuntu", "EnvironmentVariables": ["A=b", "API_KEY=abc"]"#);
    assert_eq!(places(&one_task(&list, ""), "W0314"), ["abc"]);
    let arguments =
        WASM.replace("\"main.wasm\"", r#""main.wasm", "Parameters": ["-k", "ghp_0123456789abcdefghij"]"#);
    assert_eq!(codes(one_task(&arguments, "")), ["W0314"]);
    let input = |source: &str| task(&format!(r#""InputSources": [{{"Source": {source}, "Target": "/in"}}]"#));
    for source in [
        r#"{"Type": "s3", "Params": {"Bucket": "b", "SecretAccessKey": "abc"}}"#,
        r#"{"Type": "urlDownload", "Params": {"URL": "https://me:pass@example.com/a"}}"#,
        r#"{"Type": "urlDownload", "Params": {"URL": "https://example.com/a", "Headers": {"Authorization": "Bearer x"}}}"#,
        r#"{"Type": "inline", "Params": {"Content": "-----BEGIN PRIVATE KEY-----\nMII"}}"#,
    ] {
        assert_eq!(codes(input(source)), ["W0314"], "{source}");
    }
    let said = parse(env(NOOP, r#"{"TOKEN": "hunter2"}"#)).diagnostics.remove(0);
    assert!(!said.message.contains("hunter2"), "{}", said.message);
}

#[test]
fn a_variable_of_the_host_has_a_name() {
    assert_eq!(places(&task(r#""Env": {"A": "env:"}"#), "E0209"), ["env:"]);
}

#[test]
fn sources_are_held_to_what_makes_sense() {
    let input = |source: &str| task(&format!(r#""InputSources": [{{"Source": {source}, "Target": "/in"}}]"#));
    let url = |url: &str| input(&format!(r#"{{"Type": "urlDownload", "Params": {{"URL": "{url}"}}}}"#));
    assert!(codes(url("https://example.com/a/b.csv?x=/")).is_empty());
    for folder in ["https://example.com", "https://example.com/", "https://example.com/a/?b=c"] {
        assert_eq!(codes(url(folder)), ["W0302"], "{folder}");
    }
    let local =
        |fields: &str| input(&format!(r#"{{"Type": "local", "Params": {{"SourcePath": "a", {fields}}}}}"#));
    assert_eq!(says(&local(r#""CreateAs": "link""#)), ["invalid CreateAs value link"]);
    assert_eq!(codes(local(r#""CreateAs": "dir""#)), ["W0313"]);
    assert!(codes(local(r#""CreateAs": "dir", "ReadWrite": true"#)).is_empty());
    let part = |fields: &str| {
        input(&format!(r#"{{"Type": "s3", "Params": {{"Bucket": "b", "Partition": {{{fields}}}}}}}"#))
    };
    assert_eq!(codes(part(r#""Type": "regex""#)), ["E0106"]);
    assert_eq!(codes(part(r#""Type": "substring", "StartIndex": 3, "EndIndex": 3"#)), ["E0200"]);
    assert_eq!(codes(part(r#""Type": "object", "Pattern": "x""#)), ["W0313"]);
    assert!(codes(part(r#""Type": "date", "DateFormat": "2006""#)).is_empty());
}

#[test]
fn parameters_of_a_publisher_without_a_type_are_not_lost_in_silence() {
    let publisher = |text: &str| codes(task(&format!("\"Publisher\": {text}")));
    assert!(publisher("{}").is_empty() && publisher(r#"{"Type": "", "Params": {}}"#).is_empty());
    assert_eq!(publisher(r#"{"Params": {"Bucket": "b"}}"#), ["W0313"]);
}

#[test]
fn paths_have_a_length_and_a_depth_that_systems_take() {
    let result = |path: &str| codes(task(&format!(r#""ResultPaths": [{{"Name": "a", "Path": "{path}"}}]"#)));
    assert!(result(&"/a".repeat(128)).is_empty());
    assert_eq!(result(&"/a".repeat(129)), ["E0204"]);
    assert_eq!(result(&format!("/{}", "a".repeat(4096))), ["E0204"]);
}

#[test]
fn an_s3_publisher_has_bacalhaus_words() {
    let publisher = |params: &str| task(&format!(r#""Publisher": {{"Type": "s3", "Params": {{{params}}}}}"#));
    for (params, said) in [
        (r#""Key": "k""#, "invalid s3 params. bucket cannot be empty"),
        (r#""Bucket": "b", "Key": """#, "invalid s3 params. key cannot be empty"),
        (
            r#""Bucket": "b", "Key": "k", "Encoding": "zip""#,
            "invalid s3 params. encoding must be either 'plain' or 'gzip'",
        ),
    ] {
        assert_eq!(says(&publisher(params)), [said]);
    }
}

#[test]
fn results_are_where_the_guest_could_write_them() {
    let results = |engine: &str, input: &str, results: &str| {
        one_task(engine, &format!(r#", "InputSources": [{input}], "ResultPaths": [{results}]"#))
    };
    let local = |target: &str, more: &str| {
        format!(
            r#"{{"Source": {{"Type": "local", "Params": {{"SourcePath": "a"{more}}}}}, "Target": "{target}"}}"#
        )
    };
    let file = |path: &str| format!(r#"{{"Name": "r", "Path": "{path}", "Type": "file"}}"#);
    let writable = r#", "ReadWrite": true"#;
    for (engine, input, result, expected) in [
        (WASM, local("/in", ""), file("/in/a"), Some("E0214")),
        (WASM, local("/in", writable), file("/in/*.csv"), Some("E0214")),
        (WASM, local("/", ""), file("/a"), Some("E0214")),
        (WASM, local("/in", ""), file("/inner"), None),
        (WASM, local("/in/deep", ""), file("/in"), Some("W0315")),
        (DOCKER, local("/in", ""), file("/in/a"), Some("W0315")),
        (DOCKER, local("/in", writable), file("/in/a"), None),
        (DOCKER, local("/in", ""), file("/dev/a"), Some("W0315")),
    ] {
        let text = results(engine, &input, &result);
        assert_eq!(codes(text.as_str()), Vec::from_iter(expected), "{text}");
    }
    let folder = r#"{"Name": "f", "Path": "/a/b"}"#;
    assert_eq!(codes(results(WASM, &local("/in", ""), &format!("{}, {folder}", file("/a")))), ["W0315"]);
    let bracket = results(WASM, &local("/in", ""), &file("/a/[x.csv"));
    assert_eq!(places(&bracket, "E0204"), ["["]);
}

#[test]
fn a_stream_has_no_path_of_its_own_and_levels_need_a_compression() {
    let result = |fields: &str| task(&format!(r#""ResultPaths": [{{"Name": "r", {fields}}}]"#));
    assert_eq!(places(&result(r#""Path": "/log", "Type": "stdout""#), "W0313"), ["\"/log\""]);
    assert!(codes(result(r#""Path": "/stdout", "Type": "stdout""#)).is_empty());
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 3"#)), ["W0313"]);
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 3, "Compression": "none""#)), ["W0313"]);
    assert!(codes(result(r#""Path": "/a", "CompressionLevel": 9, "Compression": "gzip""#)).is_empty());
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 0, "Compression": "gzip""#)), ["E0200"]);
}

#[test]
fn constraints_that_compare_numbers_have_one() {
    let constraint = |operator: &str, value: &str| {
        with_field(&format!(
            r#""Constraints": [{{"Key": "GPU-0-Memory", "Operator": "{operator}", "Values": ["{value}"]}}]"#
        ))
    };
    assert!(codes(constraint("gt", "15360")).is_empty());
    assert!(codes(constraint("=", "much")).is_empty());
    assert_eq!(places(&constraint("LT", "much"), "E0212"), ["\"much\""]);
}

/// The document's own jobs, whole and in part: what is there is read, and only what is missing is told.
#[test]
fn the_documents_own_examples_are_read() {
    let basic = r#"{"Name": "my-job", "Type": "batch", "Count": 1, "Tasks": [{"Name": "main",
        "Engine": {"Type": "docker", "Params": {"Image": "ubuntu:latest"}}, "Resources": {"CPU": "1", "Memory": "1GB"}}]}"#;
    assert!(parse(basic).diagnostics.is_empty());
    let minimum = task(
        "\"Resources\": {\n  \"CPU\": \"0.1\",    // Minimum CPU allocation\n  \"Memory\": \"1MB\",  // Minimum memory \
         allocation\n  \"Disk\": \"10MB\"   // Minimum disk allocation\n}",
    );
    assert_eq!(codes(minimum), ["W0014"]);
    let gradual = r#"{"Name": "gradual-scale", "Type": "batch", "Count": 1, "Tasks": [{
        "Resources": {"CPU": "0.5", "Memory": "512MB"}, "Timeouts": {"ExecutionTimeout": 300}}]}"#;
    assert_eq!(codes(gradual), ["E0106", "E0106"], "a name and an engine");
    for part in [
        r#"{"Type": "batch", "Count": 5, "ExecutionPlan": "parallel"}"#,
        r#"{"Type": "service", "Count": 3, "UpdateStrategy": {"Type": "rolling", "MaxUnavailable": 1}}"#,
        r#"{"Type": "daemon", "RestartPolicy": {"Mode": "always", "MaxAttempts": 5}}"#,
        r#"{"Name": "robust-job", "Type": "batch", "ErrorHandling": {"MaxAttempts": 3, "OnFailure": "retry", "BackoffStrategy": "exponential"}}"#,
    ] {
        assert_eq!(codes(part), ["E0106"], "{part}");
        assert_eq!(says(part), ["missing job tasks"]);
        let whole = part.replacen('{', r#"{"Tasks": [{"Name": "a", "Engine": {"Type": "noop"}}], "#, 1);
        assert!(parse(whole.as_str()).diagnostics.is_empty(), "{part}");
    }
    for field in [
        r#""Network": {"Type": "http", "Domains": ["api.example.com"], "EnableIPv6": true, "DNS": ["8.8.8.8"],
            "Policies": {"Egress": {"Ports": ["80", "443"]}}}"#,
        r#""Network": {"Type": "none", "AllowLoopback": true}"#,
        r#""Network": {"Type": "http", "Domains": ["*.service.local"],
            "Routes": [{"Match": "service.local", "Target": "internal.svc.cluster"}]}"#,
        r#""Timeouts": {"ExecutionTimeout": 3600, "QueueTimeout": 300, "TotalTimeout": 4000}"#,
        r#""Timeouts": {"ExecutionTimeout": 60, "QueueTimeout": 10, "TotalTimeout": 70}"#,
        r#""ResultPaths": [{"Name": "output", "Path": "/outputs/results", "Type": "directory", "Format": "raw",
            "Compression": "zstd", "CompressionLevel": 3}]"#,
        r#""ResultPaths": [{"Name": "stdout", "Path": "/stdout", "Type": "file"},
            {"Name": "core", "Path": "/core.*", "Type": "file"}]"#,
        r##""InputSources": [{"Source": {"Type": "inline", "Params": {"Content":
            "#!/bin/bash\necho \"Special chars: $PATH\""}}, "Target": "/run.sh"}]"##,
        r#""InputSources": [{"Source": {"Type": "ipfs", "Params": {"CID": "QmHash..."}}, "Target": "/inputs/data",
            "Alias": "dataset"}]"#,
    ] {
        assert!(codes(task(field)).is_empty(), "{field}");
    }
}

/// As `job describe` of some versions printed a job, without `Job` around it.
#[test]
fn a_job_that_the_system_has_printed_is_a_job() {
    let printed = |state: &str, version: u32| {
        format!(
            r#"{{"ID": "", "Name": "x", "Type": "batch", "State": {{"StateType": "{state}"}}, "Version": {version},
                "Revision": 0, "CreateTime": 0, "ModifyTime": 0,
                "Tasks": [{{"Name": "main", "Engine": {{"Type": "noop"}}}}]}}"#
        )
    };
    for text in [printed("Undefined", 0), printed("Completed", 3)] {
        assert_eq!(notes(&text), ["N0227"]);
        assert!(parse(text).job.is_some());
    }
}

#[test]
fn lists_of_texts_are_read_as_bacalhau_reads_them() {
    let text = r#"{"Name": "x", "Type": "batch", "Tasks": [{"Name": "x", "Engine": {"Type": "docker", "Params":
        {"Image": "x", "Parameters": ["a", null], "EnvironmentVariables": ["A=1", "B", "b"]}}}]}"#;
    assert_eq!(codes(text), ["W0109", "W0253", "W0253"]);
    let parsed = parse(text).job.unwrap();
    let dayfly_spec::model::Engine::Container(container) = &parsed.tasks[0].engine else { panic!() };
    assert_eq!(container.command.as_ref().map(Vec::len), Some(2));
}
