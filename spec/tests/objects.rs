//! What is asked of a bucket can work.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, one_task, parse, places};

fn asking(what: &str) -> String {
    let input = format!(
        r#", "InputSources": [{{"Target": "/a", "Source": {{"Type": "s3", "Params": {{"Bucket": "b", "Key": "k/*", {what}}}}}}}]"#
    );
    one_task(r#"{"Type": "noop"}"#, &input)
}

#[test]
fn filters_and_patterns_are_regular_expressions_of_go() {
    let filter = asking(r#""Filter": "a\\d(""#);
    assert_eq!(places(&filter, "E0250"), ["("]);
    assert!(parse(filter.as_str()).diagnostics[0].message.ends_with("missing closing ): `a\\d(`"));
    let pattern = asking(r#""Partition": {"Type": "regex", "Pattern": "["}"#);
    assert_eq!(places(&pattern, "E0250"), ["["]);
    assert_eq!(
        codes(asking(r#""Filter": "^\\w+$", "Partition": {"Type": "regex", "Pattern": "(\\d+)-"}"#)),
        [""; 0]
    );
}

#[test]
fn checksums_are_base64_of_a_sha256() {
    for (written, help) in [
        ("zz", "44 characters"),
        ("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmA==", "44 characters"),
        (
            "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
    ] {
        let parsed = parse(asking(&format!("\"ChecksumSHA256\": \"{written}\"")));
        assert!(parsed.job.is_some());
        assert_eq!(parsed.diagnostics[0].code.name(), "W0251");
        assert!(parsed.diagnostics[0].help.as_ref().unwrap().contains(help), "{:?}", parsed.diagnostics);
    }
    let right = r#""ChecksumSHA256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=""#;
    assert_eq!(codes(asking(right)), [""; 0]);
}
