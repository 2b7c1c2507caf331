use geo::{MultiPolygon, Point};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{City, Source};

/// The content of `assignment.json`: what was asked, how good the answer is, what is wanting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AssignmentRecord {
    /// Version of evengrid that made it; also the mark by which such a folder is known.
    pub evengrid: String,
    /// What was placed: `households`, `officers` or another role, `stations`, `nearest`, `partners`
    /// or `members`.
    pub assignment: String,
    /// Name of the city.
    pub city: String,
    /// What in the city is modelled rather than real, a sentence each.
    pub modelled: Vec<String>,
    /// What was asked, by the names of the command line.
    pub parameters: Map<String, Value>,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// What `objective` and its bounds measure.
    pub measure: String,
    /// Which values of it are better.
    pub goal: Goal,
    /// The value of the answer.
    pub objective: f64,
    /// No answer to what was asked is better than this: none has a lower value where the goal is
    /// the least (it is the lower bound), none a higher one where it is the most (the upper bound).
    pub bound: f64,
    /// The value of the best answer is at least this; where the goal is the most, it is the value
    /// of this answer.
    pub lower_bound: f64,
    /// The value of the best answer is at most this; where the goal is the least, it is the value
    /// of this answer.
    pub upper_bound: f64,
    /// (upper − lower) / lower; null where the lower bound is 0 and the upper is not.
    pub gap: Option<f64>,
    /// Further figures, by name.
    pub figures: Map<String, Value>,
    /// What could not be met: who or what, by how much, and the cure.
    pub wants: Vec<Want>,
    /// Seconds it took: the only part that differs from run to run.
    pub seconds: f64,
}

/// Which values are better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// Low ones, such as of metres.
    #[default]
    Least,
    /// High ones, such as of people within reach.
    Most,
}

/// Something that could not be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Want {
    /// Id or code of what is concerned.
    pub of: String,
    /// What is wanting, in a sentence with figures.
    pub reason: String,
    /// What would mend it.
    pub cure: String,
}

/// A person or place in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Person {
    /// Kind, such as `officer`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
}

/// Who belongs to whom: a line in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// Kind, such as `officer_link`.
    pub kind: &'static str,
    /// Names and ids of both ends, such as `("officer", "o001")`.
    pub ends: [(&'static str, String); 2],
    /// Both ends, in degrees.
    pub positions: [Point<f64>; 2],
    /// How far it is, metres, as it was measured.
    pub distance_m: f64,
    /// People it is about, where it is about a part of a place's people.
    pub people: Option<f64>,
}

/// The central household of a unit: a row of `units.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// Id of the unit.
    pub unit: String,
    /// Code of its grid, where it has one.
    pub grid: Option<String>,
    /// Id of the central household; `None` where the grid has none.
    pub place: Option<String>,
    /// How far it is from the middle of the unit, metres, by straight line.
    pub distance_m: Option<f64>,
}

/// What can be reached from somewhere: an area in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Id of what it is reached from.
    pub id: String,
    /// Longest way, metres.
    pub reach_m: f64,
    /// The area, in degrees.
    pub area: MultiPolygon<f64>,
}

impl AssignmentRecord {
    /// A record with what the city tells by itself.
    pub fn of(city: &City, assignment: &str) -> Self {
        AssignmentRecord {
            evengrid: env!("CARGO_PKG_VERSION").into(),
            assignment: assignment.into(),
            city: city.name.clone(),
            modelled: city.modelled.clone(),
            sources: city.sources.clone(),
            ..AssignmentRecord::default()
        }
    }

    /// Enters a value with its bounds, by the goal that stands there.
    pub fn value(&mut self, measure: &str, objective: f64, lower: f64, upper: f64) {
        self.measure = measure.into();
        // Adding 0 turns the -0 of an empty sum into 0.
        let [objective, lower, upper] = [objective, lower, upper].map(|value| value + 0.0);
        (self.objective, self.lower_bound, self.upper_bound) = (objective, lower, upper);
        self.bound = match self.goal {
            Goal::Least => lower,
            Goal::Most => upper,
        };
        let open = upper - lower;
        self.gap = if open <= 1e-9 * upper.abs() {
            Some(0.0)
        } else {
            (lower > 0.0).then_some(open / lower)
        };
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
