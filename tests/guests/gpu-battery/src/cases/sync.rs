//! What one thing writes, and another reads or writes: in one pass, in one encoder, in one submission, and in several.

use super::cases;
use crate::kit::{bytes, Kit};
use crate::{Device, Facts, Front, Wants};

cases! {
    what_was_written_is_read: "api,operation,memory_sync,buffer,single_buffer:wr", Computing;
    what_is_read_is_written_later: "api,operation,memory_sync,buffer,single_buffer:rw", Computing;
    what_is_written_last_stays: "api,operation,memory_sync,buffer,single_buffer:ww", Computing;
    dispatches_of_a_pass_are_in_order: "api,operation,memory_sync,buffer,single_buffer:two_dispatches_in_the_same_compute_pass", Computing;
    what_was_written_is_read_of_several: "api,operation,memory_sync,buffer,multiple_buffers:wr", Computing;
    what_is_read_of_several_is_written_later: "api,operation,memory_sync,buffer,multiple_buffers:rw", Computing;
    what_is_written_last_of_several_stays: "api,operation,memory_sync,buffer,multiple_buffers:ww", Computing;
    pairs_of_dispatches_are_in_order: "api,operation,memory_sync,buffer,multiple_buffers:multiple_pairs_of_dispatches_in_one_compute_pass", Computing;
}

/// The encoders of a front.
type Encoder<F> = <<F as Front>::Device as Device>::Encoder;

/// How two things follow each other.
#[derive(Clone, Copy, PartialEq)]
enum Apart {
    Commands,
    Encoders,
    Submissions,
}

const APART: [Apart; 3] = [Apart::Commands, Apart::Encoders, Apart::Submissions];

/// What writes to a buffer, or reads from it.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Pass,
    Copy,
    Clear,
}

/// What becomes of a number.
type Turn = fn(u32) -> u32;

/// A device, and what writes.
struct Bench<D: Device> {
    device: D,
    move_on: D::Pipeline,
    source: D::Buffer,
}

/// Has what is given, plus 1, be written.
const MOVE: &str = "
@group(0) @binding(0) var<storage, read_write> to: array<u32>;
@group(0) @binding(1) var<storage, read> by: array<u32>;
@compute @workgroup_size(1) fn main() { to[0] = by[0] + 1u; }";

impl<D: Device> Bench<D> {
    async fn of<F: Front<Device = D>>(front: &F) -> Bench<D> {
        let device = front.open(Wants::default()).await;
        let (move_on, source) = (device.plain(MOVE), device.data(&[40]));
        Bench { device, move_on, source }
    }

    /// Has something be written, of what another buffer has. Gives what is there then, by what that had.
    fn write(&self, encoder: &mut D::Encoder, by: By, to: &D::Buffer, of: &D::Buffer) -> Turn {
        let device = &self.device;
        match by {
            By::Pass => {
                let group = device.bound(&self.move_on, &[to, of]);
                device.within(encoder, |pass| device.run_in(pass, &self.move_on, &group, [1, 1, 1]));
                |value| value + 1
            }
            By::Copy => {
                device.copy(encoder, (of, 0), (to, 0), 4);
                |value| value
            }
            By::Clear => {
                device.clear(encoder, to, 0, 4);
                |_| 0
            }
        }
    }

    /// Does one thing after the other.
    fn both(&self, apart: Apart, first: impl FnOnce(&mut D::Encoder), second: impl FnOnce(&mut D::Encoder)) {
        let mut encoder = self.device.encoder();
        first(&mut encoder);
        match apart {
            Apart::Commands => {
                second(&mut encoder);
                self.device.submit(vec![encoder]);
            }
            Apart::Encoders => {
                let mut other = self.device.encoder();
                second(&mut other);
                self.device.submit(vec![encoder, other]);
            }
            Apart::Submissions => {
                self.device.submit(vec![encoder]);
                self.device.record(second);
            }
        }
    }
}

async fn what_was_written_is_read<F: Front>(front: &F, facts: &mut Facts) {
    written_then_read(front, facts, 1).await;
}

async fn what_was_written_is_read_of_several<F: Front>(front: &F, facts: &mut Facts) {
    written_then_read(front, facts, 3).await;
}

async fn written_then_read<F: Front>(front: &F, facts: &mut Facts, count: usize) {
    let bench = Bench::of(front).await;
    let device = &bench.device;
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    for apart in APART {
        for write in [By::Pass, By::Copy, By::Clear] {
            for read in [By::Pass, By::Copy] {
                let (mut left, mut then): (Turn, Turn) = (|_| 0, |_| 0);
                let all: Vec<_> = (0..count).map(|_| (device.data(&[7]), device.data(&[8]))).collect();
                let first = |encoder: &mut Encoder<F>| {
                    for (buffer, _) in &all {
                        left = bench.write(encoder, write, buffer, &bench.source);
                    }
                };
                let second = |encoder: &mut Encoder<F>| {
                    for (buffer, target) in &all {
                        then = bench.write(encoder, read, target, buffer);
                    }
                };
                bench.both(apart, first, second);
                for (_, target) in &all {
                    found.extend(device.all(target, 1).await);
                    wanted.push(then(left(40)));
                }
            }
        }
    }
    facts.words(&found, &wanted);
}

