//! How a city is surveyed: settings, and the order in which the parts of this room are called.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Geometry, Point};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::barriers::BarrierClasses;
use super::cells::Drawn;
use super::contiguity::Along;
use super::made::Made;
use super::tessellation::Tessellation;
use super::{
    BarrierCosts, Contiguity, Coverage, Ground, cells, defects, dissolve, islands, kind, mend,
    placement,
};
use crate::error::{Error, Fault, Finding, InputError, Place, Result};
use crate::model::City;
use crate::watch::Watch;

/// How to survey a city.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// What the units are.
    pub units: UnitKind,
    /// Borders shorter than this (m) do not make two units neighbours. Default 0.1.
    pub least_border_m: f64,
    /// What becomes of units, or groups of units, that have no land border with the rest of their
    /// community.
    pub islands: Islands,
    /// Whether units that almost tile are made to tile. Default true; else their faults are told.
    pub repair: bool,
    /// Borders of units nearer to each other than this (m) are snapped together where they have to
    /// be repaired. Default 0.1.
    pub snap_m: f64,
    /// Gaps between units up to this area (m²) go to a neighbour, as do slivers less than 1 m wide.
    /// Default 100.
    pub gap_m2: f64,
    /// Ground between buildings goes to one that is farther away than the nearest by no more than
    /// this (m). Default 0.5.
    pub cell_error_m: f64,
    /// Borders of units that tile follow a barrier where they lie within this distance of it (m)
    /// and run the same way. Default 10.
    pub barrier_reach_m: f64,
    /// What borders along barriers cost.
    pub barrier_costs: BarrierCosts,
    /// Barrier classes that no grid may reach across.
    pub hard_barriers: Vec<String>,
}

/// What the shapes of units are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum UnitKind {
    /// Told by the shapes: points are buildings; polygons are ground where most of their borders are
    /// shared or they cover nine tenths of their communities, and buildings otherwise. Where no
    /// community has a boundary, they are buildings if barriers are known, few borders shared, and
    /// less than half of their convex hull is covered.
    #[default]
    Auto,
    /// Ground: parcels, census blocks. They tile their community, or almost.
    Ground,
    /// Footprints or positions of buildings, among which the ground is to be shared out.
    Buildings,
}

/// What becomes of the parts of a community that do not touch each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Islands {
    /// Join each to the nearest other part by a counted virtual edge of cost 0.
    #[default]
    Attach,
    /// Leave them apart and report them.
    Report,
}

impl Default for Survey {
    fn default() -> Self {
        Survey {
            units: UnitKind::Auto,
            least_border_m: 0.1,
            islands: Islands::Attach,
            repair: true,
            snap_m: 0.1,
            gap_m2: 100.0,
            cell_error_m: 0.5,
            barrier_reach_m: 10.0,
            barrier_costs: BarrierCosts::default(),
            hard_barriers: Vec::new(),
        }
    }
}

impl Survey {
    /// Surveys a city.
    ///
    /// # Errors
    /// Where a unit is neither a polygon nor a point, lies in no community, or has broken rings; the
    /// error names the file, the feature and the cure. Where the extent is none of a city, or a
    /// length or area is none.
    pub fn run(&self, city: &City) -> Result<Ground> {
        self.run_watched(city, Watch::default())
    }

    /// Surveys a city, under a watch that may stop it between its steps.
    ///
    /// # Errors
    /// As [`Survey::run`]; [`Error::Cancelled`] where it was stopped.
    pub fn run_watched(&self, city: &City, watch: Watch<'_>) -> Result<Ground> {
        self.run_on(city, false, &watch)
    }

    /// Surveys a city whose units are the ground of a written plan: it is taken as it is, and a
    /// point is a unit without ground.
    ///
    /// # Errors
    /// As [`Survey::run`].
    pub(crate) fn run_as_written(&self, city: &City) -> Result<Ground> {
        Survey { repair: false, ..self.clone() }.run_on(city, true, &Watch::default())
    }

    /// Hard classes that no barrier has: misspelt, or the barriers are missing.
    fn strange_classes(&self, city: &City) -> Option<Finding> {
        let known: BTreeSet<&str> = city.barriers.iter().map(|b| b.class.as_str()).collect();
        let strange: Vec<String> =
            self.hard_barriers.iter().filter(|c| !known.contains(c.as_str())).cloned().collect();
        let there: Vec<&str> = known.into_iter().collect();
        let message = format!(
            "barrier classes that no grid was to reach across are on no barrier; there are: {}",
            if there.is_empty() { "none".to_owned() } else { there.join(", ") }
        );
        Finding::counted("barrier-class-unknown", strange.len(), message, strange)
    }

