//! What text is written in that is not UTF-8.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What the text of files is written in that is not UTF-8. Text that is UTF-8 is always taken as that,
/// so that one setting does for a folder in which some files have been converted.
///
/// ```
/// use evengrid::io::Encoding;
/// assert_eq!("gb2312".parse::<Encoding>()?, Encoding::Gb18030);
/// assert_eq!(Encoding::Gb18030.to_string(), "gb18030");
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Nothing but UTF-8; other text is an error.
    #[default]
    Utf8,
    /// GB 18030 (2005), which reads GBK and GB 2312 as well: Chinese offices' usual "ANSI".
    #[serde(alias = "gbk", alias = "gb2312")]
    Gb18030,
}

impl Encoding {
    /// The text of bytes that are not UTF-8; `None` where they are not in this encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Encoding::Utf8 => None,
            // The Encoding Standard (WHATWG) decodes GBK as GB 18030.
            Encoding::Gb18030 => encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }
}

impl FromStr for Encoding {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "utf8" => Ok(Encoding::Utf8),
            "gbk" | "gb18030" | "gb2312" | "cp936" => Ok(Encoding::Gb18030),
            _ => Err(Error::request(
                format!("the encoding {text:?} cannot be read"),
                "name gbk, gb18030 or gb2312, or save the file as UTF-8",
            )),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Utf8 => "utf8",
            Encoding::Gb18030 => "gb18030",
        })
    }
}
