//! Any calls for a GPU that does nothing, one after the other over one memory: each is answered, and what they leave is free
//! when the guest ends.
#![no_main]

use dayfly_host_api::gpu::{Context, Errno, Gpus, Quotas, abi};
use libfuzzer_sys::fuzz_target;

/// The guest's memory, in bytes.
const MEMORY: usize = 16 << 10;
/// The most calls: devices take time to be opened and closed.
const CALLS: usize = 64;

/// Where a shader lies, for who happens to point there.
const TEXT: usize = 1 << 10;
const SHADER: &[u8] = b"@group(0) @binding(0) var<storage, read_write> d: array<u32>;\n\
    @compute @workgroup_size(1) fn main() { loop { d[0] += 1u; if d[0] > 9u { break; } } }";

/// Numbers that make sense somewhere.
const NUMBERS: [i64; 16] = [
    0,
    1,
    2,
    4,
    8,
    16,
    64,
    256,
    0x8c,
    0xff,
    TEXT as i64,
    SHADER.len() as i64,
    MEMORY as i64 - 4,
    -1,
    i64::MIN,
    i64::MAX,
];

/// What an argument is: a handle that a call gave before, a number from the list, or one as it is.
fn argument(bytes: &mut std::slice::Iter<'_, u8>, given: &[i64]) -> i64 {
    let Some(&first) = bytes.next() else { return 0 };
    let value = usize::from(first & 0x3f);
    match first >> 6 {
        0 | 1 => given[given.len() - 1 - value % given.len()],
        2 => NUMBERS[value % NUMBERS.len()],
        _ => bytes.by_ref().take(4).fold(0, |number, &byte| number << 8 | i64::from(byte)),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let quotas =
        Quotas { memory: Some(16 << 20), devices: 2, handles: 24, commands: 64, ..Quotas::default() };
    let gpus = Gpus::noop(quotas);
    runtime.block_on(async {
        let mut guest = Context::new(gpus.reserve(1).unwrap());
        let mut memory = vec![0; MEMORY];
        memory[TEXT..][..SHADER.len()].copy_from_slice(SHADER);
        let mut given = vec![0];
        let mut bytes = bytes.iter();
        for _ in 0..CALLS {
            let Some(&number) = bytes.next() else { break };
            let number = usize::from(number) % abi::FUNCTIONS.len();
            let function = abi::FUNCTIONS[number];
            let arguments: Vec<i64> =
                function.parameters.iter().map(|_| argument(&mut bytes, &given)).collect();
            let answer = abi::call(&mut guest, &mut memory, number, &arguments).await;
            assert!(
                answer > i64::from(Errno::Internal.code()),
                "{}{arguments:?} gives {answer}",
                function.name
            );
            if answer > 0 {
                given.push(answer);
            }
        }
        guest.end().await;
    });
    assert!(gpus.reserve(1).is_ok(), "the GPU is free");
});
