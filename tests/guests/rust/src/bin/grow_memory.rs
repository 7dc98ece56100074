//! Grows its memory a page at a time until that is refused, and says how many bytes it then has. With the
//! argument `trap` it does not take the refusal, and traps.

fn main() {
    while core::arch::wasm32::memory_grow(0, 1) != usize::MAX {}
    println!("refused at {} bytes", core::arch::wasm32::memory_size(0) as u64 * 65536);
    if std::env::args().nth(1).as_deref() == Some("trap") {
        std::process::abort();
    }
}
