//! What holds for every store.

use super::super::RefusalKind;
use super::super::limits::{MAX_BATCH, MAX_KEY, MAX_MEMORY, MAX_SWAPS, MAX_VALUE, PAGE_BYTES, PAGE_KEYS};
use super::*;

/// Does the same with a store of each kind.
fn everywhere(test: impl Fn(&mut Guest, Handle)) {
    let mut guest = Guest::new(vec![Store::in_memory("s")]);
    let bucket = guest.open("s");
    test(&mut guest, bucket);
    #[cfg(feature = "keyvalue")]
    {
        let place = tempfile::tempdir().unwrap();
        let mut guest = Guest::new(vec![kept("s", place.path())]);
        let bucket = guest.open("s");
        test(&mut guest, bucket);
    }
}

#[test]
fn what_is_set_is_there_until_it_is_deleted() {
    everywhere(|guest, bucket| {
        assert_eq!(guest.get(bucket, "k"), None);
        guest.set(bucket, "k", b"one").unwrap();
        guest.set(bucket, "k", b"\0two\xff").unwrap();
        guest.set(bucket, "", b"").unwrap();
        guest.set(bucket, "a\0b", b"x").unwrap();
        guest.set(bucket, "K", b"other case").unwrap();
        assert_eq!(guest.get(bucket, "k").unwrap(), b"\0two\xff");
        assert_eq!(guest.get(bucket, "").unwrap(), b"");
        assert_eq!((guest.get(bucket, "a"), guest.get(bucket, "a\0b").unwrap()), (None, b"x".to_vec()));
        assert!(run(guest.call().exists(&bucket.borrow(), "k")).unwrap());
        run(guest.call().delete(&bucket.borrow(), "k")).unwrap();
        run(guest.call().delete(&bucket.borrow(), "k")).unwrap();
        assert!(!run(guest.call().exists(&bucket.borrow(), "k")).unwrap());
        assert_eq!(guest.get(bucket, "k"), None);
        assert_eq!(guest.keys(bucket).0, ["", "a\0b", "K"]);
    });
}

#[test]
fn all_handles_of_a_store_see_the_same() {
    everywhere(|guest, bucket| {
        let other = guest.open("s");
        guest.set(bucket, "k", b"v").unwrap();
        assert_eq!(guest.get(other, "k").unwrap(), b"v");
        guest.call().close(Resource::new_own(other.0)).unwrap();
        assert_eq!(guest.get(bucket, "k").unwrap(), b"v");
        let again = guest.call().close(Resource::new_own(other.0));
        assert!(matches!(again, Err(Error::Trap(_))), "{again:?}");
    });
}

#[test]
fn a_store_that_is_not_granted_is_refused_and_told() {
    let mut guest = Guest::new(vec![Store::in_memory("default"), Store::in_memory("b")]);
    for _ in 0..3 {
        assert!(matches!(run(guest.call().open("c")), Err(Error::NoSuchStore)));
    }
    let long = "x".repeat(100_000);
    assert!(matches!(run(guest.call().open(&long)), Err(Error::NoSuchStore)));
    let refusals = guest.refusals();
    let first = Refusal { kind: RefusalKind::Unknown, store: "c".to_owned(), count: 3 };
    assert_eq!((refusals.len(), &refusals[0]), (2, &first));
    assert!(refusals[1].store.len() < 1_000);
    // By no name, the one that is called `default`.
    let (by_name, by_none, other) = (guest.open("default"), guest.open(""), guest.open("b"));
    guest.set(by_name, "k", b"v").unwrap();
    assert_eq!(guest.get(by_none, "k").unwrap(), b"v");
    assert_eq!(guest.get(other, "k"), None);
}

