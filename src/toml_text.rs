//! TOML files that planners edit: a fault is told with the file and the line.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Reads the text of a TOML file, which errors call `file`; `cure` is what they advise.
pub(crate) fn from_toml<T: DeserializeOwned>(text: &str, file: &str, cure: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.lines().count().max(1));
        let place = line.map_or(String::new(), |line| format!(", line {line}"));
        Error::request(format!("{file}{place}: {}", error.message().replace('\n', " ")), cure)
    })
}
