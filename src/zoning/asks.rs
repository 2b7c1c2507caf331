//! What is asked of the whole city, made ready: columns found, names resolved, numbers checked.

use std::collections::{BTreeMap, HashMap};

use crate::error::{Error, Fault, InputError, Place, Result};
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::{City, Trait};
use crate::plan::Divide;

/// Classes into which numbers are cut for a mixture.
const CLASSES: usize = 4;

/// What a division is to heed, by unit or cell.
#[derive(Debug, Default)]
pub(super) struct Asks<'a> {
    /// The amounts of every further weight asked for.
    pub weights: Vec<&'a [f64]>,
    /// The classes of every mixture asked for.
    pub mixtures: Vec<Classes>,
    /// The scales of every likeness asked for.
    pub likenesses: Vec<Scale>,
    /// Lists of units to be kept apart.
    pub apart: Vec<Vec<u32>>,
    /// The lists in which a unit stands: indices into `apart`.
    pub lists_of_unit: HashMap<u32, Vec<u32>>,
    /// Names of the seeds on every cell that has any.
    pub seeds: BTreeMap<u32, Vec<String>>,
}

/// A trait in classes.
#[derive(Debug)]
pub(super) struct Classes {
    /// Name of every class, as figures tell it.
    pub names: Vec<String>,
    /// The class of every unit; `None` where it does not say.
    pub of_unit: Vec<Option<u32>>,
}

/// A trait on which units can be compared.
#[derive(Debug)]
pub(super) enum Scale {
    /// Categories differ or they do not.
    Categories(Vec<Option<u32>>),
    /// Numbers, and for each the share of the city's people below it.
    Numbers {
        /// The number itself.
        value: Vec<Option<f64>>,
        /// People below it, as a share.
        below: Vec<Option<f64>>,
    },
}

impl<'a> Asks<'a> {
    /// Makes ready what is asked.
    ///
    /// # Errors
    /// Where a property was not read, a unit named is not there, a unit lacks households that are
    /// limited, a seed lies on no ground, or a number makes no sense.
    pub fn of(asked: &Divide, city: &'a City, ground: &Ground) -> Result<Asks<'a>> {
        Ok(Asks { seeds: seeds(city, ground)?, ..Asks::of_units(asked, city)? })
    }

    /// As [`Asks::of`], but for seeds.
    ///
    /// # Errors
    /// As [`Asks::of`].
    pub fn of_units(asked: &Divide, city: &'a City) -> Result<Asks<'a>> {
        check(asked)?;
        if !asked.households_per_grid.is_open() {
            let lacks = city.units.iter().position(|unit| unit.households.is_none());
            if let Some(index) = lacks {
                let place = Place::feature("units.geojson", index, Some(&city.units[index].id));
                let fault = Fault::MissingProperty { name: "households".into() };
                return Err(InputError::new(place, fault).into());
            }
        }
        let mut asks = Asks::default();
        for weight in &asked.weights {
            let column = city.attributes.amounts.get(&weight.field);
            let column = column.filter(|column| column.len() == city.units.len());
            asks.weights.push(column.ok_or_else(|| unread(&weight.field))?);
        }
        let column = |field: &str| {
            let column = city.attributes.traits.get(field);
            column.filter(|column| length(column) == city.units.len()).ok_or_else(|| unread(field))
        };
        for mixture in &asked.mixtures {
            asks.mixtures.push(Classes::of(city, column(&mixture.field)?));
        }
        for likeness in &asked.likenesses {
            asks.likenesses.push(Scale::of(city, column(&likeness.field)?));
        }
        asks.apart = named(asked, city)?;
        for (list, units) in (0..).zip(&asks.apart) {
            for &unit in units {
                asks.lists_of_unit.entry(unit).or_insert_with(Vec::new).push(list);
            }
        }
        Ok(asks)
    }
}

fn length(column: &Trait) -> usize {
    match column {
        Trait::Categories(values) => values.len(),
        Trait::Numbers(values) => values.len(),
    }
}

fn unread(field: &str) -> Error {
    Error::request(
        format!("no property {field:?} of units was read"),
        "name it among the amounts or traits in the options for reading",
    )
}

/// Refuses numbers that make no sense.
fn check(asked: &Divide) -> Result<()> {
    for mixture in &asked.mixtures {
        if !(0.0..=1.0).contains(&mixture.tolerance) {
            return Err(Error::request(
                format!("a tolerance of {} for {:?}", mixture.tolerance, mixture.field),
                "write a share of a grid's people, from 0 to 1, such as 0.1",
            ));
        }
    }
    for likeness in &asked.likenesses {
        if !(0.0..1.0).contains(&likeness.weight) {
            return Err(Error::request(
                format!("a weight of {} for {:?}", likeness.weight, likeness.field),
                "write a number from 0 to below 1, such as 0.5",
            ));
        }
    }
    let shape = &asked.shape;
    for (name, number) in [("compactness", shape.compactness), ("evenness", shape.evenness)] {
        if !(number.is_finite() && number >= 0.0) {
            return Err(Error::request(format!("{name} {number}"), "write a number from 0"));
        }
    }
    match shape.max_diameter_m {
        Some(most) if !(most.is_finite() && most > 0.0) => Err(Error::request(
            format!("a largest diameter of {most} m"),
            "write a positive number of metres",
        )),
        _ => Ok(()),
    }
}

/// The units of every list to be kept apart, each once.
fn named(asked: &Divide, city: &City) -> Result<Vec<Vec<u32>>> {
    if asked.apart.is_empty() {
        return Ok(Vec::new());
    }
    let number: HashMap<&str, u32> =
        city.units.iter().zip(0..).map(|(unit, i)| (unit.id.as_str(), i)).collect();
    let find = |id: &String| {
        number.get(id.as_str()).copied().ok_or_else(|| {
            Error::request(
                format!("unit {id:?}, to be kept apart from others, is not in units.geojson"),
                "correct the id in the list",
            )
        })
    };
    let list = |ids: &Vec<String>| -> Result<Vec<u32>> {
        let mut units = ids.iter().map(find).collect::<Result<Vec<u32>>>()?;
        units.sort_unstable();
        match units.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(same) => Err(Error::request(
                format!(
                    "unit {:?} stands twice in a list of units to be kept apart",
                    city.units[same[0] as usize].id
                ),
                "name each unit once",
            )),
            None => Ok(units),
        }
    };
    asked.apart.iter().map(list).collect()
}

/// The seeds of every cell that has any: units that are seeds, and seed points. A point on a unit
/// that is a seed is that seed.
fn seeds(city: &City, ground: &Ground) -> Result<BTreeMap<u32, Vec<String>>> {
    let mut seeds: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (unit, i) in city.units.iter().zip(0u32..) {
        if city.attributes.is_seed(i as usize) {
            seeds.entry(i).or_default().push(unit.id.clone());
        }
    }
    if city.seeds.is_empty() {
        return Ok(seeds);
    }
    let index = GridIndex::new(&ground.cells());
    let mut points: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (i, seed) in city.seeds.iter().enumerate() {
        let cell = index.locate(seed.position).ok_or_else(|| {
            let place = Place::feature("seeds.geojson", i, Some(&seed.id));
            InputError::new(place, Fault::OnNoGround)
        })?;
        points.entry(cell as u32).or_default().push(seed.id.clone());
    }
    seeds.extend(points);
    Ok(seeds)
}

impl Classes {
    fn of(city: &City, column: &Trait) -> Classes {
        match column {
            Trait::Categories(values) => {
                let (names, of_unit) = numbered(values);
                Classes { names, of_unit }
            }
            Trait::Numbers(values) => {
                let below = people_below(city, values);
                let class = |share: &Option<f64>| {
                    Some(((share.as_ref()? * CLASSES as f64) as u32).min(CLASSES as u32 - 1))
                };
                Classes {
                    names: (1..=CLASSES).map(|class| format!("q{class}")).collect(),
                    of_unit: below.iter().map(class).collect(),
                }
            }
        }
    }
}

impl Scale {
    fn of(city: &City, column: &Trait) -> Scale {
        match column {
            Trait::Categories(values) => Scale::Categories(numbered(values).1),
            Trait::Numbers(values) => {
                Scale::Numbers { value: values.clone(), below: people_below(city, values) }
            }
        }
    }

