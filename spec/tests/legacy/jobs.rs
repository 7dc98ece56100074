//! What a spec says about the job: replicas, labels, constraints, and what means nothing here.

use dayfly_spec::Severity;
use dayfly_spec::model::{JobKind, Operator};

use crate::common::{codes, job, job_with_warnings, parse, places};
use crate::says;

#[test]
fn a_deal_says_how_often_a_job_runs() {
    let all = job("Spec: {Engine: noop, Deal: {TargetingMode: true, Concurrency: 1}}");
    assert_eq!((all.kind.value, all.replicas.count.value), (JobKind::Ops, 1));
    let three =
        job("Spec: {Engine: noop, Deal: {TargetingMode: false, Concurrency: 3, Confidence: 1, MinBids: 0}}");
    assert_eq!((three.kind.value, three.replicas.count.value), (JobKind::Batch, 3));
    let silent = job("Spec: {Engine: noop, Deal: {}}");
    assert_eq!((silent.kind.value, silent.replicas.count.value), (JobKind::Batch, 1));
    assert_eq!(job("Spec: {Engine: noop, Deal: {TargetingMode: all}}").kind.value, JobKind::Ops);
}

#[test]
fn a_deal_beside_the_spec_counts_where_there_is_no_other() {
    let text = "Spec: {Engine: noop}\nDeal: {Concurrency: 2}";
    assert_eq!(job(text).replicas.count.value, 2);
    let both = "Spec: {Engine: noop, Deal: {Concurrency: 3}}\nDeal: {Concurrency: 2}";
    assert_eq!(codes(both), ["W0224"]);
    assert_eq!(job_with_warnings(both).replicas.count.value, 3);
}

#[test]
fn deals_that_cannot_be_kept_are_told_in_bacalhaus_words() {
    let deal = |deal: &str| format!("Spec: {{Engine: noop, Deal: {{{deal}}}}}");
    for (text, words) in [
        ("Concurrency: 0", "concurrency must be >= 1"),
        ("Confidence: -1", "confidence must be >= 0"),
        ("Concurrency: 2, Confidence: 3", "the deal confidence cannot be higher than the concurrency"),
    ] {
        assert_eq!(says(&deal(text), "E0200"), format!("Bacalhau says: {words}"));
    }
    let all = deal("TargetingMode: true, Concurrency: 5");
    assert!(says(&all, "W0302").ends_with("concurrency ignored for target all mode, must be == 0"));
    assert_eq!(codes(deal("Concurrency: 10001")), ["E0200"]);
    assert_eq!(codes(deal("Concurrency: 3, Confidence: 2, MinBids: 2")), ["W0226", "W0226"]);
}

#[test]
fn selectors_are_constraints() {
    let text = "Spec:\n  Engine: noop\n  NodeSelectors:\n    - {Key: owner, Operator: =, Values: [me]}\n    - {key: gpu, operator: \"!\"}\n";
    let found: Vec<_> = job(text).constraints.into_iter().map(|c| (c.value.key, c.value.operator)).collect();
    assert_eq!(found, [("owner".to_owned(), Operator::Equals), ("gpu".to_owned(), Operator::DoesNotExist)]);
    assert_eq!(codes("Spec: {Engine: noop, NodeSelectors: [{Key: a, Operator: in}]}"), ["E0212"]);
}

#[test]
fn annotations_are_labels_without_a_value() {
    let labels =
        job_with_warnings("Spec: {Engine: noop, Annotations: [nightly, nightly, \"🚀\", 5, \"a b\"]}").labels;
    let names: Vec<_> = labels.iter().map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
    assert_eq!(names, [("nightly", ""), ("🚀", ""), ("5", ""), ("a b", "")]);
    assert_eq!(codes("Spec: {Engine: noop, Annotations: [\"a b\", \"🚀x~!:@,;+-\"]}"), ["W0302"]);
    assert_eq!(places("Spec: {Engine: noop, Annotations: [a(b!]}", "W0302"), ["("]);
}

#[test]
fn not_being_tracked_is_a_note() {
    let text = "Spec: {Engine: noop, DoNotTrack: true}";
    let found = parse(text).diagnostics;
    assert_eq!((found.len(), found[0].severity), (1, Severity::Note));
    assert_eq!(codes("Spec: {Engine: noop, DoNotTrack: false}"), [""; 0]);
    assert_eq!(codes("Spec: {Engine: noop, DoNotTrack: perhaps}"), ["E0105"]);
}

#[test]
fn what_was_for_networks_is_told_about_where_it_would_do_something() {
    for (text, expected) in [
        ("Verifier: Noop", &[] as &[&str]),
        ("Verifier: External", &["W0226"]),
        ("Verifier: none", &["E0107"]),
        ("Sharding: {BatchSize: 1, GlobPatternBasePath: /inputs, GlobPattern: \"\"}", &[]),
        ("Sharding: {GlobPattern: \"/*\"}", &["W0226"]),
        ("Sharding: {BatchSize: many}", &["E0105"]),
        ("ExecutionPlan: {ShardsTotal: 1}", &[]),
        ("ExecutionPlan: {ShardsTotal: 4}", &["W0226"]),
    ] {
        assert_eq!(codes(format!("Spec: {{Engine: noop, {text}}}")), expected, "{text}");
    }
}

#[test]
fn all_findings_of_a_spec_are_told_at_once_and_in_order() {
    let text = "Spec:\n  Engine: dcker\n  Docker: {Image: \"\"}\n  Timeout: soon\n  Inputs: [{StorageSource: ipfs}]\n  Deal: {Concurrency: 0}\n  Colour: blue\n";
    assert_eq!(codes(text), ["E0107", "E0105", "E0106", "E0106", "E0200", "W0104"]);
}
