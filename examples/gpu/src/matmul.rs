//! What the two programs share that multiply matrices: the shader, the numbers, and the check.

use std::time::Instant;

use crate::check::largest_difference;
use crate::random::Random;
use crate::{Failure, Result};

/// The shader. Its constant `n` is how many rows and columns there are.
pub const SHADER: &str = include_str!("../matmul/matmul.wgsl");

/// A workgroup computes a tile of so many rows and columns.
const TILE: usize = 16;

/// The most rows of a result that the processor computes as well.
const CHECKED: usize = 512;

/// What is multiplied.
pub struct Matmul {
    /// How many rows and columns each matrix has.
    pub size: usize,
    /// The one on the left, a row after another.
    pub a: Vec<f32>,
    /// The one on the right.
    pub b: Vec<f32>,
}

impl Matmul {
    /// Two matrices of numbers from -1 to 1; the program's first argument says how large, if there is one.
    pub fn from_arguments() -> Result<Matmul> {
        let size = match std::env::args().nth(1) {
            None => 256,
            Some(text) => text.parse().ok().filter(|size| (1..=2048).contains(size)).ok_or_else(|| {
                Failure::new(format_args!(
                    "`{text}` is no size of a matrix: it takes a number from 1 to 2048"
                ))
            })?,
        };
        let mut random = Random::new(1);
        let [a, b] = [0, 1].map(|_| random.numbers(size * size, 1.0));
        Ok(Matmul { size, a, b })
    }

    /// How many workgroups that takes, each way.
    pub fn groups(&self) -> u32 {
        self.size.div_ceil(TILE) as u32
    }

    /// Compares what the GPU computed with what the processor does, and prints what came of it. Of large matrices the
    /// processor computes every second row, or third, or fourth.
    pub fn check(&self, product: &[f32]) -> Result<()> {
        let size = self.size;
        let rows = (0..size).step_by(size.div_ceil(CHECKED));
        let count = rows.len();
        let begun = Instant::now();
        let expected: Vec<f32> = rows.clone().flat_map(|row| self.row(row)).collect();
        let time = begun.elapsed().as_secs_f64() * 1e3;
        let computed = rows.flat_map(|row| &product[row * size..][..size]).copied();
        // Each number is a sum of so many products, rounded as often, in an order of the GPU's own.
        let largest = largest_difference(computed, expected, 1e-6 * size as f32 + 1e-6)?;
        println!("{count} of {size} rows are right: the processor took {time:.1} ms, they differ by {largest:.1e} at most");
        Ok(())
    }

    /// A row of the product.
    fn row(&self, row: usize) -> Vec<f32> {
        let mut sums = vec![0.0; self.size];
        let factors = &self.a[row * self.size..][..self.size];
        for (factor, row) in factors.iter().zip(self.b.chunks_exact(self.size)) {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += factor * number;
            }
        }
        sums
    }
}
