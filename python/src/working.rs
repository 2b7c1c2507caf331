//! Long work: without the GIL, on so many threads, with progress, and stopped where that raises.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use evengrid::Error;
use evengrid::pipeline::Stage;
use pyo3::prelude::*;

use crate::errors::exception;

/// What unwinds the work once the caller's `progress` has raised.
struct Stopped;

/// Works without the GIL, on so many threads, and tells how far it has come. Where the caller's
/// `progress` raises, the work stops the next time it would tell, and the exception comes out.
pub fn working<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce(&(dyn Fn(Stage, usize, usize) + Sync)) -> evengrid::Result<T> + Send,
) -> PyResult<T> {
    let raised: Mutex<Option<PyErr>> = Mutex::new(None);
    let first = || raised.lock().unwrap_or_else(PoisonError::into_inner);
    let told = |stage: Stage, done: usize, all: usize| {
        let Some(progress) = &progress else { return };
        let before = first().is_some();
        let call = |py: Python<'_>| progress.call1(py, (stage.name(), done, all)).map(drop);
        if before {
            resume_unwind(Box::new(Stopped));
        }
        if let Err(error) = Python::attach(call) {
            first().get_or_insert(error);
            resume_unwind(Box::new(Stopped));
        }
    };
    let on_threads = || match threads {
        None => work(&told),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let refused = |error: rayon::ThreadPoolBuildError| {
                Error::request(error.to_string(), "ask for fewer threads")
            };
            pool.map_err(refused)?.install(|| work(&told))
        }
    };
    let answer = py.detach(|| catch_unwind(AssertUnwindSafe(on_threads)));
    if let Some(error) = first().take() {
        return Err(error);
    }
    match answer {
        Ok(answer) => answer.map_err(exception),
        Err(other) => resume_unwind(other),
    }
}
