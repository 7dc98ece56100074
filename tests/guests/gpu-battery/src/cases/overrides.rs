//! Constants that pipelines set.

use super::cases;
use crate::kit::{Kit, VALIDATION};
use crate::{Device, Facts, Fault, Front, Program, Wants};

cases! {
    constants_are_set_by_name: "api,operation,compute_pipeline,overrides:basic", Computing;
    constants_are_set_by_number: "api,operation,compute_pipeline,overrides:numeric_id", Computing;
    constants_have_all_their_bits: "api,operation,compute_pipeline,overrides:precision", Computing;
    constants_are_sizes_of_workgroups: "api,operation,compute_pipeline,overrides:workgroup_size", Computing;
    pipelines_of_one_shader_have_their_own: "api,operation,compute_pipeline,overrides:shared_shader_module", Computing;
    functions_have_their_own: "api,operation,compute_pipeline,overrides:multi_entry_points", Computing;
    only_constants_there_are_are_set: "api,validation,compute_pipeline:overrides,identifier", Computing;
    constants_without_a_value_are_set: "api,validation,compute_pipeline:overrides,uninitialized", Computing;
    values_fit_the_types_of_constants: "api,validation,compute_pipeline:overrides,value,validation_error", Computing;
    sizes_that_are_set_are_checked: "api,validation,compute_pipeline:overrides,workgroup_size,limits", Computing;
}

/// What a function of a shader writes to a buffer of six numbers, with constants.
async fn set<D: Device>(device: &D, text: &str, entry: Option<&str>, constants: &[(&str, f64)]) -> Vec<u8> {
    let shader = device.shader(text);
    let pipeline = device.pipeline(Program { shader: &shader, layout: None, entry, constants });
    let out = device.data(&[0; 6]);
    device.run(&pipeline, &[&out], [1, 1, 1]);
    device.all(&out, 6).await
}

const OUT: &str = "@group(0) @binding(0) var<storage, read_write> out: array<u32>;\n";

async fn constants_are_set_by_name<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{OUT} override a: u32; override b: i32 = -4; override c: f32 = 2.5; override d: bool = true;
        override e = a * 2u;
        @compute @workgroup_size(1) fn main() {{
            out[0] = a; out[1] = bitcast<u32>(b); out[2] = bitcast<u32>(c); out[3] = u32(d); out[4] = e;
        }}"
    );
    let got = set(&device, &text, None, &[("a", 7.0)]).await;
    facts.words(&got, &[7, -4_i32 as u32, 2.5_f32.to_bits(), 1, 14, 0]);
    let all = [("a", 1.0), ("b", 9.0), ("c", -0.5), ("d", 0.0), ("e", 77.0)];
    facts.words(&set(&device, &text, None, &all).await, &[1, 9, (-0.5_f32).to_bits(), 0, 77, 0]);
}

async fn constants_are_set_by_number<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{OUT} @id(1) override a: u32; @id(2) override b: u32 = 5; @id(1000) override c: u32 = 6;
        @compute @workgroup_size(1) fn main() {{ out[0] = a; out[1] = b; out[2] = c; }}"
    );
    facts.words(&set(&device, &text, None, &[("1", 3.0), ("1000", 4.0)]).await, &[3, 5, 4, 0, 0, 0]);
}

async fn constants_have_all_their_bits<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "{OUT} override a: f32; override b: f32; override c: u32; override d: i32;
        @compute @workgroup_size(1) fn main() {{
            out[0] = bitcast<u32>(a); out[1] = bitcast<u32>(b); out[2] = c; out[3] = bitcast<u32>(d);
        }}"
    );
    let third = 1.0 / 3.0;
    let all = [("a", third), ("b", 16_777_215.0), ("c", 4_294_967_295.0), ("d", -2_147_483_648.0)];
    let wanted = [(third as f32).to_bits(), 16_777_215_f32.to_bits(), u32::MAX, 1 << 31, 0, 0];
    facts.words(&set(&device, &text, None, &all).await, &wanted);
}

async fn constants_are_sizes_of_workgroups<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>>;
        override x: u32 = 1; override y: u32 = 2; override z: u32 = 1;
        @compute @workgroup_size(x, y, z) fn main(@builtin(local_invocation_id) id: vec3u) {
            atomicAdd(&out[0], 1u);
            atomicMax(&out[1], id.x); atomicMax(&out[2], id.y); atomicMax(&out[3], id.z);
        }";
    facts.words(&set(&device, text, None, &[]).await, &[2, 0, 1, 0, 0, 0]);
    facts.words(&set(&device, text, None, &[("x", 4.0), ("z", 3.0)]).await, &[24, 3, 1, 2, 0, 0]);
}

