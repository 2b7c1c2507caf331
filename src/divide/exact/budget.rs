use crate::watch::Watch;

/// Work that may still be done, in steps of some ten nanoseconds.
#[derive(Debug)]
pub(in crate::divide) struct Budget<'a> {
    steps: u64,
    /// Steps since the watch was last looked at.
    unseen: u64,
    watch: &'a Watch<'a>,
}

/// The budget is spent, or the watch has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::divide) struct Spent;

/// Steps between two looks at the watch.
const LOOK: u64 = 1 << 14;

impl<'a> Budget<'a> {
    pub fn new(steps: u64, watch: &'a Watch<'a>) -> Self {
        Budget { steps, unseen: 0, watch }
    }

    /// Takes some steps.
    #[inline]
    pub fn take(&mut self, steps: u64) -> Result<(), Spent> {
        self.steps = self.steps.checked_sub(steps).ok_or(Spent)?;
        self.unseen += steps;
        if self.unseen >= LOOK {
            self.unseen = 0;
            if self.watch.is_over() {
                self.steps = 0;
                return Err(Spent);
            }
        }
        Ok(())
    }
}