    /// How much two units differ, from 0 to 1; 0 where one of them does not say.
    pub fn difference(&self, a: usize, b: usize) -> f64 {
        match self {
            Scale::Categories(of_unit) => match (of_unit[a], of_unit[b]) {
                (Some(a), Some(b)) if a != b => 1.0,
                _ => 0.0,
            },
            Scale::Numbers { below, .. } => match (below[a], below[b]) {
                (Some(a), Some(b)) => (a - b).abs(),
                _ => 0.0,
            },
        }
    }
}

/// Names in order, and the number of each unit's.
fn numbered(values: &[Option<String>]) -> (Vec<String>, Vec<Option<u32>>) {
    let mut number: BTreeMap<&str, u32> =
        values.iter().flatten().map(|name| (name.as_str(), 0)).collect();
    number.values_mut().zip(0..).for_each(|(number, i)| *number = i);
    let names = number.keys().map(|&name| name.to_owned()).collect();
    (names, values.iter().map(|name| number.get(name.as_deref()?).copied()).collect())
}

/// The share of people whose unit has a smaller number, half of those with the same one with them.
fn people_below(city: &City, values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&unit| values[unit].is_some()).collect();
    let value = |unit: usize| values[unit].unwrap_or_default();
    order.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
    let mut people: Vec<f64> = city.units.iter().map(|unit| unit.population).collect();
    if order.iter().all(|&unit| people[unit] <= 0.0) {
        people.fill(1.0);
    }
    let all: f64 = order.iter().map(|&unit| people[unit]).sum();
    let mut share = vec![None; values.len()];
    let mut below = 0.0;
    for same in order.chunk_by(|&a, &b| value(a) == value(b)) {
        let own: f64 = same.iter().map(|&unit| people[unit]).sum();
        for &unit in same {
            share[unit] = Some((below + own / 2.0) / all);
        }
        below += own;
    }
    share
}
