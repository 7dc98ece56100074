//! Pipelines, and what is wrong with them.

use super::cases;
use crate::kit::{main_of, slot, Kit, DOUBLE, VALIDATION};
use crate::{Device, Facts, Fault, Filter, Front, Kind, Limit, Program, Wants};

cases! {
    a_pipeline_takes_a_valid_shader: "api,validation,compute_pipeline:shader_module,invalid", Any;
    a_pipeline_begins_with_a_function_for_compute: "api,validation,compute_pipeline:shader_module,compute", Any;
    a_pipeline_begins_with_a_function_there_is: "api,validation,shader_module,entry_point:compute", Any;
    the_only_function_need_not_be_named: "api,validation,shader_module,entry_point:compute_undefined_entry_point_and_extra_stage", Any;
    names_of_functions_may_be_of_any_letters: "api,validation,shader_module,entry_point:compute", Computing;
    workgroups_have_few_invocations: "api,validation,compute_pipeline:limits,invocations_per_workgroup", Any;
    workgroups_are_not_too_long: "api,validation,compute_pipeline:limits,invocations_per_workgroup,each_component", Any;
    workgroups_may_have_much_memory: "api,validation,compute_pipeline:limits,workgroup_storage_size", Any;
    layouts_fit_shaders: "api,validation,compute_pipeline:resource_compatibility", Any;
    layouts_have_what_shaders_need: "api,validation,layout_shader_compat:pipeline_layout_shader_exact_match", Any;
    layouts_of_pipelines_are_of_one_device: "api,validation,compute_pipeline:pipeline_layout,device_mismatch", Any;
    shaders_of_pipelines_are_of_one_device: "api,validation,compute_pipeline:shader_module,device_mismatch", Any;
    shaders_are_texts_of_the_language: "shader,validation,parse,source:invalid_source", Any;
    shaders_are_of_the_right_types: "shader,validation,expression,binary,add_sub_mul:scalar_vector", Any;
}

/// Pipelines of shaders.
async fn compiled<F: Front>(front: &F, facts: &mut Facts, all: &[(String, Option<&str>, Option<Fault>)]) {
    let device = front.open(Wants::default()).await;
    for (text, entry, wanted) in all {
        let shader = device.shader(text);
        let program = Program { shader: &shader, layout: None, entry: *entry, constants: &[] };
        facts.fault(device.caught(|| drop(device.pipeline(program))).await, *wanted);
    }
}

async fn a_pipeline_takes_a_valid_shader<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.push(Filter::Validation);
    let shader = device.shader("@compute @workgroup_size(1) fn main() { unknown(); }");
    facts.fault(device.pop().await, VALIDATION);
    facts.fault(device.caught(|| drop(device.plain_of(&shader))).await, VALIDATION);
}

async fn a_pipeline_begins_with_a_function_for_compute<F: Front>(front: &F, facts: &mut Facts) {
    let text = "fn helper() {} @fragment fn draws() {} @compute @workgroup_size(1) fn main() { helper(); }";
    let of = |entry, wanted| (text.to_owned(), Some(entry), wanted);
    compiled(front, facts, &[of("main", None), of("draws", VALIDATION), of("helper", VALIDATION)]).await;
}

async fn a_pipeline_begins_with_a_function_there_is<F: Front>(front: &F, facts: &mut Facts) {
    let of = |entry, wanted| (DOUBLE.to_owned(), Some(entry), wanted);
    let all = [of("main", None), of("mai", VALIDATION), of("main2", VALIDATION), of("Main", VALIDATION)];
    compiled(front, facts, &all).await;
}

async fn the_only_function_need_not_be_named<F: Front>(front: &F, facts: &mut Facts) {
    let one = "@compute @workgroup_size(1) fn one() {}";
    let all = [
        (one.to_owned(), None, None),
        (format!("{one} @compute @workgroup_size(1) fn two() {{}}"), None, VALIDATION),
        (format!("{one} @fragment fn draws() {{}}"), None, None),
        ("fn helper() {}".to_owned(), None, VALIDATION),
    ];
    compiled(front, facts, &all).await;
}

async fn names_of_functions_may_be_of_any_letters<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let names = ["été", "求和", "a1_b", "ß"];
    let functions = names.iter().enumerate().map(|(number, name)| {
        format!("@compute @workgroup_size(1) fn {name}() {{ out[0] = {number}u + 1u; }}\n")
    });
    let text = format!(
        "@group(0) @binding(0) var<storage, read_write> out: array<u32>;\n{}",
        functions.collect::<String>()
    );
    let shader = device.shader(&text);
    for (name, number) in names.into_iter().zip(1..) {
        let out = device.data(&[0]);
        let program = Program { shader: &shader, layout: None, entry: Some(name), constants: &[] };
        device.run(&device.pipeline(program), &[&out], [1, 1, 1]);
        facts.words(&device.all(&out, 1).await, &[number]);
    }
}

