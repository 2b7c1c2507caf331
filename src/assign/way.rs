use serde_json::{Value, json};

use serde::{Deserialize, Serialize};

use crate::allocate::{DETOUR, Travel};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;

/// How ways are measured.
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Way {
    /// On foot along walks.geojson rather than by straight lines
    #[cfg_attr(feature = "cli", arg(long, conflicts_with = "detour"))]
    pub on_foot: bool,
    /// Straight lines are this much shorter than ways [default: 1.3]
    #[cfg_attr(feature = "cli", arg(long, value_name = "F"))]
    pub detour: Option<f64>,
}

impl Way {
    /// The measure for a city.
    ///
    /// # Errors
    /// Where a detour is given for ways on foot, or the city has no walks.
    pub fn travel(&self, city: &City, ground: &Ground) -> Result<Travel> {
        if !self.on_foot {
            return Ok(Travel::Straight(self.factor()));
        }
        if let Some(detour) = self.detour {
            let problem = format!("a detour of {detour} on foot, where ways are known");
            return Err(Error::request(problem, "ask for one of the two"));
        }
        if city.walks.is_empty() {
            return Err(Error::request(
                "the city has no walks",
                "add walks.geojson to it: the lines along which people walk",
            ));
        }
        Travel::on_foot(city, ground)
    }

    /// What was asked, for the record.
    pub(super) fn asked(&self) -> [(&'static str, Value); 2] {
        let detour = if self.on_foot { Value::Null } else { json!(self.factor()) };
        [("on-foot", json!(self.on_foot)), ("detour", detour)]
    }

    /// The measure in words.
    pub(super) fn told(&self) -> String {
        match self.factor() {
            _ if self.on_foot => "on foot".to_owned(),
            1.0 => "straight lines".to_owned(),
            factor => format!("straight lines times {factor}"),
        }
    }

    fn factor(&self) -> f64 {
        self.detour.unwrap_or(DETOUR)
    }
}
