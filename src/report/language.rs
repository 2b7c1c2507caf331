use serde::{Deserialize, Serialize};

/// A language of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    #[default]
    English,
    /// Chinese (简体中文).
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// One of two texts.
    pub(super) fn pick<'t>(self, english: &'t str, chinese: &'t str) -> &'t str {
        match self {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }
}

impl std::str::FromStr for Language {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        match text {
            "en" => Ok(Language::English),
            "zh" => Ok(Language::Chinese),
            _ => Err(crate::Error::request(format!("language {text:?}"), "write en or zh")),
        }
    }
}
