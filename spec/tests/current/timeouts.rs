//! Timeouts.

use crate::common::{codes, parse, places};
use crate::{says, task};

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
fn timeouts_with_units_are_told_in_seconds() {
    let found = parse(task(r#""Timeouts": {"ExecutionTimeout": "1h30m"}"#)).diagnostics.remove(0);
    assert_eq!((found.code.name(), found.help.as_deref()), ("E0105", Some("write `5400`")));
}
