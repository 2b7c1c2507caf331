use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is known of units beside the usual: columns in the order of
/// [`City::units`](super::City::units), each empty where nobody asked for it or no unit says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Attributes {
    /// Amounts that can be added up, by property: people over 80, cases a year, working hours. Not
    /// negative.
    pub amounts: BTreeMap<String, Vec<f64>>,
    /// What units are like, by property: categories or numbers that are compared, not added.
    pub traits: BTreeMap<String, Trait>,
    /// Groups to be kept apart: of the units with one name a grid may hold one.
    pub apart: Vec<Option<String>>,
    /// Special-purpose grids (专属网格): units with one name are a grid by themselves.
    pub special: Vec<Option<String>>,
    /// Whether the unit is a seed: an office that lies in a grid without another.
    pub seed: Vec<bool>,
}

/// A column of what units are like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Trait {
    /// Names of categories; `None` where a unit does not say.
    Categories(Vec<Option<String>>),
    /// Numbers on a scale; `None` where a unit does not say.
    Numbers(Vec<Option<f64>>),
}

impl Attributes {
    /// The group of which a grid may hold one unit, if this unit is in one.
    pub fn apart(&self, unit: usize) -> Option<&str> {
        self.apart.get(unit)?.as_deref()
    }

    /// The special-purpose grid that this unit belongs to, if it belongs to one.
    pub fn special(&self, unit: usize) -> Option<&str> {
        self.special.get(unit)?.as_deref()
    }

    /// Whether this unit is a seed.
    pub fn is_seed(&self, unit: usize) -> bool {
        self.seed.get(unit).copied().unwrap_or_default()
    }
}
