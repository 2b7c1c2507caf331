//! Layers from Python: a name, shapes as WKB, columns of plain values.

use evengrid::io::{Crs, Table};
use geo::Geometry;
use geo_traits::to_geo::ToGeoGeometry;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use rayon::prelude::*;
use serde_json::Value;

/// A layer as Python hands it over: `{"name", "crs", "wkb", "columns": {name: [value, …]}}`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Layer<'py> {
    name: String,
    crs: Option<String>,
    wkb: Vec<Option<PyBackedBytes>>,
    columns: Vec<(String, Bound<'py, PyAny>)>,
}

/// The library's tables of layers.
pub fn tables(py: Python<'_>, layers: Vec<Layer<'_>>) -> PyResult<Vec<Table>> {
    layers.into_iter().map(|layer| layer.table(py)).collect()
}

impl Layer<'_> {
    fn table(self, py: Python<'_>) -> PyResult<Table> {
        let Layer { name, crs, wkb, columns } = self;
        let shapes = py.detach(|| shapes(&name, &wkb))?;
        let mut table = Table::new(name, shapes);
        if let Some(crs) = crs {
            table = table.with_crs(crs.parse::<Crs>().map_err(crate::errors::exception)?);
        }
        for (column, values) in columns {
            let values: Vec<Value> = pythonize::depythonize(&values).map_err(|error| {
                let problem = format!("{}, column {column:?}: {error}", table.name());
                PyValueError::new_err(format!("{problem}; give texts, numbers, truths or lists"))
            })?;
            table = table.with_column(column, values);
        }
        Ok(table)
    }
}

/// Reads shapes; an empty one is none.
pub fn shapes(name: &str, wkb: &[Option<PyBackedBytes>]) -> PyResult<Vec<Option<Geometry<f64>>>> {
    let read = |(row, bytes): (usize, &Option<PyBackedBytes>)| {
        let Some(bytes) = bytes else { return Ok(None) };
        let broken = |reason: String| {
            let place = format!("{name}, feature {}", row + 1);
            PyValueError::new_err(format!("{place}: {reason}; give a geometry that WKB can hold"))
        };
        let shape = wkb::reader::read_wkb(bytes).map_err(|error| broken(error.to_string()))?;
        Ok(shape.try_to_geometry())
    };
    wkb.par_iter().enumerate().map(read).collect()
}
