//! Doorways: the stairs of a large building, or some small buildings together.

use super::building_groups::{BuildingGroup, Survey};
use super::codes;
use crate::zoning::numbering;
use serde::{Deserialize, Serialize};

/// A doorway (单元、楼道): a leader's few households.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Doorway {
    /// The building group's code and its number there.
    pub code: String,
    /// Its units: one, which it may share with other doorways, or several wholly; indices into
    /// `City::units`.
    pub units: Vec<u32>,
    /// Households in it.
    pub households: f64,
    /// Where it is, in the mean of its units, metres.
    pub(super) place: [f64; 2],
}

/// The doorways of a building group, without codes. Where nobody lives there is none.
pub(super) fn cut(survey: &Survey<'_>, units: &[u32], size: f64, area_m2: f64) -> Vec<Doorway> {
    let households = |unit: u32| survey.households[unit as usize];
    let places: Vec<[f64; 2]> = units.iter().map(|&u| survey.places[u as usize]).collect();
    // Rows about three units high, so that what follows each other lies beside each other.
    let order = numbering::order(&places, 9.0 * area_m2 / units.len().max(1) as f64);
    let order: Vec<u32> = order.into_iter().map(|i| units[i]).collect();
    let small: f64 = order.iter().map(|&u| households(u)).filter(|h| *h < size).sum();
    let runs = (small / size).round().max(1.0);
    let (mut before, mut run) = (0.0, usize::MAX);
    let mut doorways: Vec<Doorway> = Vec::new();
    // The doorway that gathers small units, while large ones come between.
    let mut gathering = 0;
    for unit in order {
        let own = households(unit);
        if own <= 0.0 {
            continue;
        }
        let place = survey.places[unit as usize];
        if own >= size {
            let stairs = (own / size).round().max(1.0);
            for _ in 0..stairs as usize {
                let households = own / stairs;
                doorways.push(Doorway {
                    code: String::new(),
                    units: vec![unit],
                    households,
                    place,
                });
            }
            continue;
        }
        // By the middle of its households, each unit falls into one of equal runs.
        let now = ((before + own / 2.0) / small * runs) as usize;
        before += own;
        if now != run {
            (run, gathering) = (now, doorways.len());
            doorways.push(Doorway {
                code: String::new(),
                units: Vec::new(),
                households: 0.0,
                place: [0.0; 2],
            });
        }
        let doorway = &mut doorways[gathering];
        doorway.units.push(unit);
        doorway.households += own;
        let share = 1.0 / doorway.units.len() as f64;
        for (mean, value) in doorway.place.iter_mut().zip(place) {
            *mean += (value - *mean) * share;
        }
    }
    doorways
}

/// Gives every doorway its code.
pub(super) fn number(groups: &mut [BuildingGroup]) {
    let most = groups.iter().map(|group| group.doorways.len()).max().unwrap_or(0);
    let digits = codes::digits(most, codes::PART);
    for group in groups {
        for (i, doorway) in group.doorways.iter_mut().enumerate() {
            doorway.code = codes::below(&group.code, i + 1, digits);
        }
    }
}
