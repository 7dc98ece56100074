//! Whether the page about job files names every field.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::current;
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
        Shape::List(shape) | Shape::FilledList(shape) | Shape::Map(shape) => {
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

#[test]
fn the_page_about_job_files_names_every_field() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dialects.md");
    let page = fs::read_to_string(page).unwrap();
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")).collect();
    let named = |place: &String| {
        rows.iter().any(|row| {
            let fields = row.split(" | ").next().unwrap_or("");
            fields.split('`').any(|field| field == place)
        })
    };
    let mut places = Places::new();
    walk(&current::JOB, "", &mut places);
    let forgotten: Vec<_> = places.values().filter(|places| !places.iter().any(named)).collect();
    assert!(forgotten.is_empty(), "docs/dialects.md has no row for {forgotten:#?}");
    assert!(places.len() > 80, "{}", places.len());
}
