use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// How far a grid may lie from its community's mean, as shares of the mean.
///
/// Written `LOWER:UPPER`; one number means both sides, an empty side is open.
///
/// ```
/// use evengrid::divide::Tolerance;
/// let people: Tolerance = "0.05".parse()?;
/// assert_eq!(people.range(1000.0), (Some(950.0), Some(1050.0)));
/// let area: Tolerance = ":1.0".parse()?;
/// assert_eq!(area.range(1000.0), (None, Some(2000.0)));
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Largest share below the mean; `None`: no limit.
    pub lower: Option<f64>,
    /// Largest share above the mean; `None`: no limit.
    pub upper: Option<f64>,
}

impl Tolerance {
    /// No limit on either side.
    pub const OPEN: Tolerance = Tolerance { lower: None, upper: None };

    /// The same share on both sides.
    pub fn both(share: f64) -> Self {
        Tolerance { lower: Some(share), upper: Some(share) }
    }

    /// At most `share` above the mean, nothing asked below.
    pub fn above(share: f64) -> Self {
        Tolerance { lower: None, upper: Some(share) }
    }

    /// Least and largest value allowed around `mean`.
    pub fn range(&self, mean: f64) -> (Option<f64>, Option<f64>) {
        (self.lower.map(|t| mean * (1.0 - t)), self.upper.map(|t| mean * (1.0 + t)))
    }

    /// Both sides scaled by `factor`.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Tolerance { lower: self.lower.map(|t| t * factor), upper: self.upper.map(|t| t * factor) }
    }
}

crate::as_text::as_text!(Tolerance);

impl FromStr for Tolerance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let side = |part: &str| -> Result<Option<f64>> {
            let part = part.trim();
            if part.is_empty() {
                return Ok(None);
            }
            match part.parse::<f64>() {
                Ok(share) if share >= 0.0 && share.is_finite() => Ok(Some(share)),
                _ => Err(Error::request(
                    format!("tolerance {text:?} is not LOWER:UPPER"),
                    "write shares of the mean, such as 0.05, 0.1:0.2 or :1.0",
                )),
            }
        };
        match text.split_once(':') {
            Some((lower, upper)) => Ok(Tolerance { lower: side(lower)?, upper: side(upper)? }),
            None => {
                let share = side(text)?.ok_or_else(|| {
                    Error::request(
                        "the tolerance is empty",
                        "write a share such as 0.05, or : for none",
                    )
                })?;
                Ok(Tolerance::both(share))
            }
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lower.is_some() && self.lower == self.upper {
            return write!(f, "{}", self.lower.unwrap_or_default());
        }
        if let Some(lower) = self.lower {
            write!(f, "{lower}")?;
        }
        f.write_str(":")?;
        if let Some(upper) = self.upper {
            write!(f, "{upper}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "tolerance_tests.rs"]
mod tests;
