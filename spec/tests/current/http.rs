//! Functions: what a job's and a task's free data says of requests.

use dayfly_spec::model::{HttpFunction, Job};

use crate::common::{codes, job_with_warnings, parse, places};

const WASM: &str = "{Type: wasm, Params: {EntryModule: a.wasm}}";

/// A service of one task with free data.
fn service(meta: &str) -> String {
    format!("Type: service\nTasks: [{{Name: a, Engine: {WASM}, Meta: {{{meta}}}}}]\n")
}

/// A service of several tasks, each with free data.
fn services(job: &str, tasks: &[&str]) -> String {
    let task =
        |(index, meta): (usize, &&str)| format!("  - {{Name: t{index}, Engine: {WASM}, Meta: {{{meta}}}}}\n");
    let tasks: String = tasks.iter().enumerate().map(task).collect();
    format!("Type: service\nMeta: {{{job}}}\nTasks:\n{tasks}")
}

fn function(job: Job) -> Option<HttpFunction> {
    job.tasks.into_iter().next().unwrap().http
}

fn routes(http: &HttpFunction) -> Vec<String> {
    http.routes.iter().map(|route| route.value.to_string()).collect()
}

#[test]
fn free_data_makes_a_function_of_a_service() {
    let text = service(
        "http.route: '/, /users/{id}  /files/{rest...}', http.methods: 'get,POST', \
         http.host: 'API.example.com *.example.org', http.concurrency: '16', http.reuse: '1,000', note: mine",
    );
    let parsed = parse(text.as_str());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let job = parsed.job.unwrap();
    assert_eq!(job.tasks[0].meta.len(), 6, "they stay where they are");
    let http = function(job).unwrap();
    assert_eq!(routes(&http), ["/", "/users/{id}", "/files/{rest...}"]);
    let place = |index: usize| {
        let span = http.routes[index].origin.span.unwrap();
        &text[span.start as usize..span.end as usize]
    };
    assert_eq!([0, 1, 2].map(place), ["/", "/users/{id}", "/files/{rest...}"]);
    assert_eq!(http.routes[1].origin.change, "Tasks[0].Meta.http.route");
    let methods: Vec<_> = http.methods.iter().map(|method| method.value.as_str()).collect();
    assert_eq!(methods, ["GET", "POST"]);
    let hosts: Vec<_> = http.hosts.iter().map(|host| host.value.to_string()).collect();
    assert_eq!(hosts, ["api.example.com", "*.example.org"]);
    assert_eq!((http.concurrency.unwrap().value, http.reuse.unwrap().value), (16, 1_000));
}

#[test]
fn what_is_silent_answers_everything_that_comes() {
    let http = function(job_with_warnings(&service("http.concurrency: '1'"))).unwrap();
    assert_eq!(routes(&http), ["/{path...}"]);
    let origin = &http.routes[0].origin;
    assert_eq!((origin.span, origin.change.as_ref()), (None, "Tasks[0].Meta.http.route"));
    assert!(http.answers_method("BREW") && http.answers_host("example.com"));
    assert!(http.hosts.is_empty() && http.reuse.is_none());

    let http = function(job_with_warnings(&service("http.methods: PUT, http.host: a.com"))).unwrap();
    assert!(http.answers_method("PUT") && !http.answers_method("GET") && !http.answers_method("HEAD"));
    let http_get = function(job_with_warnings(&service("http.methods: GET"))).unwrap();
    assert!(
        http_get.answers_method("HEAD") && !http_get.answers_method("PUT"),
        "who answers `GET` answers `HEAD`"
    );
    assert!(http.answers_host("A.com") && !http.answers_host("b.com"));
}

#[test]
fn a_service_without_such_keys_is_no_function() {
    for text in [service("note: http.route"), service("http: /, HTTP.route: /")] {
        assert!(codes(text.as_str()).is_empty(), "{text}");
        assert_eq!(function(job_with_warnings(&text)), None, "{text}");
    }
}

