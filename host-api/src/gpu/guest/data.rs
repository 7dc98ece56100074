//! Data on its way to buffers and back, by handles.

use std::time::{Duration, Instant};

use tokio::sync::oneshot::error::TryRecvError;

use super::thing::{Thing, Ticket};
use super::{Context, bad_handle};
use crate::gpu::{Errno, Error};

impl Context {
    /// Writes to a buffer, before all that is submitted from now on.
    pub(in crate::gpu) async fn write(
        &mut self,
        buffer: i32,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        self.buffer(buffer)?.write(offset, bytes).await
    }

    /// Reads from a buffer, after all that was submitted.
    pub(in crate::gpu) async fn read(
        &mut self,
        buffer: i32,
        offset: u64,
        bytes: &mut [u8],
    ) -> Result<(), Error> {
        let buffer = self.buffer(buffer)?;
        buffer.read(offset, bytes).await?;
        buffer.device.shared.ended()
    }

    /// Begins to read from a buffer.
    pub(in crate::gpu) async fn start_read(
        &mut self,
        buffer: i32,
        offset: u64,
        length: u64,
    ) -> Result<i32, Error> {
        let buffer = self.buffer(buffer)?;
        self.things.room()?;
        let reading = buffer.start_read(offset, length).await?;
        self.things.add(Thing::Ticket(Ticket { reading, came: None }))
    }

    /// Gives what was read, which takes the ticket.
    pub(in crate::gpu) fn finish_read(&mut self, handle: i32, bytes: &mut [u8]) -> Result<(), Error> {
        let Some(Thing::Ticket(ticket)) = self.things.get_mut(handle) else {
            return Err(bad_handle(handle, "something that is being read"));
        };
        let (device, length) = (ticket.reading.device.clone(), ticket.reading.length);
        self.about = Some(device.clone());
        if bytes.len() as u64 != length {
            return Err(Error::invalid(format!("{length} bytes are read, and not {}", bytes.len())));
        }
        match ticket.reading.comes.try_recv() {
            Ok(Ok(mapped)) => ticket.came = Some(mapped),
            Ok(Err(error)) => {
                self.things.remove(handle);
                return Err(error);
            }
            Err(TryRecvError::Empty) => {
                device.shared.check()?;
                return Err(Error::new(Errno::Again, "it is not read yet"));
            }
            Err(TryRecvError::Closed) => {
                self.things.remove(handle);
                return Err(device.shared.closed());
            }
        }
        let Some(Thing::Ticket(Ticket { came: Some(mapped), .. })) = self.things.remove(handle) else {
            return Err(Error::internal("what was read is gone"));
        };
        bytes.copy_from_slice(&mapped.view);
        device.put_back(mapped);
        self.counters.received(bytes.len() as u64);
        device.shared.ended()
    }

    /// Waits until a submission is done, or all where it is 0; for ever where the time is negative.
    pub(in crate::gpu) async fn wait(&mut self, device: i32, serial: u64, time: i64) -> Result<(), Error> {
        let device = self.device(device)?;
        let until =
            u64::try_from(time).ok().and_then(|time| Instant::now().checked_add(Duration::from_nanos(time)));
        device.wait(serial, until).await?;
        device.shared.ended()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::device::Reading;
    use crate::gpu::{Gpus, Quotas};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    fn context() -> Context {
        Context::new(Gpus::noop(Quotas::default()).reserve(1).unwrap())
    }

    #[test]
    fn waiting_ends_in_time_while_the_thread_of_the_device_is_busy() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let buffer = context.create_buffer(handle, 16, 8).await.unwrap();
            context.write(buffer, 0, &[0; 16]).await.unwrap();
            let device = context.device(handle).unwrap();
            let (go_on, waits) = std::sync::mpsc::channel::<()>();
            device.send(move |_| {
                let _ = waits.recv_timeout(Duration::from_secs(20));
            });
            let began = Instant::now();
            let error = context.wait(handle, 0, 1_000_000).await.unwrap_err();
            assert_eq!(error.errno, Errno::TimedOut);
            assert!(began.elapsed() < Duration::from_secs(10));
            drop(go_on);
            // What was not waited for is not forgotten.
            context.wait(handle, 0, -1).await.unwrap();
            assert!(!device.shared.is_behind());
        });
    }

    #[test]
    fn what_is_never_read_is_lost_and_takes_its_ticket() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let device = context.device(handle).unwrap();
            let (answer, comes) = tokio::sync::oneshot::channel();
            let ticket = Ticket { reading: Reading { device, comes, length: 4 }, came: None };
            let ticket = context.things.add(Thing::Ticket(ticket)).unwrap();
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::Again);
            drop(answer);
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::Lost);
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::BadHandle);
        });
    }

    /// A guest that begins to read, and gives that up, again and again, leaves nothing behind that grows.
    #[test]
    fn no_more_reads_are_under_way_than_submissions_may_be() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let buffer = context.create_buffer(handle, 16, 4).await.unwrap();
            let device = context.device(handle).unwrap();
            let most = context.quotas.in_flight;
            for _ in 0..200 {
                let ticket = context.start_read(buffer, 0, 4).await.unwrap();
                assert!(device.shared.over(most + 1).is_none(), "more than {most} are under way");
                context.close(ticket).unwrap();
            }
            let mut tickets = Vec::new();
            for _ in 0..100 {
                tickets.push(context.start_read(buffer, 0, 4).await.unwrap());
                // What takes memory of the host counts for more than its bytes.
                assert!(context.counters.memory.used() >= tickets.len() as u64 * 4096);
            }
        });
    }
}
