//! What a caller may see and do while work goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
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

    /// Calls `progress` now and then, from any thread, with the share of the whole work that is done,
    /// from 0 to 1; it never falls.
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

    /// Does a part of the work, which reports as if it were the whole; its share goes from `from` to
    /// `to`.
    pub(crate) fn within<T>(&self, from: f64, to: f64, work: impl FnOnce(Watch<'_>) -> T) -> T {
        if self.progress.is_none() {
            return work(*self);
        }
        let report = |share: f64| self.report(from + share.clamp(0.0, 1.0) * (to - from));
        let done = work(Watch { progress: Some(&report), ..*self });
        self.report(to);
        done
    }

    pub(crate) fn report(&self, share: f64) {
        if let Some(progress) = self.progress {
            progress(share);
        }
    }
}

/// The share that is done of work in parts, which threads do at the same time.
#[derive(Debug)]
pub(crate) struct Shares {
    whole: f64,
    done: Mutex<f64>,
}

impl Shares {
    /// Of so much work in all, whatever it is counted in.
    pub(crate) fn of(whole: usize) -> Self {
        Shares { whole: whole.max(1) as f64, done: Mutex::new(0.0) }
    }

    /// Does a part of so much work, which reports as if it were the whole.
    pub(crate) fn part<T>(
        &self,
        size: usize,
        watch: Watch<'_>,
        work: impl FnOnce(Watch<'_>) -> T,
    ) -> T {
        if watch.progress.is_none() {
            return work(watch);
        }
        let told = Mutex::new(0.0f64);
        let report = |share: f64| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let more = share.clamp(0.0, 1.0) - *told;
            if more > 0.0 {
                *told += more;
                // Reported before another thread can go on: shares come in order.
                let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
                *done += more * size as f64;
                watch.report((*done / self.whole).min(1.0));
            }
        };
        let result = work(Watch { progress: Some(&report), ..watch });
        report(1.0);
        result
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
