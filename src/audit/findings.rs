//! A subject on its way to a report.

use std::collections::BTreeMap;

use super::report::{Failure, Subject, SubjectReport, Verdict};

/// A subject on its way to a report.
pub(super) struct Findings {
    subject: Subject,
    pub(super) figures: BTreeMap<String, f64>,
    pub(super) failures: Vec<Failure>,
}

impl Findings {
    pub(super) fn of(subject: Subject) -> Self {
        Findings { subject, figures: BTreeMap::new(), failures: Vec::new() }
    }

    pub(super) fn figure(&mut self, name: &str, value: f64) {
        self.figures.insert(name.to_owned(), value);
    }

    pub(super) fn fail(
        &mut self,
        fault: &str,
        grid: Option<String>,
        of: Vec<String>,
        [value, limit]: [f64; 2],
        reason: String,
    ) {
        let (subject, fault) = (self.subject, fault.to_owned());
        let named_by_plan = false;
        self.failures.push(Failure {
            subject,
            fault,
            grid,
            of,
            value,
            limit,
            reason,
            named_by_plan,
        });
    }

    /// Number of failures of a kind.
    pub(super) fn count(&self, fault: &str) -> usize {
        self.failures.iter().filter(|failure| failure.fault == fault).count()
    }

    pub(super) fn report(mut self, summary: String) -> SubjectReport {
        let amount = |failure: &Failure| (failure.value - failure.limit).abs();
        self.failures.sort_by(|a, b| a.fault.cmp(&b.fault).then(amount(b).total_cmp(&amount(a))));
        let verdict = if self.failures.is_empty() { Verdict::Pass } else { Verdict::Fail };
        let Findings { subject, figures, failures } = self;
        SubjectReport { subject, verdict, summary, figures, failures }
    }

    pub(super) fn not_judged(self, why: String) -> SubjectReport {
        let report = self.report(why);
        SubjectReport {
            verdict: if report.verdict == Verdict::Fail {
                Verdict::Fail
            } else {
                Verdict::NotJudged
            },
            ..report
        }
    }
}
