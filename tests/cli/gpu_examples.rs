//! The examples that compute on GPUs, run as their README says: with the modules that stand beside them, and with those
//! that were just built.

use std::fs;

use crate::examples::copied;
use crate::gpu::{is_there_one, with};
use crate::support::{Case, Ended, Png, tree};

/// Runs an example's job with these arguments after it: components, whose folders are called so, with `--wasi03`.
fn each(example: &str, module: &str, arguments: &[&str], check: impl Fn(&Case, Ended)) {
    let built = match example {
        "saxpy" => None,
        name => Some(format!("example_gpu_{name}")),
    };
    for rebuilt in [None].into_iter().chain(built.as_deref().map(Some)) {
        let case = copied(&format!("gpu/{example}"), module, rebuilt);
        if !is_there_one(&case) {
            return;
        }
        let before = tree(&case.path("examples"));
        let job = format!("examples/gpu/{example}/job.yaml");
        let flags: &[&str] = if example.ends_with("_component") { &["--wasi03"] } else { &[] };
        let command = [&["run"], flags, &[&job], arguments].concat();
        let ended = with("software", &case, &command);
        assert_eq!(tree(&case.path("examples")), before, "the example was changed");
        check(&case, ended.exits(0));
    }
}

/// The lines that were printed after the first one, which names the GPU and says so where that is a program.
fn after_the_gpu(ended: &Ended) -> Vec<&str> {
    let mut lines = ended.stdout.lines();
    let gpu = lines.next().unwrap_or("");
    assert!(gpu.len() > "on ".len() && gpu.starts_with("on "), "{ended}");
    let warned = ended.stderr.contains("is a program that runs on the processor: for correctness only");
    assert_eq!(gpu.ends_with(", a program that runs on the processor"), warned, "{ended}");
    lines.collect()
}

#[test]
fn saxpy() {
    each("saxpy", "saxpy.wat", &[], |_, ended| drop(ended.prints("1048576 numbers are right\n")));
}

#[test]
fn saxpy_c() {
    each("saxpy_c", "saxpy.wasm", &[], |_, ended| drop(ended.prints("1048576 numbers are right\n")));
}

#[test]
fn saxpy_component() {
    each("saxpy_component", "saxpy.wasm", &[], |_, ended| {
        assert_eq!(after_the_gpu(&ended), ["1048576 numbers are right"], "{ended}");
    });
}

#[test]
fn matmul() {
    each("matmul", "matmul.wasm", &[], |_, ended| multiplied(&ended, " ms of GPU time"));
}

#[test]
fn matmul_component() {
    each("matmul_component", "matmul.wasm", &[], |_, ended| multiplied(&ended, " ms until the GPU was done"));
}

fn multiplied(ended: &Ended, time: &str) {
    let lines = after_the_gpu(ended);
    let [first, second] = lines[..] else { panic!("{ended}") };
    assert!(first.starts_with("256 x 256 times 256 x 256: ") && first.ends_with(time), "{ended}");
    assert!(second.starts_with("256 of 256 rows are right: the processor took "), "{ended}");
}

/// Sizes that tiles do not fit, and sizes that there are not.
#[test]
fn matmul_of_other_sizes() {
    for (example, flags) in
        [("matmul", &["--gpu", "1"][..]), ("matmul_component", &["--wasi03", "--gpu", "1"])]
    {
        let case = copied(&format!("gpu/{example}"), "matmul.wasm", None);
        if !is_there_one(&case) {
            return;
        }
        let module = format!("examples/gpu/{example}/matmul.wasm");
        let run = |size| with("software", &case, &[&["run"], flags, &[&module, "--", size]].concat());
        for size in ["1", "17", "100"] {
            run(size).exits(0).prints_some(&format!("\n{size} of {size} rows are right"));
        }
        for size in ["0", "2049", "many"] {
            run(size).exits(1).prints("").says(&format!("`{size}` is no size of a matrix"));
        }
    }
}

