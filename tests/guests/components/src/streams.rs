//! Reading and writing of streams, without blocking calls where there is a way.

use wasip2::io::streams::{InputStream, OutputStream, StreamError};

/// Writes all of it, no more at a time than the stream permits.
pub fn write(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let permitted = stream.check_write()? as usize;
        if permitted == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(permitted.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    stream.blocking_flush()
}

/// Reads until the end.
pub fn read_to_end(stream: &InputStream) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        match stream.read(16 << 10) {
            Ok(some) if some.is_empty() => stream.subscribe().block(),
            Ok(some) => all.extend(some),
            Err(StreamError::Closed) => return all,
            Err(StreamError::LastOperationFailed(error)) => panic!("{}", error.to_debug_string()),
        }
    }
}

/// Reads this many bytes.
pub fn read_exactly(stream: &InputStream, count: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < count {
        all.extend(stream.blocking_read((count - all.len()) as u64).unwrap());
    }
    all
}
