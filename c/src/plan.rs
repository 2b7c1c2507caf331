//! A written plan, opened to be asked about places.

use std::ffi::{CString, c_char};

use evengrid::organise::Register;
use evengrid::{Error, io};
use geo::Point;

use crate::border::{Answer, EvengridCode, Room, answer, array, c_text, null, text};

/// Stands for no grid.
pub const EVENGRID_NOWHERE: u32 = u32::MAX;

/// A plan that has been opened. It never changes: many threads may ask it at once.
pub struct EvengridPlan {
    register: Register,
    /// Code and record of every grid.
    texts: Vec<(CString, CString)>,
}

/// Opens a plan folder. What it gives is closed by evengrid_close.
///
/// # Safety
/// `plan_folder` is text that ends with a zero byte, `plan` room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_open(
    plan_folder: *const c_char,
    plan: *mut *mut EvengridPlan,
) -> EvengridCode {
    answer(|| {
        // SAFETY: the caller vouches for the room.
        let plan = unsafe { Room::at(plan, 1, "plan") }?;
        plan.fill(&[std::ptr::null_mut()]);
        // SAFETY: the caller vouches for the text.
        let register = io::read_plan_folder(unsafe { text(plan_folder, "plan_folder") }?)?;
        let mut texts = Vec::with_capacity(register.grids().len());
        for grid in register.grids() {
            let record = io::grid_properties(grid)
                .map_err(|error| Error::request(error.to_string(), "report this as a fault"))?;
            texts.push((c_text(&grid.grid), c_text(&record.to_string())));
        }
        plan.fill(&[Box::into_raw(Box::new(EvengridPlan { register, texts }))]);
        Ok(Answer::Kept)
    })
}

/// Closes a plan; NULL is passed over.
///
/// # Safety
/// `plan` comes from evengrid_open and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_close(plan: *mut EvengridPlan) {
    if !plan.is_null() {
        // SAFETY: it was made by `Box::into_raw` and is given back once.
        drop(unsafe { Box::from_raw(plan) });
    }
}

/// Number of grids; 0 for NULL.
///
/// # Safety
/// `plan` is NULL or comes from evengrid_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_grid_count(plan: *const EvengridPlan) -> usize {
    // SAFETY: null, or a plan that is open.
    unsafe { plan.as_ref() }.map_or(0, |plan| plan.texts.len())
}

/// Code of a grid, counted from 0; NULL where there is no such grid. Lives as long as the plan.
///
/// # Safety
/// `plan` is NULL or comes from evengrid_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_grid_code(
    plan: *const EvengridPlan,
    grid: usize,
) -> *const c_char {
    // SAFETY: null, or a plan that is open.
    let plan = unsafe { plan.as_ref() };
    plan.and_then(|plan| plan.texts.get(grid)).map_or(std::ptr::null(), |texts| texts.0.as_ptr())
}

/// All that `grids.geojson` says of a grid, counted from 0, as a JSON object: community, people,
/// officer, central households. NULL where there is no such grid. Lives as long as the plan.
///
/// # Safety
/// `plan` is NULL or comes from evengrid_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_grid_record(
    plan: *const EvengridPlan,
    grid: usize,
) -> *const c_char {
    // SAFETY: null, or a plan that is open.
    let plan = unsafe { plan.as_ref() };
    plan.and_then(|plan| plan.texts.get(grid)).map_or(std::ptr::null(), |texts| texts.1.as_ptr())
}

/// Finds the grids of `count` points in degrees, given as longitude and latitude in turn
/// (`2 * count` numbers). `grids` gets the number of each point's grid, from 0, or EVENGRID_NOWHERE.
///
/// Returns EVENGRID_CODE_INCOMPLETE where a point lies in no grid.
///
/// # Safety
/// `plan` comes from evengrid_open, `lon_lat` points to `2 * count` numbers, `grids` to room for
/// `count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_locate(
    plan: *const EvengridPlan,
    lon_lat: *const f64,
    count: usize,
    grids: *mut u32,
) -> EvengridCode {
    answer(|| {
        // SAFETY: null, or a plan that is open.
        let plan = unsafe { plan.as_ref() }.ok_or_else(|| null("plan"))?;
        let numbers = count.saturating_mul(2);
        // SAFETY: the caller vouches for the numbers.
        let lon_lat = unsafe { array(lon_lat, numbers, "lon_lat") }?;
        // SAFETY: the caller vouches for the room.
        let grids = unsafe { Room::at(grids, count, "grids") }?;
        let points: Vec<Point> =
            lon_lat.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect();
        let found = plan.register.index().locate_all(&points);
        let nowhere = found.iter().filter(|found| found.is_none()).count();
        let found: Vec<u32> =
            found.into_iter().map(|found| found.unwrap_or(EVENGRID_NOWHERE)).collect();
        grids.fill(&found);
        let unmet = (nowhere > 0).then(|| format!("{nowhere} of {count} points lie in no grid"));
        Ok(unmet.into())
    })
}
