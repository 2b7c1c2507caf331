use super::moment::{Moment, Offset};
use serde::{Deserialize, Serialize};

/// The six steps of the closed loop, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// 采集: it was reported.
    Gathered,
    /// 发现: somebody has seen that it is so.
    Discovered,
    /// 派遣: somebody was told to mend it.
    Dispatched,
    /// 处置: it was mended.
    Handled,
    /// 反馈: whoever reported it was told.
    FedBack,
    /// 验收: it was looked at and is closed.
    Accepted,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 6] = [
        Step::Gathered,
        Step::Discovered,
        Step::Dispatched,
        Step::Handled,
        Step::FedBack,
        Step::Accepted,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Step::Gathered => "gathered",
            Step::Discovered => "discovered",
            Step::Dispatched => "dispatched",
            Step::Handled => "handled",
            Step::FedBack => "fed_back",
            Step::Accepted => "accepted",
        }
    }

    /// The step after it; none after the last.
    pub fn next(self) -> Option<Step> {
        Step::ALL.get(self as usize + 1).copied()
    }
}

/// When each step of a case was done, as far as the record can be believed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    done: [Option<Moment>; 6],
}

/// What is wrong with a record of steps. But for [`LogFault::Skipped`], it is not believed from there
/// on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LogFault {
    /// The text of a time is no time.
    NotATime(Step),
    /// A step before it has no time: it was done by then, nobody knows when.
    Skipped(Step),
    /// It is earlier than the step before it.
    Backwards(Step),
    /// It has yet to come.
    InFuture(Step),
}

impl LogFault {
    /// A short, stable name.
    pub fn kind(self) -> &'static str {
        match self {
            LogFault::NotATime(Step::Gathered) => "bad-times",
            LogFault::NotATime(_) => "bad-step-times",
            LogFault::Skipped(_) => "steps-skipped",
            LogFault::Backwards(_) => "steps-backwards",
            LogFault::InFuture(_) => "steps-in-future",
        }
    }
}

impl Log {
    /// Reads the times of the six steps. A step without a time is taken as done where a later one has
    /// one: many logs have no column for discovery. Else steps count up to the first fault: none may be
    /// earlier than the one before it, none later than `now`.
    pub fn read(
        times: &[Option<String>; 6],
        clock: Offset,
        now: Moment,
    ) -> (Log, Option<LogFault>) {
        let mut log = Log::default();
        let mut last: Option<Moment> = None;
        let (mut missing, mut skipped) = (false, None);
        for (step, text) in Step::ALL.into_iter().zip(times) {
            let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) else {
                missing = true;
                continue;
            };
            let Some(moment) = Moment::parse(text, clock) else {
                return (log, Some(LogFault::NotATime(step)));
            };
            let fault = if missing && last.is_none() {
                // Without the first there is no deadline.
                Some(LogFault::NotATime(Step::Gathered))
            } else if last.is_some_and(|last| moment < last) {
                Some(LogFault::Backwards(step))
            } else if moment > now {
                Some(LogFault::InFuture(step))
            } else {
                None
            };
            if fault.is_some() {
                return (log, fault);
            }
            if missing && skipped.is_none() {
                skipped = Some(LogFault::Skipped(step));
            }
            if let Some(done) = log.done.get_mut(step as usize) {
                *done = Some(moment);
            }
            last = Some(moment);
        }
        let nothing = (log == Log::default()).then_some(LogFault::NotATime(Step::Gathered));
        (log, nothing.or(skipped))
    }

    /// When a step was done at the latest: when it was, or the next later one that has a time.
    pub fn done_by(&self, step: Step) -> Option<Moment> {
        self.done.iter().skip(step as usize).flatten().next().copied()
    }

    /// When a step was done.
    pub fn at(&self, step: Step) -> Option<Moment> {
        self.done.get(step as usize).copied().flatten()
    }

    /// The last step that was done.
    pub fn state(&self) -> Option<Step> {
        Step::ALL.into_iter().rev().find(|&step| self.at(step).is_some())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(times: [&str; 6]) -> (Option<Step>, Option<LogFault>) {
        let clock = Offset::default();
        let now = Moment::parse("2026-03-10", clock).unwrap();
        let times = times.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        let (log, fault) = Log::read(&times, clock, now);
        (log.state(), fault)
    }

    #[test]
    fn steps_count_up_to_the_first_fault() {
        let day =
            ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-05"];
        assert_eq!(read(day), (Some(Step::Accepted), None));
        let with = |step: usize, text: &'static str| {
            let mut times = day;
            times[step] = text;
            read(times)
        };
        assert_eq!(with(5, ""), (Some(Step::FedBack), None));
        assert_eq!(with(1, ""), (Some(Step::Accepted), Some(LogFault::Skipped(Step::Dispatched))));
        assert_eq!(with(3, ""), (Some(Step::Accepted), Some(LogFault::Skipped(Step::FedBack))));
        assert_eq!(
            with(2, "soon"),
            (Some(Step::Discovered), Some(LogFault::NotATime(Step::Dispatched)))
        );
        let back = Some(LogFault::Backwards(Step::Dispatched));
        assert_eq!(with(2, "2026-03-01"), (Some(Step::Discovered), back));
        let future = Some(LogFault::InFuture(Step::Accepted));
        assert_eq!(with(5, "2026-03-11"), (Some(Step::FedBack), future));
        assert_eq!(read([""; 6]), (None, Some(LogFault::NotATime(Step::Gathered))));
        assert_eq!(read(["", "2026-03-01", "", "", "", ""]).0, None);
    }
}
