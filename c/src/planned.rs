//! The main job: a city folder becomes a plan folder.

use std::ffi::c_char;
use std::path::Path;

use evengrid::report::{self, Exhibit};
use evengrid::settings::Settings;
use evengrid::{Error, io};

use crate::border::{Answer, EvengridCode, Room, answer, text};

/// What has become of a city; `plan.json` tells the rest.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct EvengridPlanned {
    /// Units.
    pub units: usize,
    /// Grids.
    pub grids: usize,
    /// Communities that have grids.
    pub communities: usize,
    /// People.
    pub population: f64,
    /// Grids that do not keep something that was asked.
    pub grids_in_violation: usize,
    /// Largest deviation of people from the mean of a grid's community, as a share.
    pub max_population_deviation: f64,
}

/// Plans a city folder and writes a plan folder, whole or not at all, as `evengrid plan` does.
///
/// `settings` is text as in `evengrid.toml`, such as "grids = 463"; it comes before the folder's own
/// `evengrid.toml`, and may be NULL. An existing plan is replaced only where `replace` is true.
/// `planned`, unless it is NULL, gets the figures.
///
/// Returns EVENGRID_CODE_INCOMPLETE where something that was asked could not be kept. Where no number
/// of grids is given, evengrid_message tells what was taken instead.
///
/// # Safety
/// Texts end with a zero byte; `planned` is NULL or room for the figures.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_plan(
    city_folder: *const c_char,
    plan_folder: *const c_char,
    settings: *const c_char,
    replace: bool,
    planned: *mut EvengridPlanned,
) -> EvengridCode {
    answer(|| {
        // SAFETY: the caller vouches for the texts.
        let city_folder = unsafe { text(city_folder, "city_folder") }?;
        // SAFETY: as above.
        let plan_folder = Path::new(unsafe { text(plan_folder, "plan_folder") }?);
        let given = if settings.is_null() {
            Settings::default()
        } else {
            // SAFETY: as above.
            toml::from_str(unsafe { text(settings, "settings") }?).map_err(|error| {
                let line = error.message().lines().next().unwrap_or_default().to_owned();
                Error::request(format!("settings: {line}"), "write them as in evengrid.toml")
            })?
        };
        let settings = given.with_file(Path::new(city_folder))?;
        // SAFETY: the caller vouches for the room, unless it is null.
        let planned = unsafe { Room::for_one(planned, "planned") }?;
        let mut folder = io::read_city(city_folder, &settings.read_options())?;
        let (pipeline, remark) = settings.pipeline()?;
        settings.enter(&mut folder.city)?;
        let reserved = io::check_target(plan_folder, replace)?;
        let made = pipeline.run(&folder.city)?;
        let record = serde_json::to_value(io::record_of(&folder, &made, None));
        let labels = match report::draws_units(&folder.city) {
            true => folder.units_text.labels(),
            false => Default::default(),
        };
        let record = record.unwrap_or_default();
        let pages = report::pages(&Exhibit { labels, record, ..Exhibit::of(&folder.city, &made) });
        let record = io::write_plan(plan_folder, &folder, &made, &pages, replace)?;
        drop(reserved);
        planned.fill(&[EvengridPlanned {
            units: record.totals.units,
            grids: record.totals.grids,
            communities: record.totals.communities,
            population: record.totals.population,
            grids_in_violation: record.totals.grids_in_violation,
            max_population_deviation: record.totals.max_population_deviation,
        }]);
        if made.is_complete() {
            return Ok(remark.map_or(Answer::Kept, Answer::Remark));
        }
        let first = made.plan.violations.first();
        let first = first.map(|v| format!("; first, grid {}: {}", v.grid, v.reason));
        Ok(Answer::Unmet(format!(
            "not all that was asked is kept; violations and staff in {} tell what{}{}",
            plan_folder.join("plan.json").display(),
            first.unwrap_or_default(),
            remark.map(|remark| format!("; {remark}")).unwrap_or_default()
        )))
    })
}
