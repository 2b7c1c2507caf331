//! evengrid for Python. Layers come in as WKB and columns, answers go out as WKB and plain records;
//! what makes data frames of them is Python (`evengrid/`). The GIL is released while the library
//! works.

mod answers;
mod assign;
mod errors;
mod layers;
mod plan;
mod working;

use pyo3::prelude::*;

/// The compiled part of the package `evengrid`.
#[pymodule]
fn _evengrid(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("InputError", module.py().get_type::<errors::InputError>())?;
    module.add_class::<plan::City>()?;
    module.add_class::<plan::Plan>()?;
    module.add_class::<assign::Assignment>()?;
    Ok(())
}
