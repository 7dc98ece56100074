//! Whether the page about job files names every field of every form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{current, ipvm, legacy};
use crate::decode::{Object, Shape};

/// The places of each field of a table, by the table and the field.
type Places = BTreeMap<(*const Object, &'static str), Vec<String>>;

/// Finds the fields of an object and of what lies below it. In a place, lists have no brackets, and the parameters of
/// a type stand behind its name: `Tasks.Engine[wasm].EntryModule`.
fn walk(object: &'static Object, place: &str, places: &mut Places) {
    for field in object.fields {
        let place = if place.is_empty() { field.name.to_owned() } else { format!("{place}.{}", field.name) };
        places.entry((object, field.name)).or_default().push(place.clone());
        below(&field.shape, &place, places);
    }
}

fn below(shape: &Shape, place: &str, places: &mut Places) {
    match shape {
        Shape::Object(object) => walk(object, place, places),
        Shape::List(shape)
        | Shape::FilledList(shape)
        | Shape::Map(shape)
        | Shape::Set(shape)
        | Shape::Hint(shape) => {
            below(shape, place, places);
        }
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| below(shape, place, places)),
        Shape::Config(config) => {
            for kind in config.kinds {
                if let Some(params) = kind.params {
                    walk(params, &format!("{place}[{}]", kind.name), places);
                }
            }
        }
        _ => {}
    }
}

/// The fields that the page's table has a row for.
fn rows(page: &str) -> BTreeSet<&str> {
    let table = page.split("\n## ").find(|part| part.starts_with("Every field\n")).unwrap_or_default();
    // Further tables below it are about other things.
    let table = table.split("\n### ").next().unwrap_or_default();
    let fields = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    fields.flat_map(|fields| fields.split('`').step_by(2)).filter(|field| !field.is_empty()).collect()
}

#[test]
fn the_page_about_job_files_has_a_row_for_every_field_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dialects.md");
    let page = fs::read_to_string(page).unwrap();
    let rows = rows(&page);
    let mut places = Places::new();
    walk(&current::JOB, "", &mut places);
    walk(&legacy::JOB, "", &mut places);
    walk(&ipvm::TASK, "", &mut places);
    walk(&ipvm::CONFIG, "meta.bacalhau/config", &mut places);
    let named = |place: &String| rows.contains(place.as_str());
    let forgotten: Vec<_> = places.values().filter(|places| !places.iter().any(named)).collect();
    assert!(forgotten.is_empty(), "docs/dialects.md has no row for {forgotten:#?}");
    let known: BTreeSet<_> = places.values().flatten().map(String::as_str).collect();
    let unknown: Vec<_> = rows.difference(&known).collect();
    assert!(unknown.is_empty(), "docs/dialects.md has rows for what is no field: {unknown:#?}");
    assert!(places.len() > 160, "{}", places.len());
}
