//! What a caller may see and do while work goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::{Error, Result};

/// Tells work when to stop, and the caller how far it is.
///
/// Once stopped, a divider does in haste what is left: its answer is still a whole division into
/// connected blocks. Everything else ends with [`Error::Cancelled`], since half a survey or half a
/// plan is none.
///
/// ```
/// use std::sync::atomic::AtomicBool;
///
/// use evengrid::divide::Watch;
/// use evengrid::ground::Survey;
/// use evengrid::{Error, io};
///
/// let city = io::read_city("examples/data/jinchang", &io::ReadOptions::default())?.city;
/// let stop = AtomicBool::new(true); // as another thread, or a handler of Ctrl-C, may set it
/// let surveyed = Survey::default().run_watched(&city, Watch::default().cancelled_by(&stop));
/// assert!(matches!(surveyed, Err(Error::Cancelled)));
/// # Ok::<(), Error>(())
/// ```
#[derive(Default, Clone, Copy)]
pub struct Watch<'a> {
    cancelled: Option<&'a AtomicBool>,
    deadline: Option<Instant>,
    progress: Option<&'a (dyn Fn(f64) + Sync)>,
}

impl<'a> Watch<'a> {
    /// Stops once `cancelled` is true.
    pub fn cancelled_by(self, cancelled: &'a AtomicBool) -> Self {
        Watch { cancelled: Some(cancelled), ..self }
    }

    /// Calls `progress` now and then, from any thread, with the share of the work that is done.
    pub fn reporting_to(self, progress: &'a (dyn Fn(f64) + Sync)) -> Self {
        Watch { progress: Some(progress), ..self }
    }

    /// Stops at `deadline`, if there is one.
    pub(crate) fn until(self, deadline: Option<Instant>) -> Self {
        Watch { deadline, ..self }
    }

    /// Whether to come to an end.
    pub(crate) fn is_over(&self) -> bool {
        self.is_cancelled() || self.deadline.is_some_and(|d| Instant::now() >= d)
    }

    /// Whether the caller has said stop; a deadline is none.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.is_some_and(|c| c.load(Ordering::Relaxed))
    }

    /// An error once the caller has said stop.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    pub(crate) fn report(&self, share: f64) {
        if let Some(progress) = self.progress {
            progress(share);
        }
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
