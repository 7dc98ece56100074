//! What it costs to have drivers in processes of their own: measured, and printed.

use std::time::{Duration, Instant};

use dayfly_host_api::gpu::{Allowed, Gpus, Isolation};

use crate::compute::{SAXPY, patient};
use crate::guest::{COPY_DST, COPY_SRC, Guest, STORAGE, this};

/// The numbers in each buffer.
const COUNT: i64 = 1 << 20;
/// What is copied at a time, in bytes.
const PIECE: i64 = 1 << 20;

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn took(act: impl FnOnce()) -> Duration {
    let began = Instant::now();
    act();
    began.elapsed()
}

/// A guest that is measured.
struct Measured {
    name: &'static str,
    guest: Guest,
    device: i64,
    buffers: [i64; 2],
    big: (i64, i64),
    empty: (i64, i64),
    times: [Vec<Duration>; 5],
}

impl Measured {
    fn new(name: &'static str, isolation: Isolation) -> Option<Measured> {
        let gpus = Gpus::isolated(Allowed::Software, patient(), isolation);
        if gpus.count() == 0 {
            return None;
        }
        let mut guest = Guest::on(&gpus);
        let began = Instant::now();
        let device = guest.device();
        println!("{name}: a device is opened in {:?}", began.elapsed());
        let create = [device, COUNT * 4, STORAGE | COPY_SRC | COPY_DST];
        let buffers = [0, 1].map(|_| guest.ok("buffer_create", &create));
        let pipeline = guest.pipeline(device, SAXPY);
        let big = (pipeline, guest.group(device, pipeline, &buffers));
        let empty = guest.pipeline(device, "@compute @workgroup_size(1) fn main() {}");
        let none = guest.ok("bind_group_layout", &[device, 0, 0]);
        let none = guest.ok("bind_group", &[device, none, 0, 0]);
        Some(Measured { name, guest, device, buffers, big, empty: (empty, none), times: Default::default() })
    }

    fn run(&mut self, (pipeline, group): (i64, i64), groups: i64) {
        self.guest.dispatch(self.device, pipeline, group, [groups, 1, 1]);
        self.guest.ok("wait", &[self.device, 0, -1]);
    }

    fn copy(&mut self, name: &str, buffer: i64) {
        for piece in 0..COUNT * 4 / PIECE {
            self.guest.ok(name, &[buffer, piece * PIECE, 0x10_0000, PIECE]);
        }
    }

    fn round(&mut self) {
        let times = [
            took(|| self.buffers.into_iter().for_each(|buffer| self.copy("buffer_write", buffer))),
            took(|| self.run(self.big, COUNT / 64)),
            took(|| self.copy("buffer_read", self.buffers[1])),
            took(|| (0..100).for_each(|_| self.run(self.empty, 1))),
            took(|| {
                for _ in 0..100 {
                    let create = [self.device, 4096, STORAGE | COPY_SRC | COPY_DST];
                    let buffer = self.guest.ok("buffer_create", &create);
                    self.guest.ok("close", &[buffer]);
                }
            }),
        ];
        self.times.iter_mut().zip(times).for_each(|(all, one)| all.push(one));
    }

    fn print(&mut self) {
        let names =
            ["2 writes of 4 MiB", "saxpy of 2^20", "a read of 4 MiB", "100 empty dispatches", "100 buffers"];
        for (name, times) in names.iter().zip(&mut self.times) {
            println!("{}: {name}: {:?}", self.name, median(std::mem::take(times)));
        }
    }
}

#[test]
#[ignore = "it measures"]
fn costs_of_a_process() {
    let places = [("in process", Isolation::None), ("by a process", Isolation::Process(this()))];
    let mut all: Vec<Measured> =
        places.into_iter().filter_map(|(name, place)| Measured::new(name, place)).collect();
    for _ in 0..11 {
        all.iter_mut().for_each(Measured::round);
    }
    all.iter_mut().for_each(Measured::print);
}
