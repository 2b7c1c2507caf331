//! Units that the present plan knows and the city does not, or the other way round.

use std::collections::HashSet;

use super::CurrentPlan;
use crate::error::{Error, Finding, Result};
use crate::model::City;
use crate::plan::Divide;

/// Refuses a city none of whose units the present plan knows: then it is not the units that have
/// changed, but their names.
///
/// # Errors
/// Where no id is in both.
pub(super) fn check_ids(city: &City, current: &CurrentPlan) -> Result<()> {
    let known = |id: &str| current.units.contains_key(id);
    let (Some(first), Some(example)) = (city.units.first(), current.units.keys().min()) else {
        return Ok(());
    };
    if city.units.iter().any(|unit| known(&unit.id)) {
        return Ok(());
    }
    Err(Error::request(
        format!(
            "none of the city's {} units is in the present plan: units are matched by id, and the \
             city has such as {:?}, the plan such as {example:?}",
            city.units.len(),
            first.id
        ),
        "name the property that holds the same ids in both with --id-field, or plan the city anew",
    ))
}

/// What is asked without units to be kept apart that are gone since the present plan was made, and
/// the finding on them. Ids that neither knows stay, and are refused as ever.
pub(super) fn leave_out(
    divide: &Divide,
    city: &City,
    current: &CurrentPlan,
) -> (Divide, Option<Finding>) {
    let mut divide = divide.clone();
    if divide.apart.is_empty() {
        return (divide, None);
    }
    let here: HashSet<&str> = city.units.iter().map(|unit| unit.id.as_str()).collect();
    let mut gone = Vec::new();
    for group in &mut divide.apart {
        group.retain(|id| {
            let stays = here.contains(id.as_str()) || !current.units.contains_key(id);
            if !stays {
                gone.push(id.clone());
            }
            stays
        });
    }
    divide.apart.retain(|group| group.len() > 1);
    gone.sort_unstable();
    gone.dedup();
    let finding = Finding::counted(
        "apart-vanished",
        gone.len(),
        "units that were to be kept apart from others are gone: their groups go on without them, and \
         a group of which one unit is left is asked no more"
            .into(),
        gone.iter().take(5).cloned().collect(),
    );
    (divide, finding)
}
