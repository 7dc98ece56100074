//! Calls in any order, with anything: each is answered, and what they leave is free when the guest ends.

use dayfly_host_api::gpu::{Errno, Gpus, Quotas, abi};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::guest::{END, Guest, OUT};
use crate::noop::DOUBLE;

/// Where a shader lies, for who happens to point there.
const TEXT: u32 = 0x8_0000;

/// An argument: mostly one that makes sense somewhere.
#[derive(Clone, Debug)]
enum Argument {
    /// What an earlier call gave, counted from the last one.
    Given(usize),
    Number(i64),
}

fn argument() -> impl Strategy<Value = Argument> {
    let text = i64::from(TEXT);
    let numbers = [0, 1, 2, 4, 8, 12, 16, 64, 256, 4096, 0x80, 0x8c, 0xff, -1, i64::MIN, i64::MAX];
    let places = [text, OUT.into(), i64::from(END) - 4, END.into(), u32::MAX.into(), DOUBLE.len() as i64];
    let number = prop::sample::select([&numbers[..], &places[..]].concat());
    prop_oneof![3 => (0_usize..8).prop_map(Argument::Given), 2 => number.prop_map(Argument::Number)]
}

/// A function by its number, and more arguments than any has.
fn call() -> impl Strategy<Value = (usize, Vec<Argument>)> {
    // The functions that make things come more often than others.
    let makes = |name: &str| {
        ["open", "create", "encoder", "pass_begin", "bind"].iter().any(|part| name.contains(part))
    };
    let weighted = abi::FUNCTIONS.iter().enumerate();
    let weighted =
        weighted.flat_map(|(index, function)| vec![index; if makes(function.name) { 3 } else { 1 }]);
    (prop::sample::select(weighted.collect::<Vec<_>>()), vec(argument(), 9))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_call_is_answered(calls in vec(call(), 1..120)) {
        let quotas = Quotas { memory: Some(16 << 20), devices: 2, handles: 24, commands: 64, ..Quotas::default() };
        let gpus = Gpus::noop(quotas);
        let mut guest = Guest::on(&gpus);
        guest.put(TEXT, DOUBLE.as_bytes());
        let mut given = vec![guest.device()];
        for (index, arguments) in calls {
            let function = &abi::FUNCTIONS[index];
            let value = |argument: &Argument| match argument {
                Argument::Given(back) => given[given.len() - 1 - back % given.len()],
                Argument::Number(number) => *number,
            };
            let arguments: Vec<i64> = arguments.iter().take(function.parameters.len()).map(value).collect();
            // Any trap fails in there.
            let answer = guest.call(function.name, &arguments);
            prop_assert!(answer >= i64::from(Errno::Internal.code()), "{} gives {answer}", function.name);
            prop_assert!(answer != i64::from(Errno::Internal.code()), "{}: {}", function.name, guest.last_error());
            if answer > 0 {
                given.push(answer);
            }
        }
        drop(guest);
        prop_assert!(gpus.reserve(1).is_ok(), "the GPU is free");
    }
}
