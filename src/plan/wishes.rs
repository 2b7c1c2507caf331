//! What can be asked of a division beside people and area.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::divide::Tolerance;
use crate::error::{Error, Result};

/// A further amount of units that is to be even over the grids of a community: elderly people,
/// cases a year, hours of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvenWeight {
    /// The property of units that holds the amount.
    pub field: String,
    /// The sum over a grid around its community's mean.
    pub tolerance: Tolerance,
}

/// A trait of units that every grid is to hold in the community's own mixture: the proportions of
/// its categories, counted in people, are to be alike in all grids. Numbers are cut into four
/// classes of about as many people each, so that mean, median and spread come out alike.
///
/// (ArcGIS' *Build Balanced Zones* calls it "maintain within proportion"; its equal sums are
/// [`EvenWeight`].)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// The property of units.
    pub field: String,
    /// How far the people of a category in a grid may lie from their mean over the community's
    /// general grids, as a share of all people of a mean grid. It is numbers of people that are held
    /// against each other: where all grids have as many people, 0.1 is ten percentage points.
    pub tolerance: f64,
}

/// A trait in which the units of one grid are to be alike: borders are drawn to where it changes.
///
/// A metre of border between two units costs 1 − weight · difference. Two categories differ by 1,
/// or not at all; two numbers by the share of the community's people whose number lies between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// The property of units.
    pub field: String,
    /// From 0, which asks nothing, to below 1.
    pub weight: f64,
}

crate::as_text::as_text!(Between, PeopleRange);

/// Least and most of something in a grid, written `LEAST:MOST`; an empty side is open.
///
/// ```
/// use evengrid::plan::Between;
/// let households: Between = "300:500".parse()?;
/// assert_eq!((households.least, households.most), (Some(300.0), Some(500.0)));
/// assert_eq!("20:".parse::<Between>()?.to_string(), "20:");
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Between {
    /// The least a grid may have.
    pub least: Option<f64>,
    /// The most a grid may have.
    pub most: Option<f64>,
}

impl Between {
    /// Whether nothing is asked.
    pub fn is_open(&self) -> bool {
        self.least.is_none() && self.most.is_none()
    }

    /// The same limits as shares around a mean.
    pub(crate) fn around(&self, mean: f64) -> Tolerance {
        if mean <= 0.0 {
            return Tolerance::OPEN;
        }
        Tolerance {
            lower: self.least.map(|least| 1.0 - least / mean),
            upper: self.most.map(|most| most / mean - 1.0),
        }
    }
}

impl FromStr for Between {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::request(
                format!("{text:?} is not LEAST:MOST"),
                "write numbers from 0, such as 300:500, 20: or :80",
            )
        };
        let (least, most) = text.split_once(':').ok_or_else(wrong)?;
        let side = |part: &str| number(part).ok_or_else(wrong);
        let between = Between { least: side(least)?, most: side(most)? };
        match (between.least, between.most) {
            (Some(least), Some(most)) if least > most => Err(wrong()),
            _ => Ok(between),
        }
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (side, before) in [(self.least, ""), (self.most, ":")] {
            f.write_str(before)?;
            if let Some(number) = side {
                write!(f, "{number}")?;
            }
        }
        Ok(())
    }
}

/// A number from 0, or nothing; `None` where it is neither.
fn number(text: &str) -> Option<Option<f64>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    let number = text.trim().parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0);
    number.map(Some)
}

/// The people of a grid from least to most, and what is best, written `LEAST:IDEAL:MOST`.
///
/// ```
/// use evengrid::plan::PeopleRange;
/// let range: PeopleRange = "800:1000:1300".parse()?;
/// // 2,300 people make two grids or none: three would be too small.
/// assert_eq!(range.grids_for(2_300.0), (2, true));
/// // 1,500 are too many for one and too few for two.
/// assert_eq!(range.grids_for(1_500.0), (2, false));
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeopleRange {
    /// The fewest people a grid may have.
    pub least: f64,
    /// The number that is best.
    pub ideal: f64,
    /// The most people a grid may have.
    pub most: f64,
}

impl PeopleRange {
    /// The number of grids for so many people, at least one, and whether their mean is within: the
    /// number nearest to that of ideal grids whose mean is within, or else the one whose grids are
    /// out by the smaller share.
    pub fn grids_for(&self, people: f64) -> (usize, bool) {
        let wished = ((people / self.ideal + 0.5).floor() as usize).max(1);
        let fewest = (people / self.most - SLACK).ceil().max(1.0) as usize;
        let largest = (people / self.least + SLACK).floor();
        let largest = if largest < usize::MAX as f64 { largest as usize } else { usize::MAX };
        if fewest <= largest {
            return (wished.clamp(fewest, largest), true);
        }
        if largest == 0 {
            return (1, false);
        }
        // One grid less has too many people in each, one more too few.
        let over = (people / largest as f64 / self.most - 1.0) * largest as f64;
        let under = (1.0 - people / fewest as f64 / self.least) * fewest as f64;
        (if over < under { largest } else { fewest }, false)
    }

    /// Whether the numbers rise from above 0.
    pub(super) fn is_sound(&self) -> bool {
        let PeopleRange { least, ideal, most } = *self;
        least > 0.0 && least <= ideal && ideal <= most && most.is_finite()
    }

    /// The limits of a grid.
    pub fn limits(&self) -> Between {
        Between { least: Some(self.least), most: Some(self.most) }
    }
}

/// Slack for counting how often a limit goes into a number of people.
const SLACK: f64 = 1e-9;

impl FromStr for PeopleRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::request(
                format!("{text:?} is not LEAST:IDEAL:MOST"),
                "write three rising numbers of people, such as 800:1000:1300",
            )
        };
        let numbers: Option<Vec<f64>> =
            text.split(':').map(|part| number(part).flatten().filter(|n| *n > 0.0)).collect();
        match numbers.as_deref() {
            Some(&[least, ideal, most]) if least <= ideal && ideal <= most => {
                Ok(PeopleRange { least, ideal, most })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for PeopleRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.least, self.ideal, self.most)
    }
}

/// What is asked of the shape of grids beside short borders.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ShapeWish {
    /// What roundness counts beside the border: 1 lets a grid's moment of inertia, as borders of a
    /// disc of that moment, weigh as much as its border itself. Default 0.
    pub compactness: f64,
    /// What evenness counts beside the border, within the tolerances: 1 lets a grid whose people
    /// lie a tenth from the mean weigh as much as a tenth of its border. Default 0.
    pub evenness: f64,
    /// The largest distance between two points of a grid, metres.
    pub max_diameter_m: Option<f64>,
}

impl ShapeWish {
    /// Whether nothing is asked.
    pub fn is_open(&self) -> bool {
        self.compactness <= 0.0 && self.evenness <= 0.0 && self.max_diameter_m.is_none()
    }
}

#[cfg(test)]
#[path = "wishes_tests.rs"]
mod tests;
