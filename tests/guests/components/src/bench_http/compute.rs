//! A function that computes for about a millisecond before it answers.

mod answer;

use guests::noise::Noise;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

const STEPS: usize = 1_000_000;

wasip2::http::proxy::export!(Function);

struct Function;

impl Guest for Function {
    fn handle(_: IncomingRequest, answered: ResponseOutparam) {
        let mut noise = Noise::new(7);
        let sum = (0..STEPS).fold(0, |sum: u64, _| sum ^ noise.next());
        answer::answer(answered, "text/plain", |write| write(format!("{sum:016x}\n").as_bytes()));
    }
}
