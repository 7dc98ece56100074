//! What only stores in files have.

#![cfg(feature = "keyvalue")]

use std::fs;

use rusqlite::Connection;

use super::*;
use crate::fs::RefusalKind;

const FILE: &str = "keyvalue.sqlite";

#[test]
fn what_was_set_is_there_for_the_next_guest() {
    let place = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let mut guest = Guest::new(vec![kept("s", place.path()), kept("other", place.path())]);
        let (bucket, other) = (guest.open("s"), guest.open("other"));
        assert_eq!(guest.increment(bucket, "n", 1), Ok(round + 1));
        assert_eq!(guest.get(other, "n"), None, "of another name, and so another store");
    }
}

/// Guests of several threads are like those of several processes: none shares anything with the others.
#[test]
fn guests_that_add_at_the_same_time_lose_nothing() {
    const TIMES: u32 = 25;
    let place = tempfile::tempdir().unwrap();
    let add = || {
        let mut guest = Guest::new(vec![kept("s", place.path())]);
        let bucket = guest.open("s");
        for _ in 0..TIMES {
            guest.increment(bucket, "n", 1).unwrap();
        }
    };
    std::thread::scope(|scope| (0..3).for_each(|_| drop(scope.spawn(add))));
    let mut guest = Guest::new(vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    assert_eq!(guest.increment(bucket, "n", 0), Ok(i128::from(3 * TIMES)));
}

#[test]
fn a_swap_knows_of_the_changes_of_other_processes() {
    let place = tempfile::tempdir().unwrap();
    let mut guests = [(); 2].map(|()| Guest::new(vec![kept("s", place.path())]));
    let buckets = [guests[0].open("s"), guests[1].open("s")];
    let swap = run(guests[0].call().new_swap(&buckets[0].borrow(), "k".to_owned())).unwrap();
    guests[1].set(buckets[1], "k", b"theirs").unwrap();
    assert!(run(guests[0].call().swap(swap, b"ours")).unwrap().is_some());
    assert_eq!(guests[0].get(buckets[0], "k").unwrap(), b"theirs");
}

#[test]
fn stores_count_with_files() {
    let place = tempfile::tempdir().unwrap();
    let quota = Quota { bytes: 10_000, files: 5 };
    let mut guest = Guest::within(quota, vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    guest.set(bucket, "a", &[0; 6_000]).unwrap();
    assert!(guest.set(bucket, "b", &[0; 6_000]).unwrap_err().contains("no room"));
    assert_eq!(guest.get(bucket, "b"), None);
    let usage = guest.context.files().lock().usage();
    assert!((6_000..7_000).contains(&usage.live_bytes) && usage.live_files == 1, "{usage:?}");
    assert!((usage.written_bytes, usage.read_bytes) == (6_000, 0) && usage.operations > 0, "{usage:?}");
    guest.set(bucket, "a", b"").unwrap();
    for key in ["b", "c", "d", "e"] {
        guest.set(bucket, key, b"").unwrap();
    }
    assert!(guest.set(bucket, "f", b"").is_err(), "as many entries as there may be files");
    let refusals = guest.context.files().lock().refusals().to_vec();
    let told: Vec<_> =
        refusals.iter().map(|refusal| (refusal.kind, refusal.operation, refusal.path.as_str())).collect();
    assert_eq!(
        told,
        [
            (RefusalKind::Bytes, "keep more in", "the store s"),
            (RefusalKind::Files, "keep more in", "the store s")
        ]
    );
    // What was there before is free, and what goes makes room.
    let mut next = Guest::within(quota, vec![kept("s", place.path())]);
    let bucket = next.open("s");
    run(next.call().delete(&bucket.borrow(), "a")).unwrap();
    next.set(bucket, "g", &[0; 9_000]).unwrap();
}

/// Whether a store can't be used for a reason that its user is told, and its guest is not.
fn assert_broken(place: &Path, why: &str) {
    let mut guest = Guest::new(vec![kept("s", place)]);
    let told = said(run(guest.call().open("s")).map(drop)).unwrap_err();
    assert_eq!(told, "the store can't be used now");
    let failures = guest.context.failures_of_stores();
    assert!(failures.len() == 1 && failures[0].contains(why), "{failures:?}");
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join(FILE);
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = fs::read(&file).unwrap();
    assert_broken(place.path(), "holds something else");
    assert_eq!(fs::read(&file).unwrap(), before);
    fs::write(&file, "no database, and longer than the header of one would be: ".repeat(10)).unwrap();
    assert_broken(place.path(), "not a database");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_broken(place.path(), "open");
}

#[test]
fn links_lead_nowhere() {
    for file in [FILE, "keyvalue.lock"] {
        let (place, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = elsewhere.path().join(file);
        std::os::unix::fs::symlink(&target, place.path().join(file)).unwrap();
        let mut guest = Guest::new(vec![kept("s", place.path())]);
        assert!(run(guest.call().open("s")).is_err(), "{file}");
        assert!(!target.exists(), "{file}");
    }
}

#[test]
fn another_folder_in_the_place_of_the_checked_one_is_not_used() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    fs::create_dir(&path).unwrap();
    let store = kept("s", &path);
    fs::rename(&path, home.path().join("moved")).unwrap();
    fs::create_dir(&path).unwrap();
    let mut guest = Guest::new(vec![store]);
    assert!(run(guest.call().open("s")).is_err());
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
}

/// A file with a write-ahead log has shared memory beside it, which is not used.
#[test]
fn no_file_has_shared_memory() {
    let place = tempfile::tempdir().unwrap();
    Guest::new(vec![kept("s", place.path())]).open("s");
    let connection = Connection::open(place.path().join(FILE)).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(connection);
    let mut guest = Guest::new(vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    guest.set(bucket, "k", b"v").unwrap();
    let names: Vec<_> = fs::read_dir(place.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().all(|name| !name.ends_with("-shm") && !name.ends_with("-wal")), "{names:?}");
}

/// What a file holds that somebody else wrote does no more than being read, or not.
#[test]
fn a_damaged_file_is_an_error_and_no_more() {
    let place = tempfile::tempdir().unwrap();
    let mut guest = Guest::new(vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    for number in 0..500 {
        guest.set(bucket, &number.to_string(), &[7; 100]).unwrap();
    }
    drop(guest);
    let file = place.path().join(FILE);
    let whole = fs::read(&file).unwrap();
    for (at, length) in [(100, 300), (4_096, 4_000), (8_192, 100), (20_000, 9_000)] {
        let mut damaged = whole.clone();
        damaged[at..at + length].fill(0xa5);
        fs::write(&file, &damaged).unwrap();
        let mut guest = Guest::new(vec![kept("s", place.path())]);
        if let Ok(bucket) = run(guest.call().open("s")) {
            let bucket = Handle(bucket.rep());
            for key in ["0", "250", "499", "none"] {
                let _ = run(guest.call().get(&bucket.borrow(), key));
                let _ = guest.set(bucket, key, b"x");
            }
            let _ = run(guest.call().keys(&bucket.borrow(), 0));
        }
    }
}

/// A file as a guest could write it that has the store's folder mounted.
fn forged(place: &Path, tables: &str) -> Connection {
    let connection = Connection::open(place.join(FILE)).unwrap();
    connection.execute_batch("PRAGMA application_id = 0x64666c79").unwrap();
    connection.execute_batch(tables).unwrap();
    connection
}

/// Tables that compute what they hold would do so for as long as their maker likes.
#[test]
fn tables_other_than_those_of_stores_are_not_looked_at() {
    let place = tempfile::tempdir().unwrap();
    forged(
        place.path(),
        "CREATE TABLE store (id INTEGER PRIMARY KEY, name TEXT, changes INTEGER);
         CREATE TABLE entry (place INTEGER PRIMARY KEY, store INTEGER, value BLOB, version INTEGER,
            key TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000 + place))))",
    );
    assert_broken(place.path(), "holds something else");
}

/// Whatever a file holds, a statement has an end.
#[test]
fn a_store_that_takes_too_long_to_look_at_is_an_error() {
    let place = tempfile::tempdir().unwrap();
    Guest::new(vec![kept("s", place.path())]).open("s");
    let connection = Connection::open(place.path().join(FILE)).unwrap();
    let store: i64 = connection.query_row("SELECT id FROM store", [], |row| row.get(0)).unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
        INSERT INTO store (name) SELECT printf('%d', i) FROM n";
    connection.execute_batch(many).unwrap();
    drop(connection);
    let connection = super::super::sqlite::connect(&place.path().join(FILE)).unwrap();
    let all = connection
        .query_row("SELECT sum(length(name)) FROM store WHERE id > ?1", [store], |row| row.get::<_, i64>(0));
    assert!(all.unwrap_err().to_string().contains("interrupted"));
    drop(connection);
    // One of its own is found at once, and its turn is over.
    let mut guest = Guest::new(vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    guest.set(bucket, "k", b"v").unwrap();
    assert_eq!(guest.get(bucket, "k").as_deref(), Some(&b"v"[..]));
}

/// A length that a row claims is not taken from the host's memory.
#[test]
fn a_row_that_is_too_long_is_an_error() {
    let place = tempfile::tempdir().unwrap();
    Guest::new(vec![kept("s", place.path())]).open("s");
    let connection = Connection::open(place.path().join(FILE)).unwrap();
    connection
        .execute_batch(
            "INSERT INTO entry (store, key, value, version) VALUES (1, hex(zeroblob(20000000)), x'00', 1)",
        )
        .unwrap();
    drop(connection);
    let mut guest = Guest::new(vec![kept("s", place.path())]);
    let bucket = guest.open("s");
    assert!(run(guest.call().keys(&bucket.borrow(), 0)).is_err());
    assert!(guest.context.failures_of_stores()[0].contains("too big"));
}
