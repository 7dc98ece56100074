//! Compresses 16 MiB of words with a dictionary coder (LZ77 with hash chains), unpacks it, compares, and prints how
//! large it was.

use guests::noise::Noise;

const SIZE: usize = 16 << 20;
const WINDOW: usize = 1 << 16;
const SHORTEST: usize = 4;
const LONGEST: usize = SHORTEST + 254;
/// Places that are looked at for one match.
const TRIES: usize = 8;
const NOWHERE: u32 = u32::MAX;

fn main() {
    let text = words();
    let packed = pack(&text);
    if unpack(&packed) != text {
        guests::fail("what was unpacked is not what was packed");
    }
    println!("{} bytes of {}", packed.len(), text.len());
}

fn words() -> Vec<u8> {
    let mut noise = Noise::new(3);
    let mut word = || -> Vec<u8> { (0..3 + noise.below(8)).map(|_| b'a' + noise.below(26) as u8).collect() };
    let dictionary: Vec<_> = (0..2000).map(|_| word()).collect();
    let mut text = Vec::with_capacity(SIZE + 16);
    while text.len() < SIZE {
        text.extend_from_slice(&dictionary[noise.below(dictionary.len())]);
        text.push(b' ');
    }
    text
}

/// A token is a length and a distance of two bytes, or the length 255 and a byte as it is.
fn pack(text: &[u8]) -> Vec<u8> {
    let mut heads = vec![NOWHERE; 1 << 15];
    let mut before = vec![NOWHERE; WINDOW];
    let mut packed = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (length, distance) = longest(text, at, &heads, &before);
        let step = if length >= SHORTEST {
            packed.push((length - SHORTEST) as u8);
            packed.extend_from_slice(&(distance as u16).to_le_bytes());
            length
        } else {
            packed.extend([255, text[at]]);
            1
        };
        for place in at..at + step {
            if let Some(slot) = slot(text, place) {
                before[place % WINDOW] = heads[slot];
                heads[slot] = place as u32;
            }
        }
        at += step;
    }
    packed
}

fn slot(text: &[u8], at: usize) -> Option<usize> {
    let bytes = text.get(at..at + SHORTEST)?;
    let number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    Some((number.wrapping_mul(0x9e37_79b1) >> 17) as usize)
}

fn longest(text: &[u8], at: usize, heads: &[u32], before: &[u32]) -> (usize, usize) {
    let mut best = (0, 0);
    let Some(slot) = slot(text, at) else { return best };
    let mut place = heads[slot];
    for _ in 0..TRIES {
        let from = place as usize;
        if place == NOWHERE || at - from >= WINDOW {
            break;
        }
        let pairs = text[from..].iter().zip(&text[at..]).take(LONGEST);
        let length = pairs.take_while(|(a, b)| a == b).count();
        if length > best.0 {
            best = (length, at - from);
        }
        place = before[from % WINDOW];
    }
    best
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(SIZE + 16);
    let mut at = 0;
    while at < packed.len() {
        if packed[at] == 255 {
            text.push(packed[at + 1]);
            at += 2;
        } else {
            let length = usize::from(packed[at]) + SHORTEST;
            let distance = usize::from(u16::from_le_bytes([packed[at + 1], packed[at + 2]]));
            for _ in 0..length {
                text.push(text[text.len() - distance]);
            }
            at += 3;
        }
    }
    text
}
