//! How much of the borders runs along barriers, and how much of it two grids share.

use geo::{Geometry, MultiPolygon};
use rayon::prelude::*;

use super::borders::{Step, back, each_step, ends};
use super::drawn::{DrawnGrid, DrawnPlan};
use super::settings::Audit;
use crate::error::Result;
use crate::ground::{LocalFrame, Survey, UnitKind};
use crate::model::{City, Community, Unit};

/// Share of every grid's border along barriers; or why it is not known.
///
/// The grids are surveyed as if they were units, so the rule is the one of [`Survey`]: near a barrier
/// and the same way.
pub(super) fn along(audit: &Audit, drawn: &DrawnPlan) -> std::result::Result<Vec<f64>, String> {
    if drawn.barriers.is_empty() {
        return Err("no barriers were given".to_owned());
    }
    let city = as_units(drawn.grids.iter().map(|grid| grid.shape.clone()), drawn);
    let survey = Survey {
        units: UnitKind::Ground,
        repair: false,
        barrier_reach_m: audit.barrier_reach_m,
        ..Survey::default()
    };
    let ground =
        survey.run(&city).map_err(|error| format!("the grids cannot be surveyed: {error}"))?;
    let zones: Vec<u32> = (0..drawn.grids.len() as u32).collect();
    let (along_m, _) = ground.border_lengths(&zones, zones.len());
    let length = ground.dissolve(&zones, zones.len()).into_iter().map(|zone| zone.perimeter_m);
    let share = |(along, whole): (f64, f64)| if whole > 0.0 { along / whole } else { 0.0 };
    Ok(along_m.into_iter().zip(length).map(share).collect())
}

/// Ground of a plan as the units of a city of one community, with the plan's barriers.
pub(super) fn as_units(ground: impl Iterator<Item = MultiPolygon<f64>>, drawn: &DrawnPlan) -> City {
    let unit = |(number, shape): (usize, MultiPolygon<f64>)| Unit {
        id: number.to_string(),
        population: 0.0,
        households: None,
        community: Some(0),
        estate: None,
        lock: None,
        shape: Geometry::MultiPolygon(shape),
    };
    let whole = Community {
        id: "1".into(),
        name: String::new(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    City {
        units: ground.enumerate().map(unit).collect(),
        communities: vec![whole],
        barriers: drawn.barriers.clone(),
        ..City::default()
    }
}

/// Length in metres of the borders that two grids share step by step.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn shared_m(drawn: &DrawnPlan, frame: &LocalFrame) -> Result<f64> {
    // Each step as it is and the other way lie side by side once sorted: lower end first, and
    // whether it was turned for that.
    let of_grid = |grid: &DrawnGrid| {
        let mut steps: Vec<(Step, bool)> = Vec::new();
        each_step(&grid.shape.0, |step| {
            let turned = back(step);
            steps.push(if turned < step { (turned, true) } else { (step, false) });
        });
        steps
    };
    let mut steps: Vec<(Step, bool)> = drawn.grids.par_iter().flat_map_iter(of_grid).collect();
    steps.par_sort_unstable();
    let mut shared = Vec::new();
    for same in steps.chunk_by(|a, b| a.0 == b.0) {
        let turned = same.iter().filter(|step| step.1).count();
        for _ in 0..turned.min(same.len() - turned) {
            shared.extend(ends(same[0].0));
        }
    }
    let metres = frame.project(&shared)?;
    Ok(metres.chunks_exact(2).map(|s| (s[0][0] - s[1][0]).hypot(s[0][1] - s[1][1])).sum())
}
