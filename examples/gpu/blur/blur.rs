//! Blurs the PNG files of `/inputs` on a GPU and writes them to `/outputs`, by `dayfly:gpu/v1`. The argument is the standard
//! deviation of the blur, in pixels.

mod picture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gpu_examples::v1::{self, gpu};
use gpu_examples::{Failure, Result};
use picture::Picture;

const SHADER: &str = include_str!("blur.wgsl");

/// Where pictures are.
const INPUTS: &str = "/inputs";

/// Where they go.
const RESULTS: &str = "/outputs";

/// How many pixels a workgroup blurs, each way.
const GROUP: u32 = 16;

fn main() -> ExitCode {
    v1::ended(run())
}

fn run() -> Result<()> {
    let sigma = sigma()?;
    if !Path::new(RESULTS).is_dir() {
        return Err(Failure::new(format_args!(
            "there is no folder {RESULTS}: `ResultPaths` of a job, or -v, makes one"
        )));
    }
    let device = v1::open()?;
    for path in pictures(INPUTS)? {
        let name = path.file_name().unwrap_or_default();
        let mut picture = Picture::read(&path)?;
        let time = blur(device, &mut picture, sigma)?;
        picture.write(&Path::new(RESULTS).join(name))?;
        let Picture { width, height, .. } = picture;
        println!("{}: {width} x {height} pixels, {time:.1} ms of GPU time", name.to_string_lossy());
    }
    Ok(())
}

/// The standard deviation that the program is given.
fn sigma() -> Result<f32> {
    let Some(text) = std::env::args().nth(1) else { return Ok(4.0) };
    text.parse().ok().filter(|sigma| (0.1..=100.0).contains(sigma)).ok_or_else(|| {
        Failure::new(format_args!(
            "`{text}` can't be how far to blur: it takes a number of pixels, 0.1 to 100"
        ))
    })
}

/// The PNG files of a folder, by their names.
fn pictures(folder: &str) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Failure::new(format_args!("{folder} can't be read: {error}: pictures have to be mounted there"))
    };
    let entries = fs::read_dir(folder).map_err(unreadable)?.collect::<std::io::Result<Vec<_>>>();
    let mut paths: Vec<PathBuf> =
        entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")));
    if paths.is_empty() {
        return Err(Failure::new(format_args!("{folder} has no file whose name ends with .png")));
    }
    paths.sort();
    Ok(paths)
}

/// Blurs a picture; gives the milliseconds that it took of the GPU's time.
fn blur(device: gpu::Handle, picture: &mut Picture, sigma: f32) -> Result<f64> {
    let (width, height) = (picture.width, picture.height);
    let mut pixels: Vec<[u16; 4]> = picture.pixels.iter().copied().map(wide).collect();
    let weights = gpu::storage(device, &weights(sigma))?;
    let sharp = gpu::storage(device, &pixels)?;
    let between = gpu::storage(device, &vec![[0u16; 4]; pixels.len()])?;

    let step = |is_down: bool, from, to| -> Result<gpu::Step> {
        let constants = [("width", width), ("height", height), ("is_down", is_down.into())];
        let constants = constants.map(|(name, value)| gpu::constant(name, value.into()));
        let pipeline = v1::pipeline(device, SHADER, "main", &constants)?;
        let group = gpu::group(device, pipeline, 0, [weights, from, to])?;
        Ok(gpu::Step { pipeline, group, groups: [width.div_ceil(GROUP), height.div_ceil(GROUP), 1] })
    };
    let steps = [step(false, sharp, between)?, step(true, between, sharp)?];
    let time = v1::run(device, &steps)?;

    gpu::read(sharp, 0, gpu::bytes_mut(&mut pixels))?;
    picture.pixels = pixels.into_iter().map(narrow).collect();
    // The next picture has other buffers.
    for step in steps {
        gpu::close(step.group)?;
        gpu::close(step.pipeline)?;
    }
    for buffer in [weights, sharp, between] {
        gpu::close(buffer)?;
    }
    Ok(time)
}

/// What a pixel counts for that is 0, 1, 2 … pixels away, up to three standard deviations; all of them come to 1.
fn weights(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil() as usize;
    let bell = |far: usize| (-0.5 * (far as f32 / sigma).powi(2)).exp();
    let sum = bell(0) + 2.0 * (1..=radius).map(bell).sum::<f32>();
    (0..=radius).map(|far| bell(far) / sum).collect()
}

/// A pixel as the shader has it: what is seen through has no colour to give to its neighbours.
fn wide([red, green, blue, alpha]: [u8; 4]) -> [u16; 4] {
    let colour = |value: u8| ((u32::from(value) * u32::from(alpha) * 257 + 127) / 255) as u16;
    [colour(red), colour(green), colour(blue), u16::from(alpha) * 257]
}

/// A pixel as files have it.
fn narrow([red, green, blue, alpha]: [u16; 4]) -> [u8; 4] {
    let whole = u32::from(alpha).max(1);
    let colour = |value: u16| ((u32::from(value) * 255 + whole / 2) / whole).min(255) as u8;
    [colour(red), colour(green), colour(blue), ((u32::from(alpha) + 128) / 257) as u8]
}
