//! Amounts of resources.

use crate::common::{codes, job, job_with_warnings, parse, places};
use crate::{task, with_field};

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
