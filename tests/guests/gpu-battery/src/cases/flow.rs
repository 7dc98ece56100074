//! The order in which shaders do things.

use super::cases;
use crate::kit::{main_of, Kit};
use crate::{Facts, Front, Wants};

cases! {
    loops_count: "shader,execution,flow_control,for:for_basic", Computing;
    loops_go_on_while_something_holds: "shader,execution,flow_control,while:while_basic", Computing;
    loops_end_in_the_middle: "shader,execution,flow_control,loop:loop_break", Computing;
    loops_have_something_at_their_ends: "shader,execution,flow_control,loop:nested_loops", Computing;
    loops_leave_out_a_round: "shader,execution,flow_control,for:for_continue", Computing;
    one_of_two_is_done: "shader,execution,flow_control,if:if_true", Computing;
    one_of_many_is_done: "shader,execution,flow_control,switch:switch_multiple_case", Computing;
    many_within_loops_are_done: "shader,execution,flow_control,switch:*", Computing;
    functions_return_early: "shader,execution,flow_control,return:return_conditional_true", Computing;
    functions_are_called: "shader,execution,flow_control,call:call_nested", Computing;
    not_all_is_evaluated: "shader,execution,expression,binary,bool_logical:and_short_circuit", Computing;
    arguments_are_evaluated_in_order: "shader,execution,flow_control,eval_order:*", Computing;
    invocations_go_their_own_ways: "shader,execution,flow_control,complex:continue_in_switch_in_for_loop", Computing;
}

/// What a body notes by `note`, in order, of numbers that no compiler knows.
async fn noted<F: Front>(front: &F, facts: &mut Facts, (helpers, body): (&str, &str), wanted: &[u32]) {
    let device = front.open(Wants::default()).await;
    let text = format!(
        "var<private> next: u32;
        @group(0) @binding(1) var<storage, read> given: array<u32>;
        fn note(what: u32) {{ out[next] = what; next++; }}
        {helpers} {}",
        main_of(&format!("let one = given[0]; let five = given[1]; {body} note(one + 998u);"))
    );
    let mut all = wanted.to_vec();
    all.push(999);
    let length = all.len() + 2;
    all.resize(length, 0);
    facts.words(&device.computed(&text, length, Some(&[1, 5])).await, &all);
}

async fn loops_count<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        for (var i = 0u; i < five; i++) { note(i); }
        for (var i = five; i > one; i -= 2u) { note(i * 10u); }
        for (var i = five; i < one; i++) { note(77u); }
        var j = 0u;
        for (; j < 2u; ) { j++; note(100u + j); }";
    noted(front, facts, ("", body), &[0, 1, 2, 3, 4, 50, 30, 101, 102]).await;
}

async fn loops_go_on_while_something_holds<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        var i = one;
        while i < 40u { note(i); i *= 3u; }
        while i < 40u { note(77u); }
        while true { i += 1u; if i > 83u { break; } if i == 82u { continue; } note(i); }";
    noted(front, facts, ("", body), &[1, 3, 9, 27, 83]).await;
}

async fn loops_end_in_the_middle<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        var i = 0u;
        loop { note(i); if i == five { break; } i += one; if i == 3u { i += 1u; } }
        loop { break; }
        note(i);";
    noted(front, facts, ("", body), &[0, 1, 2, 4, 5, 5]).await;
}

async fn loops_have_something_at_their_ends<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        var i = 0u;
        loop {
            if i == 1u { continue; }
            var j = 0u;
            loop { note(i * 10u + j); continuing { j += one; break if j == 2u; } }
            continuing { i += one; break if i >= 3u; }
        }";
    noted(front, facts, ("", body), &[0, 1, 20, 21]).await;
}

async fn loops_leave_out_a_round<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        for (var i = 0u; i < five; i++) {
            if i == one { continue; }
            for (var j = 0u; j < five; j++) { if j < 3u { continue; } if j == 4u { break; } note(i * 10u + j); }
        }";
    noted(front, facts, ("", body), &[3, 23, 33, 43]).await;
}

async fn one_of_two_is_done<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        if one == 1u { note(1u); }
        if one == 2u { note(77u); } else { note(2u); }
        if five < 3u { note(77u); } else if five < 4u { note(77u); } else if five < 6u { note(3u); } else { note(77u); }
        if one < five { if five < one { note(77u); } else { note(4u); } }";
    noted(front, facts, ("", body), &[1, 2, 3, 4]).await;
}

