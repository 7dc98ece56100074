//! Constraints.

use crate::common::{codes, parse, places};
use crate::with_field;

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
