//! Values that are set without a buffer.

use super::cases;
use crate::kit::{bytes, slot, Kit, VALIDATION};
use crate::{Device, Facts, Fault, Front, Kind, Limit, Program, Wants};

cases! {
    immediates_are_set: "api,operation,command_buffer,programmable,immediate:basic_execution", Computing;
    immediates_are_set_in_part: "api,operation,command_buffer,programmable,immediate:update_data", Computing;
    immediates_are_of_whole_words: "api,validation,encoding,cmds,setImmediates:*", Any;
    immediates_end_below_the_limit: "api,validation,encoding,cmds,setImmediates:*", Any;
    layouts_have_few_immediates: "api,validation,createPipelineLayout:*", Any;
    dispatches_take_their_immediates: "api,validation,encoding,programmable,pipeline_immediate:required_slots_set", Any;
}

const IMMEDIATES: Wants = Wants { timestamps: false, immediates: true };

const TEXT: &str = "
    var<immediate> given: vec4u;
    @group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
    @compute @workgroup_size(1) fn main(@builtin(workgroup_id) id: vec3u) { out[id.x] = given + id.x; }";

/// A pipeline of a shader with immediates, and the layout of its group.
fn made<D: Device>(device: &D, size: u32) -> (D::Pipeline, D::Layout) {
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let (layouts, shader) = (device.pipeline_layout(&[Some(&layout)], size), device.shader(TEXT));
    let program = Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] };
    (device.pipeline(program), layout)
}

async fn immediates_are_set<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(IMMEDIATES).await;
    let ((pipeline, layout), out) = (made(&device, 16), device.data(&[0; 8]));
    let group = device.whole(&layout, &[&out]);
    let act = || {
        device.pass(|pass| {
            device.set_pipeline(pass, &pipeline);
            device.bind(pass, 0, &group, &[]);
            device.set_immediates(pass, 0, &bytes(&[1, 2, 3, 0xffff_fff0]));
            device.dispatch(pass, [2, 1, 1]);
        });
    };
    facts.fault(device.caught(act).await, None);
    facts.words(&device.all(&out, 8).await, &[1, 2, 3, 0xffff_fff0, 2, 3, 4, 0xffff_fff1]);
}

async fn immediates_are_set_in_part<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(IMMEDIATES).await;
    let ((pipeline, layout), outs) = (made(&device, 16), [0, 1, 2].map(|_| device.data(&[0; 4])));
    let groups = [0, 1, 2].map(|index: usize| device.whole(&layout, &[&outs[index]]));
    device.pass(|pass| {
        device.set_pipeline(pass, &pipeline);
        let steps = [(0, &[1, 2, 3, 4][..]), (8, &[7]), (4, &[8, 9, 10])];
        for (group, (offset, words)) in groups.iter().zip(steps) {
            device.set_immediates(pass, offset, &bytes(words));
            device.bind(pass, 0, group, &[]);
            device.dispatch(pass, [1, 1, 1]);
        }
    });
    for (out, wanted) in outs.iter().zip([[1, 2, 3, 4], [1, 2, 7, 4], [1, 8, 9, 10]]) {
        facts.words(&device.all(out, 4).await, &wanted);
    }
}

/// Sets so many bytes somewhere.
async fn set<F: Front>(front: &F, facts: &mut Facts, all: impl Fn(u32) -> Vec<(u32, usize, Option<Fault>)>) {
    let device = front.open(IMMEDIATES).await;
    let most = device.limit(Limit::Immediates) as u32;
    let (pipeline, _) = made(&device, most);
    for (offset, length, wanted) in all(most) {
        let act = || {
            device.pass(|pass| {
                // wgpu has them be of a pipeline, where WebGPU has them be of the pass.
                device.set_pipeline(pass, &pipeline);
                device.set_immediates(pass, offset, &vec![0; length]);
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}

async fn immediates_are_of_whole_words<F: Front>(front: &F, facts: &mut Facts) {
    let all =
        |_| vec![(0, 4, None), (4, 8, None), (2, 4, VALIDATION), (0, 6, VALIDATION), (0, 3, VALIDATION)];
    set(front, facts, all).await;
}

async fn immediates_end_below_the_limit<F: Front>(front: &F, facts: &mut Facts) {
    let all = |most: u32| {
        vec![
            (0, most as usize, None),
            (most - 4, 4, None),
            (most - 4, 8, VALIDATION),
            (0, most as usize + 4, VALIDATION),
            (u32::MAX - 3, 8, VALIDATION),
        ]
    };
    set(front, facts, all).await;
}

async fn layouts_have_few_immediates<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(IMMEDIATES).await;
    let most = device.limit(Limit::Immediates) as u32;
    for (size, wanted) in
        [(0, None), (4, None), (most, None), (most + 4, VALIDATION), (u32::MAX - 3, VALIDATION)]
    {
        facts.fault(device.caught(|| drop(device.pipeline_layout(&[], size))).await, wanted);
    }
}

async fn dispatches_take_their_immediates<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(IMMEDIATES).await;
    let ((pipeline, layout), out) = (made(&device, 32), device.data(&[0; 4]));
    let group = device.whole(&layout, &[&out]);
    for (parts, wanted) in [
        (&[(0, 4)][..], None),
        (&[(0, 2), (8, 2)], None),
        (&[], VALIDATION),
        (&[(0, 3)], VALIDATION),
        (&[(4, 4)], VALIDATION),
    ] {
        let act = || {
            device.pass(|pass| {
                device.set_pipeline(pass, &pipeline);
                device.bind(pass, 0, &group, &[]);
                for (offset, count) in parts {
                    device.set_immediates(pass, *offset, &bytes(&vec![1; *count]));
                }
                device.dispatch(pass, [1, 1, 1]);
            });
        };
        facts.fault(device.caught(act).await, wanted);
    }
}
