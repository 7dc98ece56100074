use tokio::sync::watch;

use super::*;
use crate::gpu::device::Device;
use crate::gpu::usage::Counters;
use crate::gpu::{Gpus, Quotas};

/// Says to a test that it has a process of its own.
const ALONE: &str = "DAYFLY_TEST_ALONE";

fn open(gpus: &Gpus) -> (tokio::runtime::Runtime, Device, watch::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let quotas = Quotas::default();
    let hold = Arc::new(gpus.reserve(1).unwrap());
    let adapter = hold.adapter(0).unwrap().clone();
    let (over, is_over) = watch::channel(());
    let opening = Opening {
        features: wgpu::Features::empty(),
        limits: wgpu::Limits::defaults(),
        counters: Arc::new(Counters::new(1 << 30, &quotas)),
        quotas,
        memory: crate::gpu::meter::Meter::new(1 << 30),
        taken: Vec::new(),
        hold,
        alive: Arc::default(),
        over,
    };
    let device = runtime.block_on(Device::open(&adapter, opening)).unwrap();
    (runtime, device, is_over)
}

/// A submission that the driver never speaks of again.
fn begin_forever(worker: &mut Worker) {
    let serial = worker.shared.depart();
    worker.flights.push_back(Flight { serial, ..Flight::default() });
}

#[test]
fn a_gpu_is_free_again_when_its_driver_gave_the_device_up() {
    let gpus = Gpus::noop(Quotas::default());
    let (runtime, device, mut over) = open(&gpus);
    device.send(|worker| {
        begin_forever(worker);
        worker.shared.give_up("it is a test");
    });
    let why = runtime.block_on(device.call(|_| Ok(()))).and_then(|()| device.shared.check());
    assert!(why.unwrap_err().text.contains("its driver gave it up: it is a test"));
    drop(device);
    let ended = async { tokio::time::timeout(Duration::from_secs(20), over.changed()).await };
    assert!(runtime.block_on(ended).is_ok(), "its thread goes on");
    assert!(gpus.reserve(1).is_ok());
}

#[test]
fn a_panic_loses_the_device_and_is_not_printed() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static PRINTED: AtomicUsize = AtomicUsize::new(0);
    if std::env::var_os(ALONE).is_none() {
        // In a process of its own: what panics print is the same for all of one.
        let test = "gpu::device::worker::tests::a_panic_loses_the_device_and_is_not_printed";
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let alone = alone.args([test, "--exact"]).env(ALONE, "1").output().unwrap();
        assert!(alone.status.success(), "{alone:?}");
        return;
    }
    std::panic::set_hook(Box::new(|_| {
        PRINTED.fetch_add(1, Ordering::AcqRel);
    }));
    let (runtime, device, _over) = open(&Gpus::noop(Quotas::default()));
    assert!(runtime.block_on(device.call::<()>(|_| panic!("it is a test"))).is_err());
    // Once this is done, or refused, that is over.
    let _ = runtime.block_on(device.call(|_| Ok(())));
    let lost = device.shared.check().unwrap_err();
    assert!(lost.text.contains("panicked"), "{lost:?}");
    assert_eq!(PRINTED.load(Ordering::Acquire), 0);
    // Others are heard of as before.
    assert!(std::thread::spawn(|| panic!("it is a test")).join().is_err());
    assert_eq!(PRINTED.load(Ordering::Acquire), 1);
}

/// The drop of a shader that the compiler keeps whole goes as deep as that is nested.
#[test]
fn the_thread_of_a_device_has_the_stack_of_those_that_compile() {
    let gpus = Gpus::noop(Quotas::default());
    let (runtime, device, _over) = open(&gpus);
    #[inline(never)]
    fn deep(levels: u32) -> u32 {
        let room = std::hint::black_box([levels; 1 << 10]);
        if levels == 0 { room[0] } else { deep(levels - 1) + room[1] - levels }
    }
    // 4 KiB each, 16 MiB in all.
    let given = runtime.block_on(device.call(|_| Ok(deep(4_000))));
    assert_eq!(given.unwrap(), 0);
}
