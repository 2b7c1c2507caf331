use super::{Contiguity, Coverage, LocalFrame, Zone, cells, defects, dissolve, islands, placement};
use crate::error::{Error, Finding, Result};
use crate::model::City;

/// How to survey a city.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// Borders shorter than this (m) do not make two units neighbours. Default 0.1.
    pub least_border_m: f64,
    /// What becomes of units, or groups of units, that have no land border with the rest of their
    /// community.
    pub islands: Islands,
}

/// What becomes of the parts of a community that do not touch each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Islands {
    /// Join each to the nearest other part by a counted virtual edge of cost 0.
    #[default]
    Attach,
    /// Leave them apart and report them.
    Report,
}

impl Default for Survey {
    fn default() -> Self {
        Survey { least_border_m: 0.1, islands: Islands::Attach }
    }
}

/// A surveyed city: every unit has its cell, its community and its neighbours.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Degrees to local metres and back.
    pub frame: LocalFrame,
    /// The cells, one per unit, in unit order.
    pub coverage: Coverage,
    /// Which units touch, along how many metres. Over the whole city, also across communities.
    pub contiguity: Contiguity,
    /// Community of every unit: an index into `City::communities` (0 where there is none, and the
    /// whole is one).
    pub community_of_unit: Vec<u32>,
    /// Area of every unit's cell in square metres.
    pub area_m2: Vec<f64>,
    /// What was met; nothing of it was changed. The kinds are
    ///
    /// - of borders: `overlaps`, `nested-units`, `borders-not-noded`, `slivers`,
    ///   `collapsed-rings`: the data should be mended;
    /// - of ground: `holes`, `islands`: usual, worth a look;
    /// - of communities: `community-mismatch`, `empty-communities`, `uncovered-ground`,
    ///   `ground-beyond-boundary` (areas compared, not shapes).
    pub findings: Vec<Finding>,
}

impl Survey {
    /// Surveys a city.
    ///
    /// # Errors
    /// Where a unit is not a polygon, lies in no community, or has broken rings; the error names
    /// the file, the feature and the cure. Where the extent is none of a city, or the least border
    /// no length.
    pub fn run(&self, city: &City) -> Result<Ground> {
        if !(self.least_border_m >= 0.0 && self.least_border_m.is_finite()) {
            return Err(Error::request(
                format!("a least border of {} m", self.least_border_m),
                "give a length in metres, 0 or more",
            ));
        }
        let (frame, coverage, mut findings) = cells::read(&city.units)?;
        findings.extend(defects::borders(&coverage, &city.units));
        findings.extend(defects::ground(&coverage, &city.units));
        let (community_of_unit, misplaced) = placement::place(city, &coverage)?;
        findings.extend(misplaced);
        let area_m2: Vec<f64> = (0..coverage.len()).map(|cell| coverage.area_m2(cell)).collect();
        findings.extend(defects::communities(city, &frame, &community_of_unit, &area_m2)?);

        let mut contiguity = Contiguity::of(&coverage, self.least_border_m);
        let scattered = islands::scattered(&contiguity, &community_of_unit);
        findings.extend(defects::islands(&scattered, self.islands, &city.units));
        if self.islands == Islands::Attach {
            let bridges = scattered.iter().flat_map(|s| islands::bridges(&coverage, &s.parts));
            contiguity.attach(bridges.collect());
        }
        Ok(Ground { frame, coverage, contiguity, community_of_unit, area_m2, findings })
    }
}

/// Findings that say that cells do not tile their communities.
const NOT_TILING: [&str; 6] = [
    "overlaps",
    "nested-units",
    "borders-not-noded",
    "slivers",
    "uncovered-ground",
    "ground-beyond-boundary",
];

impl Ground {
    /// Whether the cells tile their communities, as far as was found: no overlap, no gap, borders
    /// shared vertex by vertex, no ground without a unit or beyond its community's boundary.
    pub fn tiles(&self) -> bool {
        !self.findings.iter().any(|finding| NOT_TILING.contains(&finding.kind.as_str()))
    }

    /// Surveys a city with default settings.
    ///
    /// # Errors
    /// As [`Survey::run`].
    pub fn survey(city: &City) -> Result<Ground> {
        Survey::default().run(city)
    }

    /// Dissolves cells into zones by cancelling the borders inside each.
    ///
    /// `zone_of_unit` holds a zone from `0..zones` per unit; a unit with a higher number, or none,
    /// lies in no zone. Zones come back in order; each has its
    /// polygon in degrees, with vertices bit-identical to the cells', and its measures in metres.
    pub fn dissolve(&self, zone_of_unit: &[u32], zones: usize) -> Vec<Zone> {
        dissolve::dissolve(&self.coverage, &self.frame, zone_of_unit, zones)
    }
}
