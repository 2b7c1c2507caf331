//! Reading coordinates from JSON text: most of a map's bytes are these.
//!
//! Only what is plainly nested arrays of numbers is read; for anything else there is no answer, and
//! the caller asks the general parser, which can say what is wrong with it.

use geo::{Coord, LineString};

use super::feature_scan::Cursor;

/// Powers of ten that are exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Whole numbers up to here are exact.
const EXACT: u64 = 1 << 53;

impl Cursor<'_> {
    /// Takes an array whose items are taken by `item`.
    pub fn array(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            item(self)?;
            match self.next()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Takes an array of arrays of positions.
    pub fn paths(&mut self, scratch: &mut Vec<Coord<f64>>) -> Option<Vec<LineString<f64>>> {
        let mut paths = Vec::with_capacity(1);
        self.array(|cursor| {
            paths.push(cursor.path(scratch)?);
            Some(())
        })?;
        Some(paths)
    }

    /// Takes an array of positions. They are collected in `scratch`, so that what is kept has
    /// exactly the room it needs.
    pub fn path(&mut self, scratch: &mut Vec<Coord<f64>>) -> Option<LineString<f64>> {
        scratch.clear();
        self.array(|cursor| {
            scratch.push(cursor.position()?);
            Some(())
        })?;
        Some(LineString(scratch.as_slice().to_vec()))
    }

    /// Takes a position; what stands behind longitude and latitude is dropped.
    pub fn position(&mut self) -> Option<Coord<f64>> {
        self.take(b'[')?;
        let x = self.number()?;
        self.take(b',')?;
        let y = self.number()?;
        loop {
            match self.next()? {
                b']' => return Some(Coord { x, y }),
                b',' => self.number()?,
                _ => return None,
            };
        }
    }

    /// Takes a number as RFC 8259 §6 writes it, and gives the nearest `f64`.
    ///
    /// Up to 2⁵³ as digits and 22 places after the point, one division of exact numbers is rounded
    /// once and right (Clinger 1990); for anything else the standard library is asked.
    pub fn number(&mut self) -> Option<f64> {
        self.skip_space();
        let bytes = self.text.as_bytes().get(self.at..)?;
        let negative = bytes.first() == Some(&b'-');
        let start = usize::from(negative);
        let mut digits = 0u64;
        let mut run = |mut at: usize| {
            while let Some(digit) =
                bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|d| *d < 10)
            {
                digits = digits.wrapping_mul(10).wrapping_add(digit.into());
                at += 1;
            }
            at
        };
        let whole = run(start);
        if whole == start || (bytes.get(start) == Some(&b'0') && whole > start + 1) {
            return None;
        }
        let mut end = whole;
        let mut places = 0;
        if bytes.get(whole) == Some(&b'.') {
            end = run(whole + 1);
            places = end - whole - 1;
            if places == 0 {
                return None;
            }
        }
        let plain = !matches!(bytes.get(end), Some(b'e' | b'E'));
        // Nineteen digits cannot wrap.
        if plain && whole - start + places < 20 && digits <= EXACT {
            self.at += end;
            let number = digits as f64 / POWERS.get(places)?;
            return Some(if negative { -number } else { number });
        }
        self.typed().filter(|number: &f64| number.is_finite())
    }
}

#[cfg(test)]
#[path = "position_text_tests.rs"]
mod tests;