async fn pipelines_of_one_shader_have_their_own<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = format!("{OUT} override a: u32 = 1; @compute @workgroup_size(1) fn main() {{ out[0] += a; }}");
    let shader = device.shader(&text);
    let made =
        |constants: &[_]| device.pipeline(Program { shader: &shader, layout: None, entry: None, constants });
    let pipelines = [made(&[("a", 10.0)]), made(&[]), made(&[("a", 100.0)])];
    let out = device.data(&[0]);
    for pipeline in &pipelines {
        device.run(pipeline, &[&out], [1, 1, 1]);
    }
    facts.words(&device.all(&out, 1).await, &[111]);
}

async fn functions_have_their_own<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // What a function does not use need not be set for it.
    let text = format!(
        "{OUT} override a: u32; override b: u32;
        @compute @workgroup_size(1) fn first() {{ out[0] = a; }}
        @compute @workgroup_size(1) fn second() {{ out[1] = b; }}
        @compute @workgroup_size(1) fn both() {{ out[2] = a + b; }}"
    );
    for (entry, constants, wanted) in [
        ("first", &[("a", 3.0)][..], [3, 0, 0, 0, 0, 0]),
        ("second", &[("b", 4.0)], [0, 4, 0, 0, 0, 0]),
        ("both", &[("a", 5.0), ("b", 6.0)], [0, 0, 11, 0, 0, 0]),
    ] {
        facts.words(&set(&device, &text, Some(entry), constants).await, &wanted);
    }
}

/// Constants, by their names.
type Constants<'a> = &'a [(&'a str, f64)];

/// Pipelines of a shader with constants.
async fn checked<F: Front>(front: &F, facts: &mut Facts, text: &str, all: &[(Constants<'_>, Option<Fault>)]) {
    let device = front.open(Wants::default()).await;
    let shader = device.shader(text);
    for &(constants, wanted) in all {
        let program = Program { shader: &shader, layout: None, entry: None, constants };
        facts.fault(device.caught(|| drop(device.pipeline(program))).await, wanted);
    }
}

async fn only_constants_there_are_are_set<F: Front>(front: &F, facts: &mut Facts) {
    let text = "override a: u32 = 1; @id(7) override b: u32 = 2;
        @compute @workgroup_size(1) fn main() { _ = a; _ = b; }";
    let all: [(&[_], _); 5] = [
        (&[("a", 1.0)], None),
        (&[("7", 1.0)], None),
        (&[("c", 1.0)], VALIDATION),
        (&[("b", 1.0)], VALIDATION),
        (&[("8", 1.0)], VALIDATION),
    ];
    checked(front, facts, text, &all).await;
}

async fn constants_without_a_value_are_set<F: Front>(front: &F, facts: &mut Facts) {
    let text = "override a: u32; override b: u32 = 2;
        @compute @workgroup_size(1) fn main() { _ = a + b; }";
    let all: [(&[_], _); 3] = [(&[("a", 1.0)], None), (&[], VALIDATION), (&[("b", 1.0)], VALIDATION)];
    checked(front, facts, text, &all).await;
}

async fn values_fit_the_types_of_constants<F: Front>(front: &F, facts: &mut Facts) {
    let text = "override a: u32 = 1; override b: i32 = 1; override c: f32 = 1.0;
        @compute @workgroup_size(1) fn main() { _ = a; _ = b; _ = c; }";
    let all: [(&[_], _); 7] = [
        (&[("a", 4_294_967_295.0)], None),
        (&[("a", 4_294_967_296.0)], VALIDATION),
        (&[("a", -1.0)], VALIDATION),
        (&[("b", -2_147_483_648.0)], None),
        (&[("b", 2_147_483_648.0)], VALIDATION),
        (&[("c", 3.4e38)], None),
        (&[("c", 3.5e38)], VALIDATION),
    ];
    checked(front, facts, text, &all).await;
}

async fn sizes_that_are_set_are_checked<F: Front>(front: &F, facts: &mut Facts) {
    let text = "override x: u32 = 1; override y: u32 = 1;
        @compute @workgroup_size(x, y) fn main() {}";
    let all: [(&[_], _); 5] = [
        (&[("x", 256.0)], None),
        (&[("x", 0.0)], VALIDATION),
        (&[("x", 16.0), ("y", 16.0)], None),
        (&[("x", -1.0)], VALIDATION),
        (&[("y", 4_294_967_296.0)], VALIDATION),
    ];
    checked(front, facts, text, &all).await;
}
