//! Answers for Python: shapes as WKB, records as dictionaries.

use geo::Geometry;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;
use wkb::writer::{WriteOptions, write_geometry};

/// Records, and the shape of each as WKB.
pub type Features<'py> = (Bound<'py, PyAny>, Vec<Option<Bound<'py, PyBytes>>>);

/// Shapes as bytes of WKB; none for an empty one.
pub fn wkb<'py>(
    py: Python<'py>,
    shapes: impl IntoIterator<Item = Option<Geometry<f64>>>,
) -> PyResult<Vec<Option<Bound<'py, PyBytes>>>> {
    let bytes = |shape: Option<Geometry<f64>>| {
        let Some(shape) = shape else { return Ok(None) };
        let mut bytes = Vec::new();
        write_geometry(&mut bytes, &shape, &WriteOptions::default())
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Some(PyBytes::new(py, &bytes)))
    };
    shapes.into_iter().map(bytes).collect()
}

/// A record as dictionaries and lists.
pub fn record<'py>(py: Python<'py>, record: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize::pythonize(py, record)?)
}
