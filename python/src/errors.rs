//! Errors of the library as exceptions with the same messages.

use std::io::ErrorKind;

use evengrid::Error;
use pyo3::exceptions::{PyFileExistsError, PyFileNotFoundError, PyOSError, PyValueError};
use pyo3::{PyErr, create_exception};

create_exception!(
    evengrid,
    InputError,
    PyValueError,
    "The data cannot be used as it is; the message names the layer, the feature and the cure."
);

/// The exception for an error: [`InputError`] for data, `ValueError` for a request that cannot be
/// met, `OSError` for files.
pub fn exception(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Input(_) => InputError::new_err(message),
        Error::File { source, .. } => match source.kind() {
            ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
            ErrorKind::AlreadyExists => PyFileExistsError::new_err(message),
            _ => PyOSError::new_err(message),
        },
        _ => PyValueError::new_err(message),
    }
}