async fn one_of_many_is_done<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        for (var i = 0u; i < 8u; i++) {
            switch i * one {
                case 0u: { note(10u); }
                case 1u, 2u: { note(20u + i); if i == 2u { break; } note(25u); }
                case 5u, default: { note(30u + i); }
                case 4u: {}
                case 0x6u: { note(40u); }
            }
        }
        switch i32(one) - 2 { case -1: { note(50u); } default: { note(77u); } }";
    noted(front, facts, ("", body), &[10, 21, 25, 22, 33, 35, 40, 37, 50]).await;
}

async fn many_within_loops_are_done<F: Front>(front: &F, facts: &mut Facts) {
    let body = "
        var i = 0u;
        loop {
            switch i {
                case 1u: { i += one; continue; }
                case 3u: { break; }
                default: { note(i); }
            }
            note(100u + i);
            i += one;
            if i > 4u { break; }
            continuing { note(200u + i); }
        }";
    noted(front, facts, ("", body), &[0, 100, 201, 202, 2, 102, 203, 103, 204, 4, 104]).await;
}

async fn functions_return_early<F: Front>(front: &F, facts: &mut Facts) {
    let helpers = "
        fn found(product: u32) -> u32 {
            for (var i = 0u; i < 10u; i++) {
                for (var j = 0u; j < 10u; j++) { if i * j == product { return i * 10u + j; } }
            }
            return 500u;
        }
        fn quiet(is_so: bool) { if is_so { return; } note(6u); }";
    let body = "
        note(found(five * 5u)); note(found(7u)); note(found(97u));
        quiet(one == 1u); quiet(one == 2u);";
    noted(front, facts, (helpers, body), &[55, 17, 500, 6]).await;
}

async fn functions_are_called<F: Front>(front: &F, facts: &mut Facts) {
    let helpers = "
        fn third(a: u32) -> u32 { note(a); return a + 1u; }
        fn second(a: u32) -> u32 { return third(a) + third(a * 10u); }
        fn first(a: u32, b: vec2u) -> vec2u { return vec2u(second(a), second(b.y)) + b; }";
    let body = "let got = first(one, vec2u(five, 3u)); note(got.x); note(got.y);";
    noted(front, facts, (helpers, body), &[1, 10, 3, 30, 18, 38]).await;
}

async fn not_all_is_evaluated<F: Front>(front: &F, facts: &mut Facts) {
    let helpers = "fn yes(what: u32) -> bool { note(what); return true; } fn no(what: u32) -> bool { note(what); return false; }";
    let body = "
        if yes(1u) && yes(2u) { note(3u); }
        if no(4u) && yes(77u) { note(77u); }
        if yes(5u) || no(77u) { note(6u); }
        if no(7u) || yes(8u) { note(9u); }
        if no(10u) & yes(11u) { note(77u); }";
    noted(front, facts, (helpers, body), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).await;
}

async fn arguments_are_evaluated_in_order<F: Front>(front: &F, facts: &mut Facts) {
    let helpers = "fn told(what: u32) -> u32 { note(what); return what; }
        fn sum(a: u32, b: u32, c: u32) -> u32 { return a * 100u + b * 10u + c; }";
    let body = "
        note(sum(told(one), told(2u), told(3u)));
        note(told(5u) - told(4u) * told(one));
        let list = array<u32, 3>(told(7u), told(8u), told(9u)); note(list[0]);";
    noted(front, facts, (helpers, body), &[1, 2, 3, 123, 5, 4, 1, 1, 7, 8, 9, 7]).await;
}

async fn invocations_go_their_own_ways<F: Front>(front: &F, facts: &mut Facts) {
    let device = front.open(Wants::default()).await;
    let text = "
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) index: u32) {
            var rounds = 0u;
            var number = index + 1u;
            while number != 1u {
                rounds++;
                switch number % 2u { case 0u: { number /= 2u; continue; } default: {} }
                number = number * 3u + 1u;
            }
            out[index] = rounds;
        }";
    let rounds = |number: u32| {
        let next = |number: &u32| {
            Some(if number.is_multiple_of(2) { number / 2 } else { number * 3 + 1 }).filter(|_| *number != 1)
        };
        std::iter::successors(Some(number), next).count() as u32 - 1
    };
    let wanted: Vec<u32> = (1..=64).map(rounds).collect();
    facts.words(&device.computed(text, 64, None).await, &wanted);
}
