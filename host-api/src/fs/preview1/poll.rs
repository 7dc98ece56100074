//! Waiting: `poll_oneoff`.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::table::Object;
use super::{Context, Errno, Memory, Rights};

/// The most things that a guest can wait for at a time.
pub const MAX_SUBSCRIPTIONS: u32 = 4096;
/// Stands for a time that never comes.
const FOR_EVER: Duration = Duration::from_secs(86_400 * 365 * 30);
const SUBSCRIPTION: u32 = 48;
const EVENT: u32 = 32;
const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;

/// Something that a guest waits for.
struct Subscription {
    userdata: [u8; 8],
    tag: u8,
    wanted: Wanted,
}

enum Wanted {
    Time(Instant),
    Read(u32),
    Write(u32),
    /// It can't be waited for: the event says so at once.
    Nothing(Errno),
}

/// What came of a subscription.
struct Event {
    userdata: [u8; 8],
    tag: u8,
    error: Option<Errno>,
    bytes: u64,
}

/// `poll_oneoff`: waits until one of `count` things happens, and tells all that have.
pub async fn poll_oneoff(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result<(), Errno> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(Errno::INVAL);
    }
    memory.bytes(events, count * EVENT)?;
    memory.write_u32(stored, 0)?;
    let mut wanted = Vec::with_capacity(count as usize);
    for index in 0..count {
        wanted.push(subscription(cx, memory.bytes(subscriptions, count * SUBSCRIPTION)?, index as usize)?);
    }
    let happened = wait(cx, &wanted).await;
    for (event, at) in happened.iter().zip((events..).step_by(EVENT as usize)) {
        let mut bytes = [0; EVENT as usize];
        bytes[..8].copy_from_slice(&event.userdata);
        bytes[8..10].copy_from_slice(&event.error.map_or(0, |error| error.0).to_le_bytes());
        bytes[10] = event.tag;
        bytes[16..24].copy_from_slice(&event.bytes.to_le_bytes());
        memory.write(at, &bytes)?;
    }
    memory.write_u32(stored, u32::try_from(happened.len()).map_err(|_| Errno::OVERFLOW)?)
}

fn subscription(cx: &mut Context, all: &[u8], index: usize) -> Result<Subscription, Errno> {
    let bytes = &all[index * SUBSCRIPTION as usize..][..SUBSCRIPTION as usize];
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_u64, |value, &byte| value << 8 | u64::from(byte))
    };
    let fd = u32::try_from(number(16, 4)).map_err(|_| Errno::INVAL)?;
    let (tag, mut userdata) = (bytes[8], [0; 8]);
    userdata.copy_from_slice(&bytes[..8]);
    let wanted = match tag {
        CLOCK => time(cx, fd, number(24, 8), number(40, 2) & 1 != 0).map(Wanted::Time),
        FD_READ => Ok(Wanted::Read(fd)),
        FD_WRITE => Ok(Wanted::Write(fd)),
        _ => return Err(Errno::INVAL),
    };
    Ok(Subscription { userdata, tag, wanted: wanted.unwrap_or_else(Wanted::Nothing) })
}

/// When a clock's time will have come.
fn time(cx: &mut Context, id: u32, timeout: u64, absolute: bool) -> Result<Instant, Errno> {
    let clock = Clock::of(id)?;
    if matches!(clock, Clock::ProcessCpu | Clock::ThreadCpu) {
        // Nothing is spent while a guest waits.
        return Err(Errno::NOTSUP);
    }
    let now = Instant::now();
    let relative = match (clock, absolute) {
        (_, false) => Duration::from_nanos(timeout),
        (Clock::Monotonic, true) => {
            let until = cx.clocks.instant(timeout);
            until.map_or(FOR_EVER, |until| until.saturating_duration_since(now))
        }
        (_, true) => Duration::from_nanos(timeout.saturating_sub(cx.clocks.now(clock)?)),
    };
    Ok(now.checked_add(relative.min(FOR_EVER)).unwrap_or(now + FOR_EVER))
}

/// Waits for the first event, and gives all that are there by then.
async fn wait(cx: &mut Context, wanted: &[Subscription]) -> Vec<Event> {
    let times =
        wanted.iter().filter_map(|one| if let Wanted::Time(at) = one.wanted { Some(at) } else { None });
    let first = times.min().unwrap_or_else(|| Instant::now() + FOR_EVER);
    let mut timer = pin!(tokio::time::sleep_until(first.into()));
    poll_fn(|task| {
        let timed_out = timer.as_mut().poll(task).is_ready();
        let now = if timed_out { Instant::now().max(first) } else { Instant::now() };
        let mut events = Vec::new();
        for one in wanted {
            let event = |error, bytes| Event { userdata: one.userdata, tag: one.tag, error, bytes };
            match one.wanted {
                Wanted::Nothing(error) => events.push(event(Some(error), 0)),
                Wanted::Time(at) if at <= now => events.push(event(None, 0)),
                Wanted::Time(_) => {}
                Wanted::Read(fd) => match poll_read(cx, task, fd) {
                    Poll::Ready(Ok(bytes)) => events.push(event(None, bytes)),
                    Poll::Ready(Err(error)) => events.push(event(Some(error), 0)),
                    Poll::Pending => {}
                },
                Wanted::Write(fd) => match poll_write(cx, task, fd) {
                    Poll::Ready(Ok(bytes)) => events.push(event(None, bytes)),
                    Poll::Ready(Err(error)) => events.push(event(Some(error), 0)),
                    Poll::Pending => {}
                },
            }
        }
        if events.is_empty() { Poll::Pending } else { Poll::Ready(events) }
    })
    .await
}

fn poll_read(cx: &mut Context, task: &mut std::task::Context<'_>, fd: u32) -> Poll<Result<u64, Errno>> {
    let descriptor = cx.table.get(fd)?;
    descriptor.rights.check(Rights::POLL_FD_READWRITE)?;
    match &descriptor.object {
        Object::Stdin => cx.stdin.poll_ready(task).map(|ready| Ok(ready.map(|()| 1)?)),
        Object::File { file, position } => {
            let size = cx.files.file_metadata(file)?.size;
            Poll::Ready(Ok(size.saturating_sub(*position)))
        }
        Object::Stdout | Object::Stderr | Object::Directory { .. } => Poll::Ready(Err(Errno::BADF)),
    }
}

fn poll_write(cx: &mut Context, task: &mut std::task::Context<'_>, fd: u32) -> Poll<Result<u64, Errno>> {
    let descriptor = cx.table.get(fd)?;
    descriptor.rights.check(Rights::POLL_FD_READWRITE)?;
    match &descriptor.object {
        Object::Stdout => cx.stdout.poll_ready(task).map(|ready| Ok(ready.map(|()| 1)?)),
        Object::Stderr => cx.stderr.poll_ready(task).map(|ready| Ok(ready.map(|()| 1)?)),
        Object::File { .. } => Poll::Ready(Ok(1)),
        Object::Stdin | Object::Directory { .. } => Poll::Ready(Err(Errno::BADF)),
    }
}