    /// Classes whose cost was asked for, and that no barrier has.
    fn strange_costs(&self, city: &City) -> Option<Finding> {
        let known: BTreeSet<&str> = city.barriers.iter().map(|b| b.class.as_str()).collect();
        let is_known = |class: &str| {
            let of_road = |b: &&str| b.strip_suffix("_link") == Some(class);
            known.contains(class) || known.iter().any(of_road)
        };
        let usual: BTreeMap<String, f64> = BarrierCosts::default().into();
        let asked = |(class, cost): &(&str, f64)| usual.get(*class) != Some(cost);
        let strange: Vec<String> = self
            .barrier_costs
            .iter()
            .filter(asked)
            .filter(|(class, _)| !is_known(class))
            .map(|(class, _)| class.to_owned())
            .collect();
        let there: Vec<&str> = known.iter().copied().collect();
        let message = format!(
            "barrier classes that a cost was given for are on no barrier; there are: {}",
            if there.is_empty() { "none".to_owned() } else { there.join(", ") }
        );
        Finding::counted("barrier-cost-unused", strange.len(), message, strange)
    }

    fn run_on(&self, city: &City, as_written: bool, watch: &Watch<'_>) -> Result<Ground> {
        self.check()?;
        watch.check()?;
        let mut drawn = cells::read(&city.units)?;
        watch.check()?;
        let unit_points = unit_points(city, &drawn.coverage);
        let (community_of_unit, misplaced) = placement::place(city, &unit_points)?;
        let mut findings = std::mem::take(&mut drawn.findings);
        findings.extend(defects::spikes(&drawn.coverage, &city.units));
        findings.extend(misplaced);
        let classes = BarrierClasses::of(&city.barriers, &self.barrier_costs, &self.hard_barriers);
        if !as_written {
            findings.extend(self.strange_classes(city));
            findings.extend(self.strange_costs(city));
        }

        let are_buildings = !as_written && kind::is_buildings(self.units, city, &drawn)?;
        let made = if are_buildings {
            findings.extend(defects::untangled(&drawn.crossed, &city.units));
            Some(self.share_out(city, &drawn, &community_of_unit, &classes, watch)?)
        } else {
            self.mend(city, &drawn, &community_of_unit, &mut findings, watch)?
        };
        watch.check()?;
        let is_made = made.is_some();
        let Made { coverage, mut class_of, open_ground, findings: done, beyond_m2, lodgers } =
            made.unwrap_or_else(|| Made::as_drawn(drawn.coverage));
        findings.extend(done);
        if class_of.is_empty() && !classes.classes.is_empty() {
            let along = classes.along(&coverage, city, &drawn.frame, self.barrier_reach_m)?;
            class_of = along.class_of;
            findings.extend(defects::through_units(&along.through, city));
        }
        let mut community_of_cell = community_of_unit;
        community_of_cell.extend(open_ground);
        let area_m2: Vec<f64> = (0..coverage.len()).map(|cell| coverage.area_m2(cell)).collect();
        if is_made {
            // Of a tiling as it was drawn all has been told.
            findings.extend(defects::ground(&coverage, city, self.gap_m2));
            findings.extend(defects::beyond(city, &beyond_m2));
        }
        findings.extend(defects::empty_communities(city, &community_of_cell));

        watch.check()?;
        let along = Along { classes: &classes.classes, class_of: &class_of };
        let mut contiguity = Contiguity::of(&coverage, self.least_border_m, &along);
        watch.check()?;
        let hosts =
            islands::hosts(&coverage, &unit_points, &lodgers, &community_of_cell, &drawn.frame)?;
        findings.extend(defects::groundless(&coverage, &lodgers, &city.units));
        contiguity.attach(hosts.clone());
        let scattered = islands::scattered(&contiguity, &community_of_cell);
        findings.extend(defects::islands(&scattered, self.islands, city));
        if self.islands == Islands::Attach {
            let bridges = scattered.par_iter().map(|s| islands::bridges(&coverage, &s.parts));
            contiguity.attach(bridges.collect::<Vec<_>>().concat());
        }
        watch.check()?;
        Ok(Ground {
            frame: drawn.frame,
            coverage,
            contiguity,
            community_of_cell,
            area_m2,
            hosts,
            unit_points,
            are_buildings,
            made: is_made,
            barrier_classes: classes.classes,
            class_of,
            findings,
        })
    }