#[test]
fn numbers_are_added_to_as_far_as_they_go() {
    everywhere(|guest, bucket| {
        assert_eq!(guest.increment(bucket, "n", 7), Ok(7));
        assert_eq!(guest.increment(bucket, "n", -10), Ok(-3));
        assert_eq!(guest.get(bucket, "n").unwrap(), b"-3");
        guest.set(bucket, "n", b"99").unwrap();
        assert_eq!(guest.increment(bucket, "n", 1), Ok(100));
        assert!(guest.increment(bucket, "n", 1).unwrap_err().contains("beyond"));
        assert_eq!(guest.get(bucket, "n").unwrap(), b"100", "as it was");
        assert!(guest.increment(bucket, "n", i128::MAX).unwrap_err().contains("beyond"));
        for no_number in ["", "x", "1.5", "\u{660}", " 1", &"1".repeat(1_000)] {
            guest.set(bucket, "n", no_number.as_bytes()).unwrap();
            assert!(guest.increment(bucket, "n", 1).unwrap_err().contains("no number"), "{no_number:?}");
        }
    });
}

#[test]
fn a_swap_is_done_where_nobody_else_was_faster() {
    everywhere(|guest, bucket| {
        let new = |guest: &mut Guest| run(guest.call().new_swap(&bucket.borrow(), "k".to_owned())).unwrap();
        let swap = |guest: &mut Guest, swap, value: &[u8]| run(guest.call().swap(swap, value)).unwrap();
        let first = new(guest);
        let late = new(guest);
        assert!(swap(guest, first, b"1").is_none());
        let again = swap(guest, late, b"2").unwrap();
        assert_eq!(guest.get(bucket, "k").unwrap(), b"1");
        assert!(swap(guest, again, b"2").is_none(), "with the handle that was given instead");
        // Of the same value, and still another entry.
        let old = new(guest);
        run(guest.call().delete(&bucket.borrow(), "k")).unwrap();
        guest.set(bucket, "k", b"2").unwrap();
        let again = swap(guest, old, b"3").unwrap();
        // Who has looked knows what there is.
        guest.set(bucket, "k", b"4").unwrap();
        let borrowed = Resource::new_borrow(again.rep());
        assert_eq!(run(guest.call().current(&borrowed)).unwrap().unwrap(), b"4");
        assert!(swap(guest, again, b"5").is_none());
        assert_eq!(guest.get(bucket, "k").unwrap(), b"5");
        for _ in 0..MAX_SWAPS {
            new(guest);
        }
        let full = run(guest.call().new_swap(&bucket.borrow(), "k".to_owned()));
        assert!(said(full.map(drop)).unwrap_err().contains("no more than"));
    });
}

#[test]
fn long_lists_come_in_pages_whatever_happens_meanwhile() {
    everywhere(|guest, bucket| {
        let entries: Vec<_> = (0..2 * PAGE_KEYS + 1).map(|i| (format!("{i:05}"), Vec::new())).collect();
        run(guest.call().set_many(&bucket.borrow(), &entries)).unwrap();
        let all: Vec<_> = entries.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(guest.keys(bucket), (all.clone(), 3));
        let first = run(guest.call().keys(&bucket.borrow(), 0)).unwrap();
        // What was on that page is gone, and something new is there: neither moves the rest.
        run(guest.call().delete_many(&bucket.borrow(), &first.keys)).unwrap();
        guest.set(bucket, "new", b"").unwrap();
        guest.set(bucket, &all[PAGE_KEYS], b"changed").unwrap();
        let second = run(guest.call().keys(&bucket.borrow(), first.next.unwrap())).unwrap();
        assert_eq!(second.keys, all[PAGE_KEYS..2 * PAGE_KEYS]);
        let third = run(guest.call().keys(&bucket.borrow(), second.next.unwrap())).unwrap();
        assert_eq!((third.keys, third.next), (vec![all[2 * PAGE_KEYS].clone(), "new".to_owned()], None));
        for beyond in [1 << 40, u64::MAX] {
            let page = run(guest.call().keys(&bucket.borrow(), beyond)).unwrap();
            assert!(page.keys.is_empty() && page.next.is_none());
        }
    });
}

