//! Further properties of units, as columns: amounts, traits, and what a division is to heed.

use super::features::FeatureFile;
use super::options::ReadOptions;
use super::properties::{Properties, text_of};
use crate::error::{Fault, Finding, InputError, Result};
use crate::model::{Attributes, Trait};

const AMOUNT: &str = "a number, 0 or more";

/// What one unit says beside the usual.
#[derive(Debug)]
pub(super) struct Row {
    /// In the order of [`ReadOptions::amount_fields`].
    amounts: Vec<f64>,
    /// In the order of [`ReadOptions::trait_fields`].
    traits: Vec<Option<Said>>,
    apart: Option<String>,
    special: Option<String>,
    seed: bool,
    /// What is said of being a seed, where it is neither yes nor no.
    unclear_seed: Option<String>,
}

/// A trait as it is written.
#[derive(Debug)]
struct Said {
    text: String,
    /// Where it is a JSON number.
    number: Option<f64>,
}

impl Row {
    /// Whether it names a group to be kept apart.
    pub fn is_apart(&self) -> bool {
        self.apart.is_some()
    }

    /// Whether it names a special-purpose grid.
    pub fn is_special(&self) -> bool {
        self.special.is_some()
    }

    /// Whether it is a seed.
    pub fn is_seed(&self) -> bool {
        self.seed
    }

    /// Reads a row; none where there is nothing in it.
    pub fn read(
        properties: &Properties<'_>,
        options: &ReadOptions,
    ) -> Result<Option<Box<Row>>, Fault> {
        let amount = |name: &String| {
            properties
                .amount(name, AMOUNT)?
                .ok_or_else(|| Fault::MissingProperty { name: name.clone() })
        };
        let row = Row {
            amounts: options.amount_fields.iter().map(amount).collect::<Result<_, Fault>>()?,
            traits: options
                .trait_fields
                .iter()
                .map(|name| said(properties, name))
                .collect::<Result<_, Fault>>()?,
            apart: properties.text(&options.apart_field)?,
            special: properties.text(&options.special_field)?,
            seed: properties.flag(&options.seed_field),
            unclear_seed: properties.unclear_flag(&options.seed_field),
        };
        if row.special.is_some() && row.seed {
            return Err(Fault::TwoRoles {
                first: options.special_field.clone(),
                second: options.seed_field.clone(),
            });
        }
        if row.special.is_some() && properties.text(&options.lock_field)?.is_some() {
            return Err(Fault::TwoRoles {
                first: options.special_field.clone(),
                second: options.lock_field.clone(),
            });
        }
        let says = row.seed || row.apart.is_some() || row.special.is_some();
        let asked = !row.amounts.is_empty() || !row.traits.is_empty();
        Ok((says || asked).then(|| Box::new(row)))
    }
}

fn said(properties: &Properties<'_>, name: &str) -> Result<Option<Said>, Fault> {
    let Some(text) = properties.text(name)? else { return Ok(None) };
    let is_number = properties.get(name).is_some_and(|value| !value.get().starts_with('"'));
    let number = properties
        .get(name)
        .filter(|_| is_number)
        .and_then(|value| text_of(value)?.parse().ok())
        .filter(|number: &f64| number.is_finite());
    Ok(Some(Said { text, number }))
}

/// The columns of all rows, and what is to be noted of them.
///
/// # Errors
/// Where no unit has a trait that is asked for.
pub(super) fn columns(
    file: &FeatureFile,
    mut rows: Vec<Option<Box<Row>>>,
    options: &ReadOptions,
) -> Result<(Attributes, Vec<Finding>)> {
    let mut attributes = Attributes::default();
    for (i, name) in options.amount_fields.iter().enumerate() {
        let amount = |row: &Option<Box<Row>>| {
            row.as_ref().and_then(|row| row.amounts.get(i)).copied().unwrap_or(0.0)
        };
        attributes.amounts.insert(name.clone(), rows.iter().map(amount).collect());
    }
    let mut findings = Vec::new();
    for (i, name) in options.trait_fields.iter().enumerate() {
        let said: Vec<Option<Said>> =
            rows.iter_mut().map(|row| row.as_mut()?.traits.get_mut(i)?.take()).collect();
        let silent = said.iter().filter(|said| said.is_none()).count();
        if silent == said.len() {
            let fault = Fault::MissingProperty { name: name.clone() };
            return Err(InputError::new(file.place(0, None), fault).into());
        }
        findings.extend(Finding::counted(
            "trait-missing",
            silent,
            format!("units have no {name:?}: they are like no other"),
            Vec::new(),
        ));
        attributes.traits.insert(name.clone(), column(said));
    }
    let said = |row: &mut Option<Box<Row>>, text: fn(&mut Row) -> Option<String>| {
        row.as_mut().and_then(|row| text(row))
    };
    attributes.apart = full(rows.iter_mut().map(|row| said(row, |row| row.apart.take())).collect());
    attributes.special =
        full(rows.iter_mut().map(|row| said(row, |row| row.special.take())).collect());
    let seed: Vec<bool> = rows.iter().map(|row| row.as_ref().is_some_and(|row| row.seed)).collect();
    let unclear: Vec<String> =
        rows.iter_mut().filter_map(|row| row.as_mut()?.unclear_seed.take()).collect();
    findings.extend(Finding::counted(
        "seed-unclear",
        unclear.len(),
        format!("units say in {:?} neither yes nor no: they count as seeds", options.seed_field),
        unclear.into_iter().take(5).collect(),
    ));
    attributes.seed = if seed.contains(&true) { seed } else { Vec::new() };
    Ok((attributes, findings))
}

/// Numbers where all that is said is a number, else categories.
fn column(said: Vec<Option<Said>>) -> Trait {
    if said.iter().flatten().all(|said| said.number.is_some()) {
        return Trait::Numbers(said.into_iter().map(|said| said?.number).collect());
    }
    Trait::Categories(said.into_iter().map(|said| Some(said?.text)).collect())
}

/// A column, empty where no unit says anything.
fn full(column: Vec<Option<String>>) -> Vec<Option<String>> {
    if column.iter().any(Option::is_some) { column } else { Vec::new() }
}
