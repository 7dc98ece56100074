//! Devices and their ends, and what compilers say.

use super::cases;
use crate::kit::{Kit, DOUBLE};
use crate::{Device, Facts, Front, Wants};

cases! {
    devices_are_apart: "api,operation,device,lost:not_lost_on_gc", Computing;
    devices_are_destroyed: "api,operation,device,lost:lost_on_destroy", Any,
        not Core "a device is closed, and its handle stands for nothing";
    what_a_destroyed_device_is_told_is_no_error: "api,validation,state,device_lost,destroy:*", Any,
        not Native "wgpu takes what is made on a device that is lost for invalid, and says so",
        not Core "a device is closed, and its handle stands for nothing";
    nothing_is_said_of_what_is_right: "api,operation,shader_module,compilation_info:getCompilationInfo_returns", Any,
        not Core "compilers say a text, and no places";
    what_is_wrong_has_its_place: "api,operation,shader_module,compilation_info:line_number_and_position", Any,
        not Core "compilers say a text, and no places";
    places_are_told_from_the_beginning_too: "api,operation,shader_module,compilation_info:offset_and_length", Any,
        not Core "compilers say a text, and no places";
}

async fn devices_are_apart<F: Front>(front: &F, facts: &mut Facts) {
    let first = front.open(Wants::default()).await;
    let (buffer, pipeline) = (first.data(&[1]), first.plain(DOUBLE));
    for _ in 0..6 {
        let other = front.open(Wants::default()).await;
        let (buffer, pipeline) = (other.data(&[2]), other.plain(DOUBLE));
        other.run(&pipeline, &[&buffer], [1, 1, 1]);
        facts.words(&other.all(&buffer, 1).await, &[4]);
    }
    first.run(&pipeline, &[&buffer], [1, 1, 1]);
    facts.words(&first.all(&buffer, 1).await, &[2]);
}

async fn devices_are_destroyed<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for _ in 0..2 {
        facts.say("destroyed", if device.destroy().await { "yes" } else { "no" }, "yes");
    }
}

async fn what_a_destroyed_device_is_told_is_no_error<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let buffer = device.data(&[1]);
    device.destroy().await;
    let act = || {
        let other = device.data(&[1, 2]);
        device.write(&buffer, 0, &[1; 4]);
        device.record(|encoder| device.copy(encoder, (&buffer, 0), (&other, 0), 4));
        device.plain(DOUBLE);
    };
    facts.fault(device.caught(act).await, None);
}

/// What the compiler says first of a text: where.
async fn said<F: Front>(front: &F, text: &str) -> String {
    let device = front.open(Wants::default()).await;
    device.push(crate::Filter::Validation);
    let shader = device.shader(text);
    device.pop().await;
    match device.said(&shader).await {
        None => "nothing".to_owned(),
        Some((line, place, offset, length)) => format!("{line}:{place}, {length} from {offset} on"),
    }
}

async fn nothing_is_said_of_what_is_right<F: Front>(front: &F, facts: &mut Facts) {
    facts.say("said", &said(front, DOUBLE).await, "nothing");
    facts.say("said", &said(front, "").await, "nothing");
}

async fn what_is_wrong_has_its_place<F: Front>(front: &F, facts: &mut Facts) {
    let text = "// two lines\n@compute @workgroup_size(1) fn main() { unknown(); }";
    facts.say("said", &said(front, text).await, "2:41, 7 from 53 on");
    facts.say("said", &said(front, "fn f() { let x = y; }").await, "1:18, 1 from 17 on");
}

async fn places_are_told_from_the_beginning_too<F: Front>(front: &F, facts: &mut Facts) {
    let text = format!("{}fn f() -> u32 {{ return other; }}", "\n".repeat(20));
    facts.say("said", &said(front, &text).await, "21:24, 5 from 43 on");
}
