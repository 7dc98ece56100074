//! What a job asks for more of than this machine has: refused by `plan` and `run`, and never by `validate`.

use serde_json::json;

use crate::support::Case;

const GREEDY: &str = "\
Name: greedy
Tasks:
  - Name: main
    Engine: {Type: wasm, Params: {EntryModule: main.wat}}
    InputSources: [{Source: {Type: localDirectory, Params: {SourcePath: main.wat}}, Target: main.wat}]
    Resources:
      CPU: \"100000\"
      Memory: 900TB
      Disk: 9000TB
      GPU: \"99\"
";

fn case(job: &str) -> Case {
    let case = Case::new();
    case.write("main.wat", "(module (func (export \"_start\")))");
    case.write("job.yaml", job);
    case
}

#[test]
fn what_asks_for_more_than_there_is_does_not_start() {
    let case = case(GREEDY);
    case.dayfly(["validate", "job.yaml"]).exits(0);
    let ended = case
        .refuses("job.yaml", 69)
        .says("insufficient resources: CPU request exceeds node capacity")
        .says("job.yaml:7:12: `Tasks[0].Resources.CPU` asks for 100000 processor cores, and guests may have ")
        .says("job.yaml:8:15: `Tasks[0].Resources.Memory` asks for 900000000000000 bytes of memory")
        .says("job.yaml:9:13: `Tasks[0].Resources.Disk` asks for 9000000000000000 bytes of disk, and ")
        .says("job.yaml:10:12: `Tasks[0].Resources.GPU` asks for 99 GPUs, and guests may have ");
    assert_eq!(ended.stderr.matches("insufficient resources").count(), 1, "{ended}");
    let outcome = case.dayfly(["run", "job.yaml", "--json"]).exits(69).json();
    assert_eq!(outcome["status"], "unavailable");
    assert_eq!(outcome["executions"], json!([]));
}

#[test]
fn a_plan_says_the_same() {
    let case = case(GREEDY);
    let text = case.dayfly(["plan", "job.yaml"]).exits(69).stdout;
    assert!(text.contains("insufficient resources: CPU request exceeds node capacity"), "{text}");
    assert!(text.contains("job.yaml:9:13: `Tasks[0].Resources.Disk` asks for"), "{text}");
}

#[test]
fn a_flag_asks_in_the_jobs_place() {
    let case = case(&GREEDY.replace("CPU: \"100000\"", "CPU: \"1\"").replace("GPU: \"99\"", "GPU: \"0\""));
    let ended = case.dayfly(["run", "job.yaml", "--memory", "64MB", "--disk", "8000TB"]).exits(69);
    assert!(ended.stderr.contains("disk request exceeds node capacity"), "{ended}");
    assert!(ended.stderr.contains("`--disk` asks for 8000000000000000 bytes"), "{ended}");
    assert!(!ended.stderr.contains("asks for 900000000000000 bytes of memory"), "{ended}");
    case.dayfly(["run", "job.yaml", "--memory", "64MB", "--disk", "64MB"]).exits(0);
}

#[test]
fn what_runs_nothing_needs_nothing() {
    let case = Case::new();
    case.write("job.yaml", "Tasks: [{Name: main, Engine: {Type: noop}, Resources: {CPU: \"100000\"}}]");
    case.dayfly(["run", "job.yaml"]).exits(0);
}