    fn check(&self) -> Result<()> {
        let measures = [
            ("a least border", self.least_border_m, "m"),
            ("a snapping distance", self.snap_m, "m"),
            ("a largest gap", self.gap_m2, "m²"),
            ("a reach of barriers", self.barrier_reach_m, "m"),
        ];
        for (what, value, unit) in measures {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::request(
                    format!("{what} of {value} {unit}"),
                    format!("give a number of {unit}, 0 or more"),
                ));
            }
        }
        if !(self.cell_error_m >= 0.05 && self.cell_error_m.is_finite()) {
            return Err(Error::request(
                format!("a cell error of {} m", self.cell_error_m),
                "give a length of at least 0.05 m",
            ));
        }
        Ok(())
    }

    fn share_out(
        &self,
        city: &City,
        drawn: &Drawn,
        community_of_unit: &[u32],
        classes: &BarrierClasses,
        watch: &Watch<'_>,
    ) -> Result<Made> {
        self.check_boundaries(city, community_of_unit)?;
        Tessellation::new(city, &drawn.frame, community_of_unit, classes, self.cell_error_m)?
            .cells(watch)
    }

    /// Buildings share out the ground within boundaries, so all communities have one or none has.
    fn check_boundaries(&self, city: &City, community_of_unit: &[u32]) -> Result<()> {
        let bounded = |c: usize| city.communities.get(c).is_some_and(|c| c.boundary.is_some());
        if !(0..city.communities.len()).any(bounded) {
            return Ok(());
        }
        match community_of_unit.iter().map(|&c| c as usize).find(|&c| !bounded(c)) {
            Some(index) => {
                let id = city.communities.get(index).map(|community| community.id.as_str());
                let place = Place::feature("communities.geojson", index, id);
                Err(InputError::new(place, Fault::NoBoundary).into())
            }
            None => Ok(()),
        }
    }

    /// Mends a tiling that is none; `None` where there is nothing to mend, or nothing is to be: then
    /// what is to be told of it as it was drawn goes into the findings.
    fn mend(
        &self,
        city: &City,
        drawn: &Drawn,
        community_of_unit: &[u32],
        findings: &mut Vec<Finding>,
        watch: &Watch<'_>,
    ) -> Result<Option<Made>> {
        let Drawn { frame, coverage, crossed, .. } = drawn;
        let mut faults = defects::borders(coverage, &city.units, self.snap_m);
        faults.extend(defects::crossed(crossed, &city.units));
        let area_m2: Vec<f64> = (0..coverage.len()).map(|cell| coverage.area_m2(cell)).collect();
        let ground = defects::ground(coverage, city, self.gap_m2);
        let has = |findings: &[Finding], kinds: &[&str]| {
            findings.iter().any(|f| kinds.contains(&f.kind.as_str()))
        };
        let is_tiling = faults.is_empty() && !has(&ground, &["gaps", "slivers", "nested-units"]);
        let is_bounded = city.communities.iter().any(|c| c.boundary.is_some());
        // Shapes can be told of a tiling alone.
        let outlines = match is_tiling && is_bounded {
            true => dissolve::outlines(coverage, community_of_unit, city.communities.len()),
            false => Vec::new(),
        };
        let bare = defects::communities(city, frame, community_of_unit, &area_m2, &outlines)?;
        let faulty = !is_tiling || has(&bare, &["uncovered-ground"]);
        let doubtful = || has(&ground, &["holes"]) && defects::enclosed(coverage);
        if self.repair && (faulty || doubtful()) {
            watch.check()?;
            let made = mend::mend(city, frame, self, community_of_unit, &area_m2)?;
            // What was in doubt may turn out sound: then it stays as it was drawn.
            if faulty || !made.findings.is_empty() {
                let made_simple = defects::untangled(crossed, &city.units);
                return Ok(Some(Made {
                    findings: made_simple.into_iter().chain(made.findings).collect(),
                    ..made
                }));
            }
        }
        if let Some(&(unit, [x, y])) = crossed.first() {
            let reason = format!("its border crosses or touches itself near ({x:.6}, {y:.6})");
            let unit = unit as usize;
            let fault = Fault::BrokenGeometry { reason };
            return Err(cells::at(unit, &city.units[unit], fault).into());
        }
        findings.extend(faults.into_iter().chain(ground).chain(bare));
        Ok(None)
    }
}

/// A point inside every unit.
fn unit_points(city: &City, drawn: &Coverage) -> Vec<Point<f64>> {
    let point = |(index, unit): (usize, &crate::model::Unit)| match unit.shape {
        Geometry::Point(point) => point,
        _ => drawn.interior_point(index),
    };
    city.units.iter().enumerate().map(point).collect()
}
