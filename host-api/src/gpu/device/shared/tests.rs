use super::*;

fn shared(quotas: &Quotas) -> Shared {
    Shared::new(Arc::new(Counters::new(0, quotas)), quotas)
}

#[test]
fn time_counts_from_the_end_of_the_one_before() {
    let shared = shared(&Quotas::default());
    let (first, second) = (shared.depart(), shared.depart());
    let now = Instant::now();
    shared.arrive(first, now + Duration::from_secs(2));
    assert_eq!(shared.arrive(second, now + Duration::from_secs(3)), Duration::from_secs(1));
    assert!(shared.deadline().is_none() && shared.check().is_ok());
}

#[test]
fn who_takes_too_long_is_lost_and_stays_lost() {
    let shared = shared(&Quotas { submission_time: Duration::from_millis(5), ..Quotas::default() });
    let serial = shared.depart();
    std::thread::sleep(Duration::from_millis(10));
    let lost = shared.check().unwrap_err();
    assert_eq!((lost.errno, lost.text.contains("the 5ms")), (Errno::Lost, true), "{lost:?}");
    shared.arrive(serial, Instant::now());
    assert!(shared.check().is_err());
    let refused = shared.counters.refusals();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].what, "the guest may not have more than 5ms of a GPU for one submission");
}

#[test]
fn what_is_lost_counts_at_once_and_once() {
    let shared = shared(&Quotas { submission_time: Duration::from_millis(5), ..Quotas::default() });
    let serial = shared.depart();
    std::thread::sleep(Duration::from_millis(10));
    assert!(shared.check().is_err());
    let counted = shared.counters.gpu_time();
    assert!(counted >= Duration::from_millis(10), "{counted:?}");
    let rest = shared.arrive(serial, Instant::now() + Duration::from_secs(1));
    assert!(rest < Duration::from_secs(1) + Duration::from_millis(500), "{rest:?}");
    assert!(counted + rest >= Duration::from_millis(1_010));
}

#[test]
fn it_is_said_when_the_time_of_all_is_over() {
    let quotas = Quotas { total_time: Some(Duration::from_millis(5)), ..Quotas::default() };
    let shared = shared(&quotas);
    shared.depart();
    std::thread::sleep(Duration::from_millis(10));
    let lost = shared.check().unwrap_err();
    assert!(lost.text.contains("more than 5ms of GPU time"), "{lost:?}");
    assert_eq!(shared.counters.refusals()[0].what, "the guest may not have more than 5ms of GPU time");
}

/// Sixteen submissions that take as long as they may each take longer than anybody has patience for.
#[test]
fn patience_begins_when_nothing_is_under_way() {
    let shared = shared(&Quotas { submission_time: Duration::MAX, ..Quotas::default() });
    let serial = shared.depart();
    let (asked, now) = (Instant::now(), Instant::now());
    assert_eq!(shared.patience(asked, PATIENCE), None);
    assert!(shared.deadline().is_none() && shared.check().is_ok());
    shared.arrive(serial, now + Duration::from_secs(100));
    assert_eq!(shared.patience(asked, PATIENCE), Some(now + Duration::from_secs(100) + PATIENCE));
    // A time that is longer than there are instants is no fault.
    let (answer, comes) = oneshot::channel();
    answer.send(7).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    assert_eq!(runtime.block_on(shared.answered(comes)).unwrap(), 7);
}

#[test]
fn what_is_over_the_most_is_found() {
    let shared = shared(&Quotas::default());
    assert_eq!(shared.over(2), None);
    let first = shared.depart();
    shared.depart();
    assert_eq!(shared.over(2), Some(first));
    assert_eq!(shared.over(3), None);
}