/// A function of workgroups like this.
fn sized(x: u64, y: u64, z: u64) -> String {
    format!("@compute @workgroup_size({x}, {y}, {z}) fn main() {{}}")
}

async fn workgroups_have_few_invocations<F: Front>(front: &F, facts: &mut Facts) {
    let most = front.open(Wants::default()).await.limit(Limit::Invocations);
    let all = [
        (sized(most, 1, 1), None, None),
        (sized(most / 2, 2, 1), None, None),
        (sized(most / 2, 2, 2), None, VALIDATION),
        (sized(most / 4, 8, 1), None, VALIDATION),
    ];
    compiled(front, facts, &all).await;
}

async fn workgroups_are_not_too_long<F: Front>(front: &F, facts: &mut Facts) {
    // The last direction has the lowest limit, which WebGPU promises as 64.
    let all = [
        (sized(1, 1, 64), None, None),
        (sized(1, 1, 65), None, VALIDATION),
        (sized(1, 257, 1), None, VALIDATION),
        (sized(257, 1, 1), None, VALIDATION),
    ];
    compiled(front, facts, &all).await;
}

async fn workgroups_may_have_much_memory<F: Front>(front: &F, facts: &mut Facts) {
    let most = front.open(Wants::default()).await.limit(Limit::WorkgroupStorage);
    let of = |bytes: u64, wanted| {
        let text = format!(
            "var<workgroup> a: array<vec4u, {}>; @compute @workgroup_size(1) fn main() {{ a[0] = vec4u(1u); }}",
            bytes / 16
        );
        (text, None, wanted)
    };
    // What is beyond is refused by WebGPU, and not by wgpu.
    compiled(front, facts, &[of(16, None), of(most, None)]).await;
}

/// Pipelines of a shader with storage that it writes, and layouts for its first group.
async fn fitted<F: Front>(front: &F, facts: &mut Facts, all: &[(&[(u32, Kind)], bool)]) {
    let device = front.open(Wants::default()).await;
    let shader = device.shader(&main_of("out[0] = 1u;"));
    for &(slots, is_right) in all {
        let slots: Vec<_> = slots.iter().map(|(binding, kind)| slot(*binding, *kind)).collect();
        let layout = device.layout(&slots);
        let layouts = device.pipeline_layout(&[Some(&layout)], 0);
        let program = Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] };
        let fault = device.caught(|| drop(device.pipeline(program))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn layouts_fit_shaders<F: Front>(front: &F, facts: &mut Facts) {
    let all: [(&[_], _); 3] =
        [(&[(0, Kind::Storage)], true), (&[(0, Kind::ReadOnly)], false), (&[(0, Kind::Uniform)], false)];
    fitted(front, facts, &all).await;
}

async fn layouts_have_what_shaders_need<F: Front>(front: &F, facts: &mut Facts) {
    let all: [(&[_], _); 3] =
        [(&[], false), (&[(1, Kind::Storage)], false), (&[(0, Kind::Storage), (1, Kind::Uniform)], true)];
    fitted(front, facts, &all).await;
}

async fn layouts_of_pipelines_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let (shader, layouts) = (device.shader(&sized(1, 1, 1)), other.pipeline_layout(&[], 0));
    let program = Program { shader: &shader, layout: Some(&layouts), entry: None, constants: &[] };
    facts.fault(device.caught(|| drop(device.pipeline(program))).await, VALIDATION);
}

async fn shaders_of_pipelines_are_of_one_device<F: Front>(front: &F, facts: &mut Facts) {
    let (device, other) = (front.open(Wants::default()).await, front.open(Wants::default()).await);
    let shader = other.shader(&sized(1, 1, 1));
    facts.fault(device.caught(|| drop(device.plain_of(&shader))).await, VALIDATION);
}

/// Texts within a function.
async fn said<F: Front>(front: &F, facts: &mut Facts, all: &[(&str, bool)]) {
    let device = front.open(Wants::default()).await;
    for &(body, is_right) in all {
        let fault = device.caught(|| drop(device.shader(&main_of(body)))).await;
        facts.fault(fault, if is_right { None } else { VALIDATION });
    }
}

async fn shaders_are_texts_of_the_language<F: Front>(front: &F, facts: &mut Facts) {
    said(front, facts, &[("", true), ("out[0] = ;", false), ("}", false), ("let x 1;", false), (";;", true)])
        .await;
}

async fn shaders_are_of_the_right_types<F: Front>(front: &F, facts: &mut Facts) {
    let all = [
        ("out[0] = 1u + 2u;", true),
        ("out[0] = 1u + 2i;", false),
        ("out[0] = 1.5;", false),
        ("out[0] = vec2u(1u) + 1u;", false),
        ("out[0] = u32(vec2f(1.5).x);", true),
    ];
    said(front, facts, &all).await;
}