#[test]
fn a_page_of_long_keys_is_a_short_one() {
    everywhere(|guest, bucket| {
        let keys: Vec<_> = (0..100).map(|i| format!("{i:0>MAX_KEY$}")).collect();
        for key in &keys {
            guest.set(bucket, key, b"").unwrap();
        }
        let page = run(guest.call().keys(&bucket.borrow(), 0)).unwrap();
        assert_eq!(page.keys.len(), PAGE_BYTES / MAX_KEY);
        assert_eq!(guest.keys(bucket), (keys, 2));
    });
}

#[test]
fn several_at_a_time_are_as_many_as_one_call_takes() {
    everywhere(|guest, bucket| {
        let entries: Vec<_> = (0..250).map(|i| (i.to_string(), i.to_string().into_bytes())).collect();
        run(guest.call().set_many(&bucket.borrow(), &entries)).unwrap();
        let keys = vec!["3".to_owned(), "none".to_owned(), "249".to_owned()];
        let got = run(guest.call().get_many(&bucket.borrow(), keys)).unwrap();
        assert_eq!(got, [Some(entries[3].clone()), None, Some(entries[249].clone())]);
        let many = vec![String::new(); MAX_BATCH + 1];
        let why = said(run(guest.call().get_many(&bucket.borrow(), many.clone())).map(drop)).unwrap_err();
        assert!(why.contains("no more than 10000 keys"), "{why}");
        assert!(run(guest.call().delete_many(&bucket.borrow(), &many)).is_err());
        guest.set(bucket, "large", &vec![1; MAX_VALUE]).unwrap();
        let three = vec!["large".to_owned(); 3];
        let why = said(run(guest.call().get_many(&bucket.borrow(), three)).map(drop)).unwrap_err();
        assert!(why.contains("ask for fewer"), "{why}");
    });
}

#[test]
fn what_is_too_long_is_refused() {
    everywhere(|guest, bucket| {
        let key = "k".repeat(MAX_KEY + 1);
        assert!(guest.set(bucket, &key, b"").unwrap_err().contains("a key has no more than 4096 bytes"));
        assert!(run(guest.call().get(&bucket.borrow(), &key)).is_err());
        assert!(run(guest.call().exists(&bucket.borrow(), &key)).is_err());
        assert!(run(guest.call().delete(&bucket.borrow(), &key)).is_err());
        guest.set(bucket, &key[1..], b"").unwrap();
        let value = vec![0; MAX_VALUE + 1];
        assert!(guest.set(bucket, "k", &value).unwrap_err().contains("a value has no more than"));
        // The keys before it are set, as the interface says.
        let entries = [("a".to_owned(), Vec::new()), (key, Vec::new()), ("b".to_owned(), Vec::new())];
        assert!(run(guest.call().set_many(&bucket.borrow(), &entries)).is_err());
        assert!(guest.get(bucket, "a").is_some() && guest.get(bucket, "b").is_none());
    });
}

#[test]
fn memory_is_as_large_as_it_may_be_for_all_stores_together() {
    let mut guest = Guest::new(vec![Store::in_memory("a"), Store::in_memory("b")]);
    let (one, other) = (guest.open("a"), guest.open("b"));
    let value = vec![0; MAX_VALUE];
    let fit = usize::try_from(MAX_MEMORY).unwrap() / (MAX_VALUE + 1_000);
    for number in 0..fit {
        guest.set(if number % 2 == 0 { one } else { other }, &number.to_string(), &value).unwrap();
    }
    for _ in 0..2 {
        assert!(guest.set(other, "more", &value).unwrap_err().contains("no room"));
    }
    assert_eq!(guest.refusals(), [Refusal { kind: RefusalKind::Memory, store: "b".to_owned(), count: 2 }]);
    // What is there can become smaller, and makes room for others.
    guest.set(one, "0", b"small").unwrap();
    guest.set(other, "more", &value[..MAX_VALUE / 2]).unwrap();
    run(guest.call().delete(&one.borrow(), "0")).unwrap();
}
