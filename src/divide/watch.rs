//! What a caller may see and do while a division is being sought.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tells the solver when to stop, and the caller how far it is.
///
/// Once stopped, what is left is done in haste: the answer is still a whole division into
/// connected blocks.
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
        self.cancelled.is_some_and(|c| c.load(Ordering::Relaxed))
            || self.deadline.is_some_and(|d| Instant::now() >= d)
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
