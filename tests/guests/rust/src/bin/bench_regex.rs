//! Looks for regular expressions in 4 MiB of text, all ways of matching at once as Pike's machine does, and prints
//! how often each was found.

use guests::noise::Noise;

const SIZE: usize = 4 << 20;
const PATTERNS: [&str; 4] =
    ["[a-z]+@[a-z]+.(com|org)", "(ab|a)*bc+d?e", "[0-9]+-[0-9]+-[0-9]+", "x[a-f]*(y|z[0-9])w"];

/// A step of a machine that matches.
#[derive(Clone)]
enum Step {
    Class(Box<[bool; 256]>),
    Split(usize, usize),
    Jump(usize),
    Match,
}

fn main() {
    let text = text();
    for pattern in PATTERNS {
        let mut compiler = Compiler { pattern: pattern.as_bytes(), at: 0, steps: Vec::new() };
        compiler.alternatives();
        compiler.steps.push(Step::Match);
        println!("{pattern}: {}", count(&compiler.steps, &text));
    }
}

fn text() -> Vec<u8> {
    let mut noise = Noise::new(5);
    let letters = b"abcdefxyzw0123456789-@. ";
    let mut text = Vec::with_capacity(SIZE + 16);
    while text.len() < SIZE {
        match noise.below(40) {
            0 => text.extend_from_slice(b"someone@example.org"),
            1 => text.extend_from_slice(b"555-12-9876"),
            _ => text.push(letters[noise.below(letters.len())]),
        }
    }
    text
}

/// From a pattern of letters, `.`, `[a-z]`, `(a|b)`, `*`, `+` and `?` to steps.
struct Compiler<'a> {
    pattern: &'a [u8],
    at: usize,
    steps: Vec<Step>,
}

impl Compiler<'_> {
    fn peek(&self) -> u8 {
        self.pattern.get(self.at).copied().unwrap_or(0)
    }

    fn alternatives(&mut self) {
        let start = self.steps.len();
        self.sequence();
        if self.peek() != b'|' {
            return;
        }
        self.at += 1;
        // The steps so far move one place on, to make room for the choice.
        self.insert(start, Step::Split(start + 1, self.steps.len() + 2));
        let jump = self.steps.len();
        self.steps.push(Step::Jump(0));
        self.alternatives();
        self.steps[jump] = Step::Jump(self.steps.len());
    }

    fn sequence(&mut self) {
        while !matches!(self.peek(), 0 | b'|' | b')') {
            let start = self.steps.len();
            self.atom();
            let repeat = self.peek();
            if matches!(repeat, b'*' | b'+' | b'?') {
                self.at += 1;
            }
            match repeat {
                b'*' => {
                    self.insert(start, Step::Split(start + 1, self.steps.len() + 2));
                    self.steps.push(Step::Jump(start));
                }
                b'+' => self.steps.push(Step::Split(start, self.steps.len() + 1)),
                b'?' => self.insert(start, Step::Split(start + 1, self.steps.len() + 1)),
                _ => {}
            }
        }
    }

    fn atom(&mut self) {
        let first = self.peek();
        self.at += 1;
        let mut class = Box::new([false; 256]);
        match first {
            b'(' => {
                self.alternatives();
                self.at += 1;
                return;
            }
            b'.' => *class = [true; 256],
            b'[' => {
                while self.peek() != b']' {
                    for byte in self.peek()..=self.pattern[self.at + 2] {
                        class[usize::from(byte)] = true;
                    }
                    self.at += 3;
                }
                self.at += 1;
            }
            letter => class[usize::from(letter)] = true,
        }
        self.steps.push(Step::Class(class));
    }

    fn insert(&mut self, at: usize, step: Step) {
        for step in &mut self.steps[at..] {
            match step {
                Step::Split(one, two) => (*one, *two) = (*one + 1, *two + 1),
                Step::Jump(to) => *to += 1,
                Step::Class(_) | Step::Match => {}
            }
        }
        self.steps.insert(at, step);
    }
}

/// The places at which a match ends.
fn count(steps: &[Step], text: &[u8]) -> usize {
    let mut found = 0;
    let mut seen = vec![usize::MAX; steps.len()];
    let (mut now, mut next) = (Vec::new(), Vec::new());
    for (at, &byte) in text.iter().enumerate() {
        add(steps, 0, at, &mut seen, &mut now);
        let mut matched = false;
        for &step in &now {
            match &steps[step] {
                Step::Class(class) if class[usize::from(byte)] => {
                    add(steps, step + 1, at + 1, &mut seen, &mut next)
                }
                Step::Match => matched = true,
                _ => {}
            }
        }
        found += usize::from(matched);
        std::mem::swap(&mut now, &mut next);
        next.clear();
    }
    found
}

fn add(steps: &[Step], step: usize, at: usize, seen: &mut [usize], threads: &mut Vec<usize>) {
    if seen[step] == at {
        return;
    }
    seen[step] = at;
    match steps[step] {
        Step::Jump(to) => add(steps, to, at, seen, threads),
        Step::Split(one, two) => {
            add(steps, one, at, seen, threads);
            add(steps, two, at, seen, threads);
        }
        Step::Class(_) | Step::Match => threads.push(step),
    }
}
