use std::borrow::Cow;
use std::fmt::Write as _;

use geo::{CoordsIter, Geometry};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};

use super::crs::Crs;
use super::properties::Properties;
use super::rows::Origin;
use super::shape::Shape;
use crate::error::Fault;

/// A layer in memory, as a data frame has it: a shape a row, and columns of properties. It is read
/// by the rules of the file of the same name, with the same messages.
///
/// ```
/// use evengrid::io::{ReadOptions, Table, city_of_tables};
/// use geo::{Rect, coord};
///
/// let square = |x: f64| Rect::new(coord! { x: x, y: 0.0 }, coord! { x: x + 0.001, y: 0.001 });
/// let units = Table::new("units", (0..3).map(|i| Some(square(f64::from(i) * 0.001).into())))
///     .with_column("population", [40.into(), 50.into(), 60.into()]);
/// let folder = city_of_tables("three squares", vec![units], &ReadOptions::default())?;
/// assert_eq!(folder.city.units[2].population, 60.0);
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    name: String,
    shapes: Vec<Option<Geometry<f64>>>,
    columns: Vec<(String, Vec<Option<Box<RawValue>>>)>,
    crs: Crs,
    modelled: Vec<String>,
    /// The file it was read from, where there is one.
    origin: Option<Origin>,
}

impl Table {
    /// A table of shapes, named as a layer of a city folder: `units`, `communities`.
    pub fn new(
        name: impl Into<String>,
        shapes: impl IntoIterator<Item = Option<Geometry<f64>>>,
    ) -> Self {
        Table {
            name: name.into(),
            shapes: shapes.into_iter().collect(),
            columns: Vec::new(),
            crs: Crs::Wgs84,
            modelled: Vec::new(),
            origin: None,
        }
    }

    /// With a further property, a value a row; null where a row has none.
    pub fn with_column(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        let text = |value: Value| if value.is_null() { None } else { to_raw_value(&value).ok() };
        self.columns.push((name.into(), values.into_iter().map(text).collect()));
        self
    }

    /// With coordinates that mean something else than WGS 84.
    pub fn with_crs(self, crs: Crs) -> Self {
        Table { crs, ..self }
    }

    /// With sentences on what in it is modelled rather than real.
    pub fn with_modelled(self, modelled: Vec<String>) -> Self {
        Table { modelled, ..self }
    }

    /// With the file its rows were read from.
    pub(super) fn with_origin(self, origin: Origin) -> Self {
        Table { origin: Some(origin), ..self }
    }

    /// The file it was read from, where there is one.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// What its coordinates mean.
    pub(super) fn crs(&self) -> Crs {
        self.crs
    }

    pub(super) fn modelled(&self) -> &[String] {
        &self.modelled
    }

    /// Refuses a table without rows or with columns of another length.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.is_empty() {
            return Err(Fault::Empty);
        }
        match self.columns.iter().find(|(_, values)| values.len() != self.len()) {
            None => Ok(()),
            Some((name, values)) => Err(Fault::NotReadable {
                format: "a table with a value for every row",
                reason: format!(
                    "column {name:?} has {} values, the table {} rows",
                    values.len(),
                    self.len()
                ),
            }),
        }
    }

    /// The shape of a row.
    pub(super) fn shape(&self, row: usize) -> Option<Shape> {
        self.shapes.get(row)?.as_ref().map(Shape::of)
    }

    /// The properties of a row.
    pub(super) fn properties(&self, row: usize) -> Properties<'_> {
        let said = self.columns.iter().filter_map(|(name, values)| {
            Some((Cow::Borrowed(name.as_str()), values.get(row)?.as_deref()?))
        });
        Properties::of(said.collect())
    }

    /// SHA-256 over all coordinates (little-endian doubles, row by row) and values, in hexadecimal; of the file,
    /// where there is one.
    pub(super) fn sha256(&self) -> String {
        if let Some(origin) = &self.origin {
            return origin.sha256.clone();
        }
        let mut hasher = Sha256::new();
        for shape in &self.shapes {
            hasher.update([u8::from(shape.is_some())]);
            for coord in shape.iter().flat_map(|shape| shape.coords_iter()) {
                hasher.update(coord.x.to_le_bytes());
                hasher.update(coord.y.to_le_bytes());
            }
        }
        for (name, values) in &self.columns {
            hasher.update(name);
            for value in values {
                hasher.update(value.as_ref().map_or("null", |value| value.get()));
                hasher.update([0]);
            }
        }
        hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
