//! Pictures in PNG files.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use gpu_examples::{Failure, Result};
use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};

/// A picture, a row after another.
pub struct Picture {
    /// How many pixels a row has.
    pub width: u32,
    /// How many rows there are.
    pub height: u32,
    /// Red, green, blue and alpha of each pixel.
    pub pixels: Vec<[u8; 4]>,
}

/// The most pixels that are taken: what one binding of a buffer holds at 8 bytes each.
const LARGEST: u64 = 1 << 24;

impl Picture {
    /// Reads a file; whatever it has, 8 bits a channel are taken of it.
    pub fn read(path: &Path) -> Result<Picture> {
        let unreadable = |error: &dyn std::fmt::Display| {
            Failure::new(format_args!("{} can't be read: {error}", path.display()))
        };
        let file = fs::read(path).map_err(|error| unreadable(&error))?;
        let mut decoder = Decoder::new(Cursor::new(file));
        decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
        let mut reader = decoder.read_info().map_err(|error| unreadable(&error))?;
        let (width, height) = reader.info().size();
        if u64::from(width) * u64::from(height) > LARGEST {
            return Err(unreadable(&format_args!("it has more than {LARGEST} pixels")));
        }
        let room = reader.output_buffer_size().ok_or_else(|| unreadable(&"it is too large"))?;
        let mut bytes = vec![0; room];
        let frame = reader.next_frame(&mut bytes).map_err(|error| unreadable(&error))?;
        let bytes = &bytes[..frame.buffer_size()];
        let pixels = match frame.color_type {
            ColorType::GrayscaleAlpha => {
                bytes.chunks_exact(2).map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect()
            }
            _ => bytes.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]]).collect(),
        };
        Ok(Picture { width, height, pixels })
    }

    /// Writes a file.
    pub fn write(&self, path: &Path) -> Result<()> {
        let unwritable = |error: &dyn std::fmt::Display| {
            Failure::new(format_args!("{} can't be written: {error}", path.display()))
        };
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|error| unwritable(&error))?;
        writer.write_image_data(self.pixels.as_flattened()).map_err(|error| unwritable(&error))?;
        writer.finish().map_err(|error| unwritable(&error))?;
        fs::write(path, file).map_err(|error| unwritable(&error))
    }
}
