//! Files with one mistake each.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::agreement::{Verdict, compare};

/// A place in a value, by keys and indexes from the root.
type Place = Vec<Step>;

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// Every place in a value, the root left out.
fn places(value: &Value) -> Vec<Place> {
    let children: Vec<_> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (step, child) in children {
        all.push(vec![step.clone()]);
        for mut place in places(child) {
            place.insert(0, step.clone());
            all.push(place);
        }
    }
    all
}

fn at<'v>(value: &'v mut Value, place: &[Step]) -> &'v mut Value {
    place.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Index(index) => &mut value[*index],
    })
}

/// Every value with one mistake, or what may be one.
fn mutations(whole: &Value) -> Vec<Value> {
    let other_values = [
        json!(null),
        json!(true),
        json!(7),
        json!(-3),
        json!(1.5),
        json!(""),
        json!("zzz"),
        json!("12"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"Zzz": 1}),
    ];
    let mut all = Vec::new();
    for place in places(whole) {
        for other in &other_values {
            let mut value = whole.clone();
            *at(&mut value, &place) = other.clone();
            all.push(value);
        }
        let (Some(last), parent) = (place.last(), &place[..place.len() - 1]) else { continue };
        let mut value = whole.clone();
        match (at(&mut value, parent), last) {
            (Value::Object(map), Step::Key(key)) => {
                for name in [format!("{key}x"), key.to_uppercase(), key.to_lowercase()] {
                    let mut renamed: Map<String, Value> = map.clone();
                    if let Some(old) = renamed.remove(key) {
                        renamed.insert(name, old);
                    }
                    let mut value = whole.clone();
                    *at(&mut value, parent) = Value::Object(renamed);
                    all.push(value);
                }
                map.remove(key);
            }
            (Value::Array(list), Step::Index(index)) => {
                list.remove(*index);
            }
            _ => {}
        }
        all.push(value);
    }
    all
}

#[test]
fn the_schema_and_the_reader_agree_on_files_with_one_mistake() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for file in crate::files::all() {
        let Some(whole) = crate::values::value(&file.bytes) else { continue };
        // Long content is read and written again for every mistake.
        if whole.to_string().len() > 20_000 {
            continue;
        }
        for value in mutations(&whole) {
            let text = value.to_string();
            match compare(text.as_bytes(), &value) {
                Verdict::Agree => *counts.entry("agree").or_default() += 1,
                Verdict::Beyond => *counts.entry("beyond").or_default() += 1,
                Verdict::Differ(how) => differences.push(format!("{}: {text}\n{how}", file.name)),
            }
        }
    }
    println!("{counts:?}, {} differ", differences.len());
    assert!(differences.is_empty(), "{}", differences[..differences.len().min(8)].join("\n\n"));
    assert!(counts["agree"] > 1000, "{counts:?}");
}
