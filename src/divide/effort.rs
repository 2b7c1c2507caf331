use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::{Error, Result};

/// How long to look for a better division.
///
/// More effort is never worse: it begins with all that less effort does, and the best division
/// found is kept. Levels give the same answer on every machine and any number of threads; for a
/// time, the answer depends on how much the machine gets done in it.
///
/// ```
/// use evengrid::divide::Effort;
/// assert_eq!("thorough".parse::<Effort>()?, Effort::Thorough);
/// assert_eq!("2.5".parse::<Effort>()?.to_string(), "2.5");
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// A quick look.
    Fast,
    /// Good at a fair price.
    #[default]
    Balanced,
    /// Some ten times as long.
    Thorough,
    /// As good as can be had in a time, from the beginning of the search.
    Time(Duration),
}

impl Effort {
    /// Steps of the exact solver, where it is called once.
    pub(crate) fn exact_steps(self) -> u64 {
        match self {
            Effort::Fast => 15_000,
            Effort::Balanced => 100_000,
            Effort::Thorough => 1_000_000,
            Effort::Time(_) => 8_000_000,
        }
    }

    /// Vertices visited for the bound on the cost of a graph of so many vertices. In haste, it
    /// would take more time than dividing, and be worth little, on graphs that are not small.
    pub(crate) fn visits(self, vertices: usize) -> usize {
        let each = match self {
            Effort::Fast if vertices > 2_000 => 0,
            Effort::Fast => 20,
            Effort::Balanced => 60,
            Effort::Thorough | Effort::Time(_) => 300,
        };
        each * vertices
    }
}

crate::as_text::as_text!(Effort);

impl FromStr for Effort {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim() {
            "fast" => Ok(Effort::Fast),
            "balanced" => Ok(Effort::Balanced),
            "thorough" => Ok(Effort::Thorough),
            seconds => seconds
                .parse()
                .ok()
                .and_then(|s| Duration::try_from_secs_f64(s).ok())
                .map(Effort::Time)
                .ok_or_else(|| {
                    Error::request(
                        format!("effort {text:?} is not known"),
                        "write fast, balanced, thorough, or a number of seconds",
                    )
                }),
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effort::Fast => f.write_str("fast"),
            Effort::Balanced => f.write_str("balanced"),
            Effort::Thorough => f.write_str("thorough"),
            Effort::Time(time) => write!(f, "{}", time.as_secs_f64()),
        }
    }
}

#[cfg(test)]
#[path = "effort_tests.rs"]
mod tests;
