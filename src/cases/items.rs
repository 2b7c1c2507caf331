use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::moment::Span;
use crate::error::{Error, Result};
use crate::toml_text::from_toml;

/// The service items of a city's window, and the times of the loop: the content of `items.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// Times that are the same for all kinds.
    #[serde(rename = "loop")]
    pub times: LoopTimes,
    /// The items.
    #[serde(default, rename = "item")]
    pub items: Vec<Item>,
}

/// How long the steps of the loop may take that do not depend on the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoopTimes {
    /// From being gathered until dispatched.
    pub dispatch: Span,
    /// From being handled until fed back.
    pub feedback: Span,
    /// From being fed back until accepted.
    pub accept: Span,
    /// From a community's call (吹哨) until the department reports (报到).
    pub report: Span,
}

/// A kind of problem and who has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its kind, as reports say it.
    pub kind: String,
    /// Its name in another language.
    #[serde(default)]
    pub name: String,
    /// The level that has it first.
    pub level: Level,
    /// The role that handles it there: an id of `roles.toml`, or `building-leader`,
    /// `central-household`.
    pub role: String,
    /// The department that comes when the community calls.
    #[serde(default)]
    pub department: String,
    /// From being gathered until handled.
    pub deadline: Span,
}

/// A level of the structure, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Building group (楼院).
    BuildingGroup,
    /// Grid (网格).
    Grid,
    /// Community (社区).
    Community,
    /// Subdistrict (街道): the last.
    Subdistrict,
}

impl Level {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Level::BuildingGroup => "building_group",
            Level::Grid => "grid",
            Level::Community => "community",
            Level::Subdistrict => "subdistrict",
        }
    }

    /// So many levels up; the last is the subdistrict.
    pub fn up(self, times: usize) -> Level {
        let levels = [Level::BuildingGroup, Level::Grid, Level::Community];
        levels.get((self as usize).saturating_add(times)).copied().unwrap_or(Level::Subdistrict)
    }
}

impl Items {
    /// The commented default as text: 95 items at one window.
    pub const DEFAULT: &'static str = include_str!("items.toml");

    /// Reads the text of an `items.toml`, which errors call `file`.
    ///
    /// # Errors
    /// Where the text is no such file, or a kind or id stands twice.
    pub fn parse(text: &str, file: &str) -> Result<Items> {
        let cure = "correct it; \"evengrid cases --print-items\" prints one that is right";
        let items: Items = from_toml(text, file, cure)?;
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (i, item) in items.items.iter().enumerate() {
            for name in item.names() {
                if seen.insert(name.clone(), i).is_some_and(|other| other != i) {
                    return Err(Error::request(
                        format!("{file}: {name:?} stands at two items"),
                        "give every item an id, kind and name of its own",
                    ));
                }
            }
        }
        Ok(items)
    }

    /// The item of every name that reports may use: kind, id or name, in lower case.
    pub(super) fn by_name(&self) -> HashMap<String, usize> {
        let names = self.items.iter().enumerate();
        names.flat_map(|(i, item)| item.names().map(move |name| (name, i))).collect()
    }
}

impl Item {
    fn names(&self) -> impl Iterator<Item = String> {
        let names = [&self.kind, &self.id, &self.name].map(|name| plain(name));
        names.into_iter().filter(|name| !name.is_empty())
    }
}

/// A kind as it is compared.
pub(super) fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}
