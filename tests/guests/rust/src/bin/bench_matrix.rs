//! Multiplies matrices of 400 times 400 floating-point numbers ten times, and prints the sum of the last one.

use guests::noise::Noise;

const SIDE: usize = 400;
const TIMES: usize = 10;

fn main() {
    let mut noise = Noise::new(2);
    let mut matrix = || -> Vec<f64> { (0..SIDE * SIDE).map(|_| noise.below(1000) as f64 / 1e5).collect() };
    let (mut a, b) = (matrix(), matrix());
    for _ in 0..TIMES {
        a = product(&a, &b);
    }
    println!("{:.6e}", a.iter().sum::<f64>());
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut c = vec![0.0; SIDE * SIDE];
    for (row, into) in a.chunks_exact(SIDE).zip(c.chunks_exact_mut(SIDE)) {
        for (&factor, other) in row.iter().zip(b.chunks_exact(SIDE)) {
            for (sum, &value) in into.iter_mut().zip(other) {
                *sum += factor * value;
            }
        }
    }
    c
}