#[test]
fn what_the_job_says_holds_for_functions_that_are_silent() {
    let text = services(
        "http.host: a.com, http.methods: GET",
        &["http.route: /a", "http.route: /b, http.methods: POST, http.host: b.com", "note: mine"],
    );
    assert!(codes(text.as_str()).is_empty(), "{:?}", parse(text.as_str()).diagnostics);
    let job = job_with_warnings(&text);
    let said: Vec<_> = job
        .tasks
        .iter()
        .map(|task| {
            let http = task.http.as_ref().unwrap();
            (routes(http).join(" "), http.methods[0].value.as_str(), http.hosts[0].value.to_string())
        })
        .collect();
    let said: Vec<_> =
        said.iter().map(|(route, method, host)| (route.as_str(), *method, host.as_str())).collect();
    assert_eq!(said, [("/a", "GET", "a.com"), ("/b", "POST", "b.com"), ("/{path...}", "GET", "a.com")]);
    assert_eq!(job.tasks[0].http.as_ref().unwrap().hosts[0].origin.change, "Meta.http.host");
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    for (meta, code, place) in [
        ("http.route: users", "E0254", "users"),
        ("http.route: '/a, /b/:id /c'", "E0254", ":id"),
        ("http.route: '/a /b//c'", "E0254", "//"),
        ("http.route: ''", "E0254", "''"),
        ("http.route: [/a]", "E0254", "[/a]"),
        ("http.route: '/a, /b, /%61'", "E0205", "/%61"),
        ("http.methods: 'GET, GTE'", "E0107", "GTE"),
        ("http.methods: '*'", "E0107", "*"),
        ("http.methods: 'GET get'", "E0205", "get"),
        ("http.host: 'a.com b.com:80'", "E0256", ":80"),
        ("http.host: '*'", "E0256", "*"),
        ("http.concurrency: '0'", "E0200", "'0'"),
        ("http.concurrency: '5000000000'", "E0200", "'5000000000'"),
        ("http.reuse: many", "E0200", "many"),
        ("http.rout: /", "W0104", "/"),
        ("http.: /", "W0104", "/"),
    ] {
        let text = service(meta);
        let warned = if meta.contains('[') { " W0302" } else { "" };
        assert_eq!(codes(text.as_str()).join(" "), format!("{code}{warned}"), "{meta}");
        assert_eq!(places(&text, code), [place], "{meta}");
    }
    let parsed = parse(service("http.rout: /"));
    assert_eq!(parsed.diagnostics[0].help.as_deref(), Some("did you mean `http.route`?"));
    let many: Vec<_> = (0..65).map(|index| format!("/{index}")).collect();
    assert_eq!(codes(service(&format!("http.route: '{}'", many.join(" ")))), ["E0254"]);
    assert!(codes(service(&format!("http.route: '{}'", many[1..].join(" ")))).is_empty());
}

#[test]
fn what_makes_no_function_says_what_would() {
    let job = |kind: &str, engine: &str, task: &str, job: &str| {
        format!("Type: {kind}\nMeta: {{{job}}}\nTasks: [{{Name: a, Engine: {engine}, Meta: {{{task}}}}}]\n")
    };
    let docker = "{Type: docker, Params: {Image: a}}";
    for (text, why) in [
        (job("batch", WASM, "http.route: /", ""), "a job of type `batch` answers no requests"),
        (job("ops", WASM, "http.route: /", ""), "a job of type `ops` answers no requests"),
        (job("daemon", WASM, "", "http.route: /"), "a job of type `daemon` answers no requests"),
        (job("service", docker, "http.route: /", ""), "an engine of type `docker` answers no requests"),
        (job("service", "{Type: noop}", "http.route: /", ""), "an engine of type `noop` answers no requests"),
        (job("service", docker, "", "http.route: /"), "no task of the job has an engine of type `wasm`"),
    ] {
        let parsed = parse(text.as_str());
        let [found] = parsed.diagnostics.as_slice() else { panic!("{text}{:?}", parsed.diagnostics) };
        assert_eq!(found.code.name(), "W0313");
        assert_eq!(found.message, format!("`http.route` has no effect: {why}"));
        assert_eq!(
            found.help.as_deref(),
            Some("a function is a task with an engine of `Type: wasm` in a job of `Type: service`")
        );
        assert_eq!(function(parsed.job.unwrap()), None);
    }
    // What is meant is not known where the type or the engine is wrong, and that is told.
    assert_eq!(codes(job("servic", WASM, "http.route: /", "")), ["E0107"]);
    assert_eq!(codes(job("service", "{Type: wasn}", "http.route: /", "")), ["E0107"]);
    assert_eq!(codes(job("service", "{Type: wasn}", "", "http.route: /")), ["E0107"]);
    // A container beside a function has no use for what the job says, and it has an effect all the same.
    let beside = format!(
        "Type: service\nMeta: {{http.route: /}}\nTasks: [{{Name: a, Engine: {docker}}}, {{Name: b, Engine: {WASM}}}]"
    );
    assert!(codes(beside).is_empty());
}

