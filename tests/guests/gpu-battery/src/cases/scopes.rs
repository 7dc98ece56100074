//! Scopes for errors, and what no scope catches.

use super::cases;
use crate::front::usage::COPY_DST;
use crate::kit::{Kit, VALIDATION};
use crate::{Device, Facts, Fault, Filter, Front, Wants};

cases! {
    a_scope_catches_its_kind: "api,validation,error_scope:simple", Any;
    a_scope_may_catch_nothing: "api,validation,error_scope:empty", Any;
    outer_scopes_catch_what_inner_ones_do_not: "api,validation,error_scope:parent_scope", Any;
    the_innermost_scope_catches: "api,validation,error_scope:current_scope", Any;
    scopes_beside_each_other_have_their_own: "api,validation,error_scope:balanced_siblings", Any;
    scopes_within_each_other_have_their_own: "api,validation,error_scope:balanced_nesting", Any;
    what_no_scope_catches_is_told: "api,operation,uncapturederror:iff_uncaptured", Any,
        not Core "there is nobody to tell: each call says itself that it failed";
}

/// Breaks a rule.
fn break_one<D: Device>(device: &D) {
    device.buffer(1 << 60, COPY_DST);
}

const FILTERS: [Filter; 3] = [Fault::Validation, Fault::OutOfMemory, Fault::Internal];

async fn a_scope_catches_its_kind<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    // The other kinds are there, so that it is caught all the same.
    for filter in FILTERS {
        device.push(Filter::Validation);
        device.push(filter);
        break_one(&device);
        let (inner, outer) = (device.pop().await, device.pop().await);
        let is_inner = filter == Filter::Validation;
        facts.fault(inner, if is_inner { VALIDATION } else { None });
        facts.fault(outer, if is_inner { None } else { VALIDATION });
    }
}

async fn a_scope_may_catch_nothing<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for filter in FILTERS {
        device.push(filter);
        device.data(&[1, 2, 3]);
        facts.fault(device.pop().await, None);
    }
}

async fn outer_scopes_catch_what_inner_ones_do_not<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    device.push(Filter::Validation);
    for _ in 0..10 {
        device.push(Filter::OutOfMemory);
        device.push(Filter::Internal);
    }
    break_one(&device);
    for _ in 0..20 {
        facts.fault(device.pop().await, None);
    }
    facts.fault(device.pop().await, VALIDATION);
}

async fn the_innermost_scope_catches<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for _ in 0..4 {
        device.push(Filter::Validation);
    }
    break_one(&device);
    break_one(&device);
    for wanted in [VALIDATION, None, None, None] {
        facts.fault(device.pop().await, wanted);
    }
}

async fn scopes_beside_each_other_have_their_own<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for round in 0..6 {
        device.push(Filter::Validation);
        if round % 2 == 0 {
            break_one(&device);
        }
        facts.fault(device.pop().await, if round % 2 == 0 { VALIDATION } else { None });
    }
}

async fn scopes_within_each_other_have_their_own<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    for _ in 0..5 {
        device.push(Filter::Validation);
        break_one(&device);
    }
    for _ in 0..5 {
        facts.fault(device.pop().await, VALIDATION);
    }
}

async fn what_no_scope_catches_is_told<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    break_one(&device);
    facts.fault(device.caught(|| break_one(&device)).await, VALIDATION);
    device.push(Filter::OutOfMemory);
    break_one(&device);
    facts.fault(device.pop().await, None);
    let told = device.uncaught(2).await;
    facts.say("told of", &format!("{told:?}"), "[Validation, Validation]");
}
