//! Layouts of groups and of pipelines.

use super::cases;
use crate::kit::{main_of, slot, Kit, DOUBLE, VALIDATION};
use crate::{Device, Facts, Filter, Front, Kind, Limit, Program, Slot, Wants};

cases! {
    bindings_are_there_once: "api,validation,createBindGroupLayout:duplicate_bindings", Any;
    bindings_have_numbers_below_a_limit: "api,validation,createBindGroupLayout:maximum_binding_limit", Any;
    layouts_have_few_dynamic_offsets: "api,validation,createBindGroupLayout:number_of_dynamic_buffers_exceeds_the_maximum_value", Any;
    a_layout_may_be_empty: "api,validation,createBindGroupLayout:*", Any;
    pipelines_have_few_groups: "api,validation,createPipelineLayout:number_of_bind_group_layouts_exceeds_the_maximum_value", Any;
    pipelines_have_few_dynamic_offsets: "api,validation,createPipelineLayout:number_of_dynamic_buffers_exceeds_the_maximum_value", Any;
    groups_may_be_left_out: "api,operation,pipeline,pipeline_layout_created_with_null_bind_group_layout:*", Computing;
    layouts_of_groups_are_of_one_device: "api,validation,createPipelineLayout:bind_group_layouts,device_mismatch", Any;
    no_invalid_layout_is_used: "api,validation,createPipelineLayout:*", Any;
    pipelines_tell_their_layouts: "api,validation,getBindGroupLayout:index_range,auto_layout", Any;
}

/// Layouts of groups, each of slots that are made of a number.
async fn made<F: Front>(front: &F, facts: &mut Facts, all: &[(Vec<Slot>, bool)]) {
    let device = front.open(Wants::default()).await;
    for (slots, is_right) in all {
        let fault = device.caught(|| drop(device.layout(slots))).await;
        facts.fault(fault, if *is_right { None } else { VALIDATION });
    }
}

async fn bindings_are_there_once<F: Front>(front: &F, facts: &mut Facts) {
    let of = |bindings: &[u32]| bindings.iter().map(|binding| slot(*binding, Kind::Storage)).collect();
    made(front, facts, &[(of(&[0, 1]), true), (of(&[0, 0]), false), (of(&[7, 2, 7]), false)]).await;
}

async fn bindings_have_numbers_below_a_limit<F: Front>(front: &F, facts: &mut Facts) {
    let most = front.open(Wants::default()).await.limit(Limit::Bindings) as u32;
    let of = |binding| vec![slot(binding, Kind::Storage)];
    made(front, facts, &[(of(most - 1), true), (of(most), false), (of(u32::MAX), false)]).await;
}

async fn layouts_have_few_dynamic_offsets<F: Front>(front: &F, facts: &mut Facts) {
    let most = front.open(Wants::default()).await.limit(Limit::DynamicStorage) as u32;
    let of =
        |count| (0..count).map(|binding| Slot { dynamic: true, ..slot(binding, Kind::Storage) }).collect();
    made(front, facts, &[(of(most), true), (of(most + 1), false)]).await;
}

async fn a_layout_may_be_empty<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let act = || {
        let layout = device.layout(&[]);
        device.group(&layout, &[]);
        device.pipeline_layout(&[Some(&layout)], 0);
    };
    facts.fault(device.caught(act).await, None);
}

async fn pipelines_have_few_groups<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let (most, layout) = (device.limit(Limit::BindGroups) as usize, device.layout(&[slot(0, Kind::Uniform)]));
    for (count, wanted) in [(0, None), (most, None), (most + 1, VALIDATION)] {
        let fault = device.caught(|| drop(device.pipeline_layout(&vec![Some(&layout); count], 0))).await;
        facts.fault(fault, wanted);
    }
}

async fn pipelines_have_few_dynamic_offsets<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let most = device.limit(Limit::DynamicStorage) as u32;
    let of = |count| {
        let slots = (0..count).map(|binding| Slot { dynamic: true, ..slot(binding, Kind::Storage) });
        device.layout(&slots.collect::<Vec<_>>())
    };
    let (all, half, one) = (of(most), of(most / 2), of(1));
    for (layouts, wanted) in
        [(vec![Some(&all)], None), (vec![Some(&half); 2], None), (vec![Some(&all), Some(&one)], VALIDATION)]
    {
        facts.fault(device.caught(|| drop(device.pipeline_layout(&layouts, 0))).await, wanted);
    }
}

async fn groups_may_be_left_out<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let layout = device.layout(&[slot(0, Kind::Storage)]);
    let layouts = device.pipeline_layout(&[None, Some(&layout)], 0);
    let shader = device.shader(&DOUBLE.replace("group(0)", "group(1)"));
    let pipeline =
        device.pipeline(Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] });
    let buffer = device.data(&[4, 5]);
    let group = device.whole(&layout, &[&buffer]);
    let act = || {
        device.pass(|pass| {
            device.set_pipeline(pass, &pipeline);
            device.bind(pass, 1, &group, &[]);
            device.dispatch(pass, [2, 1, 1]);
        });
    };
    facts.fault(device.caught(act).await, None);
    facts.words(&device.all(&buffer, 2).await, &[8, 10]);
}

async fn layouts_of_groups_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let layout = other.layout(&[slot(0, Kind::Storage)]);
    facts.fault(device.caught(|| drop(device.pipeline_layout(&[Some(&layout)], 0))).await, VALIDATION);
}

async fn no_invalid_layout_is_used<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.push(Filter::Validation);
    let layout = device.layout(&[slot(0, Kind::Storage), slot(0, Kind::Storage)]);
    facts.fault(device.pop().await, VALIDATION);
    facts.fault(device.caught(|| drop(device.pipeline_layout(&[Some(&layout)], 0))).await, VALIDATION);
}

async fn pipelines_tell_their_layouts<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let pipeline = device.plain(&main_of("out[0] = 1u;"));
    let most = device.limit(Limit::BindGroups) as u32;
    for (index, wanted) in [(0, None), (most, VALIDATION), (u32::MAX, VALIDATION)] {
        facts.fault(device.caught(|| drop(device.layout_of(&pipeline, index))).await, wanted);
    }
}