#[test]
fn mlp() {
    each("mlp", "mlp.wasm", &[], |_, ended| {
        let lines = after_the_gpu(&ended);
        let [first, second, third] = lines[..] else { panic!("{ended}") };
        assert!(first.starts_with("a batch of 16: ") && first.ends_with(" ms of GPU time"), "{ended}");
        // Worked out once by another program; the nearest two classes of an input are 0.08 apart.
        assert_eq!(second, "classes: 8 0 0 8 1 0 2 9 0 7 5 6 7 9 9 6", "{ended}");
        assert!(third.starts_with("the processor took "), "{ended}");
    });
}

#[test]
fn blur() {
    each("blur", "blur.wasm", &["-o", "blurred"], |case, ended| {
        let lines = after_the_gpu(&ended);
        let [line] = lines[..] else { panic!("{ended}") };
        assert!(line.starts_with("mayfly.png: 240 x 160 pixels, ") && line.ends_with(" GPU time"), "{ended}");
        let read = |path: &str| Png::decode(&fs::read(case.path(path)).unwrap());
        let sharp = read("examples/gpu/blur/pictures/mayfly.png");
        let blurred = read("blurred/outputs/mayfly.png");
        assert_eq!((blurred.width, blurred.height, blurred.channels), (240, 160, 4));
        let expected = blurred_on_processor(&sharp, 4.0);
        for (at, pixel) in blurred.samples.chunks_exact(4).enumerate() {
            for (channel, sample) in pixel[..3].iter().enumerate() {
                let expected = expected[3 * at + channel];
                // It is rounded, and was before between the two ways.
                assert!((f64::from(*sample) - expected).abs() < 1.0, "pixel {at}: {sample}, not {expected}");
            }
            assert_eq!(pixel[3], 255, "pixel {at} can be seen through");
        }
    });
}

/// A Gaussian blur of a picture without alpha.
fn blurred_on_processor(sharp: &Png, sigma: f64) -> Vec<f64> {
    let radius = (3.0 * sigma).ceil() as isize;
    let weight = |far: isize| (-0.5 * (far as f64 / sigma).powi(2)).exp();
    let sum: f64 = (-radius..=radius).map(weight).sum();
    let (width, height, channels) = (sharp.width, sharp.height, sharp.channels);
    let along = |given: &[f64], length: usize, stride: usize| -> Vec<f64> {
        let one = |at: usize| {
            let place = at / stride % length;
            let start = at - place * stride;
            let pixel = |far: isize| (place as isize + far).clamp(0, length as isize - 1) as usize;
            (-radius..=radius).map(|far| weight(far) / sum * given[start + pixel(far) * stride]).sum()
        };
        (0..given.len()).map(one).collect()
    };
    let samples: Vec<f64> = sharp.samples.iter().copied().map(f64::from).collect();
    along(&along(&samples, width, channels), height, width * channels)
}

#[test]
fn blur_says_what_it_lacks() {
    let case = copied("gpu/blur", "blur.wasm", None);
    if !is_there_one(&case) {
        return;
    }
    let blur = |more: &[&str]| {
        let module = ["run", "--gpu", "1", "examples/gpu/blur/blur.wasm"];
        with("software", &case, &[&module, more].concat()).exits(1)
    };
    blur(&[]).says("there is no folder /outputs").says("-v");
    case.write("in/none.txt", "nothing");
    case.write("out/none.txt", "nothing");
    let folders = ["-v", "in:/inputs", "-v", "out:/outputs:rw"];
    blur(&folders).says("/inputs has no file whose name ends with .png");
    blur(&[&folders[..], &["--", "far"]].concat()).says("`far` can't be how far to blur");
    case.write("in/none.png", "nothing");
    blur(&folders).says("/inputs/none.png can't be read: ");
}

#[test]
fn without_a_grant_each_says_what_would_give_one() {
    let modules = [
        ("saxpy_c", "saxpy.wasm"),
        ("saxpy_component", "saxpy.wasm"),
        ("matmul", "matmul.wasm"),
        ("matmul_component", "matmul.wasm"),
        ("mlp", "mlp.wasm"),
    ];
    for (example, module) in modules {
        let case = copied(&format!("gpu/{example}"), module, None);
        let module = format!("examples/gpu/{example}/{module}");
        let ended = with("software", &case, &["run", "--wasi03", &module]).exits(1).prints("");
        ended.says("no GPU is granted").says("--gpu");
    }
}
