//! Arguments, environment, and the way out: `args_*`, `environ_*`, `proc_*`, `random_get`, `sched_yield`.

use super::{Context, Errno, Memory};

/// Random bytes are made in pieces of this size, so that a guest that asks for gigabytes can be stopped.
const RANDOM_PIECE: usize = 1 << 20;

/// What a guest ends with that calls `proc_exit`: its code, of which every bit counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("exit with code {0}")]
pub struct Exit(pub u32);

/// `args_get`
pub fn args_get(cx: &mut Context, memory: &mut Memory<'_>, argv: u32, buffer: u32) -> Result<(), Errno> {
    write_texts(&cx.arguments, memory, argv, buffer)
}

/// `args_sizes_get`
pub fn args_sizes_get(cx: &mut Context, memory: &mut Memory<'_>, count: u32, size: u32) -> Result<(), Errno> {
    write_sizes(&cx.arguments, memory, count, size)
}

/// `environ_get`
pub fn environ_get(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    environ: u32,
    buffer: u32,
) -> Result<(), Errno> {
    cx.asked_for_environment = true;
    write_texts(&cx.environment, memory, environ, buffer)
}

/// `environ_sizes_get`
pub fn environ_sizes_get(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    count: u32,
    size: u32,
) -> Result<(), Errno> {
    cx.asked_for_environment = true;
    write_sizes(&cx.environment, memory, count, size)
}

/// `proc_raise`: there are no signals.
pub fn proc_raise(_: &mut Context, _: &mut Memory<'_>, _signal: u32) -> Result<(), Errno> {
    Err(Errno::NOTSUP)
}

/// `random_get`: from the system's generator.
pub async fn random_get(
    _: &mut Context,
    memory: &mut Memory<'_>,
    buffer: u32,
    length: u32,
) -> Result<(), Errno> {
    for (index, piece) in memory.bytes_mut(buffer, length)?.chunks_mut(RANDOM_PIECE).enumerate() {
        if index > 0 {
            tokio::task::yield_now().await;
        }
        getrandom::fill(piece).map_err(|_| Errno::IO)?;
    }
    Ok(())
}

/// `sched_yield`
pub async fn sched_yield(_: &mut Context, _: &mut Memory<'_>) -> Result<(), Errno> {
    tokio::task::yield_now().await;
    Ok(())
}

fn write_texts(
    texts: &[String],
    memory: &mut Memory<'_>,
    mut pointers: u32,
    mut buffer: u32,
) -> Result<(), Errno> {
    for text in texts {
        memory.write_u32(pointers, buffer)?;
        memory.write(buffer, text.as_bytes())?;
        let end = u32::try_from(text.len())
            .ok()
            .and_then(|length| buffer.checked_add(length))
            .ok_or(Errno::OVERFLOW)?;
        memory.write(end, &[0])?;
        buffer = end.checked_add(1).ok_or(Errno::OVERFLOW)?;
        pointers = pointers.checked_add(4).ok_or(Errno::OVERFLOW)?;
    }
    Ok(())
}

fn write_sizes(texts: &[String], memory: &mut Memory<'_>, count: u32, size: u32) -> Result<(), Errno> {
    let bytes: usize = texts.iter().map(|text| text.len() + 1).sum();
    memory.write_u32(count, u32::try_from(texts.len()).map_err(|_| Errno::OVERFLOW)?)?;
    memory.write_u32(size, u32::try_from(bytes).map_err(|_| Errno::OVERFLOW)?)
}
