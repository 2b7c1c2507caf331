//! Finding the features of a GeoJSON text without reading them.
//!
//! Between the braces of a feature lie mostly numbers, so looking for quotes and braces alone finds
//! its end at the speed of memory. What stands between features and around them is read strictly;
//! what stands in them is judged when they are read. Where a text is not of the usual form, there is
//! no answer, and the caller asks the general parser, which can say what is wrong with it.

use memchr::{memchr, memchr2, memchr3, memmem, memrchr};
use rayon::prelude::*;
use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::feature_text::Span;

/// Bytes of a stretch of text that one thread scans.
const STRETCH: usize = if cfg!(test) { 64 } else { 4 << 20 };

/// The top level of a FeatureCollection: its features, and its other members as they stand.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    /// Where each feature stands.
    pub features: Vec<Span>,
    /// Names and values of the other members.
    pub members: Vec<(&'a str, &'a RawValue)>,
}

/// Finds the features of a text; `None` where it is not plainly one object with one array of
/// objects called `features`.
pub(super) fn scan(text: &str) -> Option<Scan<'_>> {
    let mut cursor = Cursor { text, at: 0 };
    let mut scan = Scan::default();
    let mut found = false;
    cursor.take(b'{')?;
    loop {
        let name = cursor.name()?;
        if name == "features" {
            if std::mem::replace(&mut found, true) {
                return None;
            }
            cursor.features(&mut scan.features)?;
        } else {
            scan.members.push((name, cursor.value()?));
        }
        match cursor.next()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    cursor.skip_space();
    (found && cursor.at == text.len()).then_some(scan)
}

/// A place in a JSON text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space, without taking it.
    pub fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte that is no white space.
    pub fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Takes a byte that has to be there.
    pub fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    /// Takes a string without escapes or control characters.
    pub fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let rest = self.text.get(self.at..)?;
        let end = memchr2(b'"', b'\\', rest.as_bytes())?;
        let string = rest.get(..end)?;
        if rest.as_bytes().get(end) == Some(&b'\\') || string.bytes().any(|byte| byte < 0x20) {
            return None;
        }
        self.at += end + 1;
        Some(string)
    }

    /// Takes the name of a member and the colon behind it.
    pub fn name(&mut self) -> Option<&'a str> {
        let name = self.string()?;
        self.take(b':')?;
        Some(name)
    }

    /// Takes any value, whose syntax is checked.
    pub fn value(&mut self) -> Option<&'a RawValue> {
        self.typed()
    }

    /// Takes a value of some type.
    pub fn typed<T: serde::Deserialize<'a>>(&mut self) -> Option<T> {
        self.skip_space();
        let mut values = Deserializer::from_str(self.text.get(self.at..)?).into_iter::<T>();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    fn features(&mut self, features: &mut Vec<Span>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        let mut starts = vec![self.at];
        for from in (self.at + STRETCH..self.text.len()).step_by(STRETCH) {
            starts.extend(likely_start(self.text.as_bytes(), from));
        }
        starts.dedup();
        let until: Vec<usize> = starts.iter().skip(1).copied().chain([usize::MAX]).collect();
        let stretches: Vec<Option<Stretch>> = starts
            .par_iter()
            .zip(&until)
            .map(|(&at, &until)| Cursor { text: self.head(until), at }.stretch(until))
            .collect();
        for ((start, until), stretch) in starts.into_iter().zip(until).zip(stretches) {
            if self.at >= until {
                continue;
            }
            // That a feature begins there is known when the one before ends there.
            let stretch = match stretch.filter(|_| start == self.at) {
                Some(stretch) => stretch,
                None => self.stretch(until)?,
            };
            features.extend(stretch.features);
            self.at = stretch.end;
            if stretch.is_last {
                return Some(());
            }
        }
        None
    }

    /// The text as far as a stretch should reach; what began in the midst of a string would run on
    /// to the end.
    fn head(&self, until: usize) -> &'a str {
        let mut end = until.saturating_add(STRETCH).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.get(..end).unwrap_or_default()
    }

    /// Takes objects and the commas between them, up to the first that begins at `until` or behind,
    /// or the end of the array.
    fn stretch(mut self, until: usize) -> Option<Stretch> {
        let mut features = Vec::new();
        let is_last = loop {
            features.push(self.object()?);
            match self.next()? {
                b',' => self.skip_space(),
                b']' => break true,
                _ => return None,
            }
            if self.at >= until {
                break false;
            }
        };
        Some(Stretch { features, end: self.at, is_last })
    }

    /// Takes an object by its braces; what stands in it is not looked at.
    fn object(&mut self) -> Option<Span> {
        self.skip_space();
        let bytes = self.text.as_bytes();
        let start = self.at;
        if bytes.get(start) != Some(&b'{') {
            return None;
        }
        let mut at = start + 1;
        let mut depth = 1;
        while depth > 0 {
            at += memchr3(b'"', b'{', b'}', bytes.get(at..)?)? + 1;
            match bytes.get(at - 1)? {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => at = end_of_string(bytes, at)?,
            }
        }
        self.at = at;
        Some(Span::at(start..at))
    }
}

/// Features that follow one another.
#[derive(Debug)]
struct Stretch {
    features: Vec<Span>,
    /// Where the next feature begins, or behind the bracket that ends the array.
    end: usize,
    is_last: bool,
}

/// Where behind `from` a feature seems to begin: around its type, or behind the type of the one
/// before. It need not be one: it may stand in a string.
fn likely_start(bytes: &[u8], from: usize) -> Option<usize> {
    const KIND: &[u8] = b"\"Feature\"";
    // What begins farther on, is found from there.
    let window = bytes.get(from..(from + STRETCH).min(bytes.len()))?;
    let kind = from + memmem::find(window, KIND)?;
    let brace = memrchr(b'{', bytes.get(from..kind)?).map(|at| from + at);
    let before = |at: usize| bytes.get(..at)?.trim_ascii_end().last();
    let follows = |&at: &usize| before(at) == Some(&b',');
    brace.filter(follows).or_else(|| {
        let mut rest = bytes.get(kind + KIND.len()..)?;
        for byte in *b"},{" {
            rest = rest.trim_ascii_start().strip_prefix(&[byte])?;
        }
        Some(bytes.len() - rest.len() - 1)
    })
}

/// Where the string ends that `at` stands in: behind its quote.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        let escapes = bytes.get(at..quote)?.iter().rev().take_while(|&&byte| byte == b'\\').count();
        at = quote + 1;
        if escapes % 2 == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
#[path = "feature_scan_tests.rs"]
mod tests;
