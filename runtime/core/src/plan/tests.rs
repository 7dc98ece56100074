//! Plans without an engine: what is known of a job before any module is looked at.

use async_trait::async_trait;
use dayfly_spec::model::{Engine, Job};

use super::{LimitOrigin, Plan};
use crate::{Core, Ended, Ending, Executor, HostPolicy, Output, Start};

/// Serves WebAssembly, and says nothing about it.
struct Silent;

#[async_trait]
impl Executor for Silent {
    fn serves(&self, engine: &Engine) -> bool {
        matches!(engine, Engine::Wasm(_))
    }

    async fn execute(&self, _: Start) -> Ended {
        Ended::before_start(Ending::Fault("a plan runs nothing".to_owned()))
    }
}

fn job(task: &str) -> Job {
    Job::parse(&format!(
        r#"{{"Name": "j", "Type": "batch", "Tasks": [{{"Name": "t", {task}
            "Engine": {{"Type": "wasm", "Params": {{"EntryModule": {{
                "Source": {{"Type": "inline", "Params": {{"Content": "(module)"}}}}, "Target": "/m.wat"
            }}}}}}}}]}}"#
    ))
    .unwrap()
}

async fn plan(core: &Core, job: &Job, folder: &std::path::Path) -> Plan {
    core.plan(job).policy(HostPolicy::default().base(folder)).await
}

fn codes(plan: &Plan) -> Vec<u32> {
    plan.findings.iter().map(|finding| finding.exit_code).collect()
}

#[tokio::test]
async fn a_job_that_nothing_runs_is_planned_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).build();
    let job = job(
        r#""InputSources": [{"Source": {"Type": "inline", "Params": {"Content": "abc"}}, "Target": "/in"}],"#,
    );
    let plan = plan(&core, &job, home.path()).await;
    assert_eq!((plan.runs, plan.exit_code, codes(&plan)), (false, 69, vec![69]));
    let task = &plan.tasks[0];
    assert!(task.executor.is_none());
    assert_eq!((task.inputs[0].bytes, task.inputs[0].folder), (Some(3), Some(false)));
    assert!(task.inputs[0].digest.is_some());
    assert!(!home.path().join("home").exists(), "nothing is written");
}

#[tokio::test]
async fn an_executor_that_does_not_plan_is_named_as_such() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let plan = plan(&core, &job(""), home.path()).await;
    assert!(plan.runs, "{:?}", plan.findings);
    let executor = plan.tasks[0].executor.as_ref().unwrap();
    assert!(executor.why.contains("says no more"), "{executor:?}");
    assert!(plan.tasks[0].folder.ends_with("executions/<execution identifier>"));
}

#[tokio::test]
async fn findings_come_in_the_order_in_which_a_run_meets_them() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("file"), "").unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let job = job(r#""Publisher": {"Type": "ipfs"}, "Env": {"A": "env:B"}, "InputSources": [
            {"Source": {"Type": "localDirectory", "Params": {"SourcePath": "gone"}}, "Target": "/a"},
            {"Source": {"Type": "localDirectory", "Params": {"SourcePath": "/etc"}}, "Target": "/b"}],"#);
    let output = Output { folder: home.path().join("file/below"), force: false };
    let plan = core.plan(&job).policy(HostPolicy::default().base(home.path())).output(output).await;
    // The output is looked at before any task.
    assert_eq!(codes(&plan), [73, 69, 77, 66, 77]);
    assert_eq!(plan.exit_code, 73);
}

#[tokio::test]
async fn limits_say_who_sets_them() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let plan = plan(&core, &job(r#""Resources": {"Memory": "1MB"},"#), home.path()).await;
    let limit = |name: &str| {
        let limit = plan.tasks[0].limits.iter().find(|limit| limit.name == name).unwrap();
        (limit.value, limit.origin)
    };
    assert_eq!(limit("memory"), (Some(1_000_000), LimitOrigin::Job));
    assert_eq!(limit("disk"), (Some(1_000_000_000), LimitOrigin::Default));
    assert_eq!(limit("time"), (None, LimitOrigin::Default));
    assert_eq!(limit("stdout").1, LimitOrigin::Fixed);
}

/// A plan is often shown to others.
#[tokio::test]
async fn secrets_are_not_shown() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let job = job(r#""Env": {"DB_PASSWORD": "pw123456", "USER": "ada"}, "InputSources": [{"Target": "/a",
            "Source": {"Type": "urlDownload", "Params": {"URL": "https://u:hunter2@x.com/a?X-Amz-Signature=SIG"}}}],"#);
    let plan = plan(&core, &job, home.path()).await;
    let text = serde_json::to_string(&plan).unwrap();
    assert!(!["pw123456", "hunter2", "SIG"].iter().any(|secret| text.contains(secret)), "{text}");
    assert!(text.contains("ada") && text.contains("https://<not shown>@x.com/a?<not shown>"), "{text}");
}

#[tokio::test]
async fn what_would_be_made_is_not_made() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let job = job(r#""InputSources": [{"Target": "/a", "Source": {"Type": "localDirectory",
            "Params": {"SourcePath": "new", "ReadWrite": true, "CreateAs": "file"}}}],"#);
    let policy = HostPolicy::default().base(home.path()).allow_folder(home.path(), true);
    let plan = core.plan(&job).policy(policy).await;
    let input = &plan.tasks[0].inputs[0];
    assert!(plan.runs && input.made && input.writable && input.folder == Some(false), "{plan:?}");
    assert!(!home.path().join("new").exists());
}

#[tokio::test]
async fn no_result_is_taken_out_of_an_input_of_a_job_that_no_file_says() {
    let home = tempfile::tempdir().unwrap();
    let core = Core::builder(home.path().join("home")).executor(Silent).build();
    let mut job = job(r#""ResultPaths": [{"Name": "r", "Path": "/out/x", "Type": "file"}],
            "InputSources": [{"Source": {"Type": "inline", "Params": {"Content": "abc"}}, "Target": "/in"}],"#);
    assert!(plan(&core, &job, home.path()).await.runs);
    job.tasks[0].results[0].path.value = "/in/x".to_owned();
    let plan = plan(&core, &job, home.path()).await;
    assert_eq!(codes(&plan), [65]);
    assert!(plan.findings[0].reason.contains("lies in the input"), "{:?}", plan.findings);
}

#[tokio::test]
async fn labels_of_the_builder_are_added_to_those_of_the_machine_or_take_their_place() {
    let home = tempfile::tempdir().unwrap();
    let core =
        Core::builder(home.path().join("home")).label("zone", "roof").label("os_type", "plan9").build();
    let asking = |key: &str, value: &str| {
        Job::parse(&format!(
            "Constraints: [{{Key: {key}, Operator: '=', Values: [{value}]}}]\nTasks: [{{Name: t, Engine: {{Type: noop}}}}]"
        ))
        .unwrap()
    };
    for (key, value, met) in [
        ("zone", "roof", true),
        ("os_type", "plan9", true),
        ("os_type", "linux", false),
        ("zone", "cellar", false),
    ] {
        let plan = core.plan(&asking(key, value)).await;
        assert_eq!((plan.runs, plan.constraints[0].met), (met, met), "{key} {value}: {:?}", plan.findings);
        assert_eq!(codes(&plan), if met { vec![] } else { vec![69] });
    }
    assert!(core.labels().get("os_arch").is_some());
}