#[test]
fn two_functions_for_one_request_are_told_with_both_places() {
    let text = services("", &["http.route: '/a, /x/{id}'", "http.route: '/b /x/{name}'"]);
    let parsed = parse(text.as_str());
    let [found] = parsed.diagnostics.as_slice() else { panic!("{:?}", parsed.diagnostics) };
    assert_eq!(
        (found.code.name(), found.message.as_str()),
        ("E0255", "`t0` and `t1` both answer the paths `/x/{name}`")
    );
    let written = |span: dayfly_spec::Span| &text[span.start as usize..span.end as usize];
    assert_eq!((written(found.span), written(found.related[0].0)), ("/x/{name}", "/x/{id}"));

    for (tasks, conflict) in [
        (["http.route: /a", "http.route: /a/"], false),
        (["http.route: '/{x}'", "http.route: '/{x...}'"], false),
        (["http.route: /a, http.methods: GET", "http.route: /a, http.methods: POST"], false),
        (["http.route: /a, http.methods: GET", "http.route: /a, http.methods: 'PUT, GET'"], true),
        (["http.route: /a, http.methods: GET", "http.route: /a, http.methods: HEAD"], false),
        (["http.route: /a, http.methods: PUT", "http.route: /a"], false),
        (["http.route: /a", "http.route: /a, http.methods: PUT"], false),
        (["http.route: /a, http.host: a.com", "http.route: /a, http.host: b.com"], false),
        (["http.route: /a, http.host: a.com", "http.route: /a, http.host: '*.com'"], false),
        (["http.route: /a, http.host: a.com", "http.route: /a"], false),
        (["http.route: /a, http.host: a.com", "http.route: /a, http.host: 'b.com A.com.'"], true),
        (["http.concurrency: '1'", "http.route: '/{rest...}'"], true),
    ] {
        let found = codes(services("", &tasks));
        assert_eq!(found, if conflict { vec!["E0255"] } else { vec![] }, "{tasks:?}");
    }
    // What the job says for both stands at one place: the tasks' names tell them apart.
    let text = services("http.route: /a", &["", ""]);
    assert_eq!((codes(text.as_str()), places(&text, "E0255")), (vec!["E0255"], vec!["t1".to_owned()]));
    assert_eq!(codes(service("http.route: '/{a} /{b}'")), ["E0255"], "also in one function");
}

#[test]
fn more_combinations_than_anybody_needs_are_refused() {
    let list =
        |count: usize, name: &dyn Fn(usize) -> String| (0..count).map(name).collect::<Vec<_>>().join(" ");
    let hosts = list(64, &|index| format!("h{index}.example.com"));
    let methods = list(64, &|index| format!("M{index}"));
    let routes = list(64, &|index| format!("/{index}"));
    let meta = format!("http.route: {routes}, http.host: {hosts}, http.methods: {methods}");
    assert_eq!(codes(service(&meta)), ["E0254"]);
}
