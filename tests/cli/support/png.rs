//! PNG files, as far as the examples have such: 8 bits a channel, without a palette, not interlaced.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// A picture.
pub(crate) struct Png {
    /// How many pixels a row has.
    pub(crate) width: usize,
    /// How many rows there are.
    pub(crate) height: usize,
    /// How many samples a pixel has: 3, or 4 where it can be seen through.
    pub(crate) channels: usize,
    /// A pixel after another, a row after another.
    pub(crate) samples: Vec<u8>,
}

impl Png {
    /// Reads a file.
    pub(crate) fn decode(file: &[u8]) -> Png {
        let mut rest = file.strip_prefix(b"\x89PNG\r\n\x1a\n").expect("it is a PNG file");
        let (mut header, mut packed) = (&rest[..0], Vec::new());
        while !rest.is_empty() {
            let length = number(rest);
            let content = &rest[8..8 + length];
            match &rest[4..8] {
                b"IHDR" => header = content,
                b"IDAT" => packed.extend_from_slice(content),
                _ => {}
            }
            // A checksum of 4 bytes stands behind it.
            rest = &rest[12 + length..];
        }
        let (width, height) = (number(header), number(&header[4..]));
        let channels = match &header[8..] {
            [8, 2, 0, 0, 0] => 3,
            [8, 6, 0, 0, 0] => 4,
            other => panic!("pictures of this kind are not read: {other:?}"),
        };
        let mut rows = Vec::new();
        ZlibDecoder::new(&*packed).read_to_end(&mut rows).unwrap();
        let samples = unfiltered(&rows, width * channels, channels);
        assert_eq!(samples.len(), width * height * channels);
        Png { width, height, channels, samples }
    }
}

fn number(bytes: &[u8]) -> usize {
    u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize
}

/// Rows hold what is left of each byte when a guess is taken away that is made from those beside it.
fn unfiltered(rows: &[u8], stride: usize, pixel: usize) -> Vec<u8> {
    let mut samples = Vec::new();
    let mut above = vec![0; stride];
    for row in rows.chunks_exact(stride + 1) {
        let mut now: Vec<u8> = Vec::with_capacity(stride);
        for (at, byte) in row[1..].iter().enumerate() {
            let beside = |row: &[u8]| at.checked_sub(pixel).map_or(0, |at| row[at]);
            let (left, up, corner) = (beside(&now), above[at], beside(&above));
            let guess = match row[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                other => panic!("there is no filter {other}"),
            };
            now.push(byte.wrapping_add(guess));
        }
        samples.extend_from_slice(&now);
        above = now;
    }
    samples
}

/// The one of three bytes that is nearest to where they lead.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let led = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |byte: u8| (led - i16::from(byte)).abs();
    let horizontal = if far(left) <= far(up) { left } else { up };
    if far(horizontal) <= far(corner) { horizontal } else { corner }
}