async fn what_is_read_is_written_later<F: Front>(front: &F, facts: &mut Facts) {
    read_then_written(front, facts, 1).await;
}

async fn what_is_read_of_several_is_written_later<F: Front>(front: &F, facts: &mut Facts) {
    read_then_written(front, facts, 3).await;
}

async fn read_then_written<F: Front>(front: &F, facts: &mut Facts, count: usize) {
    let bench = Bench::of(front).await;
    let device = &bench.device;
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    for apart in APART {
        for read in [By::Pass, By::Copy] {
            for write in [By::Pass, By::Copy, By::Clear] {
                let (mut left, mut then): (Turn, Turn) = (|_| 0, |_| 0);
                let all: Vec<_> = (0..count).map(|_| (device.data(&[7]), device.data(&[8]))).collect();
                let first = |encoder: &mut Encoder<F>| {
                    for (buffer, target) in &all {
                        left = bench.write(encoder, read, target, buffer);
                    }
                };
                let second = |encoder: &mut Encoder<F>| {
                    for (buffer, _) in &all {
                        then = bench.write(encoder, write, buffer, &bench.source);
                    }
                };
                bench.both(apart, first, second);
                for (buffer, target) in &all {
                    found.extend(device.all(target, 1).await);
                    found.extend(device.all(buffer, 1).await);
                    wanted.extend([left(7), then(40)]);
                }
            }
        }
    }
    facts.words(&found, &wanted);
}

async fn what_is_written_last_stays<F: Front>(front: &F, facts: &mut Facts) {
    written_twice(front, facts, 1).await;
}

async fn what_is_written_last_of_several_stays<F: Front>(front: &F, facts: &mut Facts) {
    written_twice(front, facts, 3).await;
}

async fn written_twice<F: Front>(front: &F, facts: &mut Facts, count: usize) {
    let bench = Bench::of(front).await;
    let device = &bench.device;
    let other = device.data(&[90]);
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    for apart in APART {
        for one in [By::Pass, By::Copy, By::Clear] {
            for two in [By::Pass, By::Copy, By::Clear] {
                let mut then: Turn = |_| 0;
                let all: Vec<_> = (0..count).map(|_| device.data(&[7])).collect();
                let first = |encoder: &mut Encoder<F>| {
                    for buffer in &all {
                        bench.write(encoder, one, buffer, &bench.source);
                    }
                };
                let second = |encoder: &mut Encoder<F>| {
                    for buffer in &all {
                        then = bench.write(encoder, two, buffer, &other);
                    }
                };
                bench.both(apart, first, second);
                for buffer in &all {
                    found.extend(device.all(buffer, 1).await);
                    wanted.push(then(90));
                }
            }
        }
    }
    facts.words(&found, &wanted);
}

async fn dispatches_of_a_pass_are_in_order<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let sets =
        [1_u32, 2, 3].map(|number| device.plain(&crate::kit::main_of(&format!("out[0] = {number}u;"))));
    let adds = device.plain(&crate::kit::main_of("out[0] = out[0] * 10u + out[1]; out[1] += 1u;"));
    let out = device.data(&[0, 5]);
    let groups = sets.each_ref().map(|pipeline| device.bound(pipeline, &[&out]));
    let adding = device.bound(&adds, &[&out]);
    device.pass(|pass| {
        for (pipeline, group) in sets.iter().zip(&groups) {
            device.run_in(pass, pipeline, group, [1, 1, 1]);
        }
        for _ in 0..4 {
            device.run_in(pass, &adds, &adding, [1, 1, 1]);
        }
    });
    facts.bytes(&device.all(&out, 2).await, &bytes(&[35_678, 9]));
}

async fn pairs_of_dispatches_are_in_order<F: Front>(front: &F, facts: &mut Facts) {
    let bench = Bench::of(front).await;
    let (device, pipeline) = (&bench.device, &bench.move_on);
    // Each is what the one before it was, plus 1; and then the other way round.
    let chain: Vec<_> = (0..6).map(|number| device.data(&[number * 100])).collect();
    let links = chain.windows(2).map(|pair| device.bound(pipeline, &[&pair[1], &pair[0]]));
    let back = chain.windows(2).map(|pair| device.bound(pipeline, &[&pair[0], &pair[1]]));
    let (links, back): (Vec<_>, Vec<_>) = (links.collect(), back.collect());
    device.pass(|pass| {
        for group in links.iter().chain(back.iter().rev()) {
            device.run_in(pass, pipeline, group, [1, 1, 1]);
        }
    });
    for (buffer, wanted) in chain.iter().zip([10, 9, 8, 7, 6, 5]) {
        facts.words(&device.all(buffer, 1).await, &[wanted]);
    }
}
