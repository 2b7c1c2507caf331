//! Changes to inputs: bytes, stretches, numbers and words that have hurt before.

/// What parsers and geometry stumble over.
const WORDS: [&str; 34] = [
    "null",
    "true",
    "[]",
    "{}",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    ":",
    "0",
    "-0.0",
    "1e308",
    "1e-320",
    "1e999",
    "NaN",
    "-1",
    "180",
    "90",
    "0.0005",
    "1e15",
    "9007199254740993",
    "\u{feff}",
    "\r\n",
    "\u{0}",
    "\u{202e}",
    "\\ud800",
    "Polygon",
    "MultiPolygon",
    "Point",
    "GeometryCollection",
    "=1+1",
];

/// A stream of numbers (SplitMix64) and what is made with it.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }

    /// One of the inputs, changed a few times.
    pub fn changed(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        for _ in 0..1 + self.below(4) {
            self.change(&mut input, corpus);
        }
        input.truncate(1 << 20);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        let end = (at + 1 + self.below(40)).min(input.len());
        match self.below(8) {
            0 if at < input.len() => input[at] = self.draw() as u8,
            1 => drop(input.drain(at..end)),
            2 => {
                let stretch = input[at..end].repeat(1 + self.below(5));
                input.splice(at..at, stretch);
            }
            3 => {
                let word = WORDS[self.below(WORDS.len())].bytes();
                input.splice(at..at, word);
            }
            4 => {
                let other = &corpus[self.below(corpus.len())];
                let from = self.below(other.len() + 1);
                let to = (from + self.below(200)).min(other.len());
                input.splice(at..end, other[from..to].iter().copied());
            }
            _ => self.change_a_number(input, at),
        }
    }

    /// Puts another number in the place of one.
    fn change_a_number(&mut self, input: &mut Vec<u8>, at: usize) {
        let digit = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
        let Some(start) = input[at..].iter().position(digit).map(|n| n + at) else { return };
        let length = input[start..].iter().take_while(|b| digit(b)).count();
        let new = match self.below(4) {
            0 => WORDS[12 + self.below(12)].to_owned(),
            1 => format!("{}", self.below(13) as f64 * 1e-3),
            2 => format!("{}", self.below(13_000) as f64 * 1e-6),
            _ => {
                let text = String::from_utf8_lossy(&input[start..start + length]).into_owned();
                let number: f64 = text.parse().unwrap_or(0.0);
                format!("{}", number + (self.below(3) as f64 - 1.0) * 1e-9)
            }
        };
        input.splice(start..start + length, new.bytes());
    }
}

/// A short name for an input (FNV-1a).
pub fn checksum(input: &[u8]) -> u64 {
    input.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
