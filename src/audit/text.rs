//! The report for people: a line per subject, then what fails, the worst first.

use std::fmt;

use super::report::{AuditReport, Verdict};

/// Failures told of one kind in a subject.
const WORST: usize = 5;

/// A number in a sentence, with as many digits as tell it from another.
pub(super) fn apart(value: f64, other: f64) -> String {
    let written = |number: f64, decimals: usize| format!("{number:.decimals$}");
    let tell = |decimals: &usize| written(value, *decimals) != written(other, *decimals);
    let decimals = (0..7).find(tell).unwrap_or(6);
    written(value, decimals)
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, report) in self.subjects.iter().enumerate() {
            let [name, chinese] = report.subject.name();
            // Ideographic spaces, so that columns stay columns.
            let chinese =
                format!("{chinese}{}", "\u{3000}".repeat(4 - chinese.chars().count().min(4)));
            let verdict = match report.verdict {
                Verdict::Pass => "pass",
                Verdict::Fail => "FAIL",
                Verdict::NotJudged => "–",
            };
            let number = if number < 8 { format!("{}", number + 1) } else { String::new() };
            writeln!(f, "{number:>2} {name:<22} {chinese} {verdict:>5}  {}", report.summary)?;
        }
        if self.passes {
            return write!(f, "nothing fails");
        }
        for report in self.subjects.iter().filter(|report| !report.failures.is_empty()) {
            writeln!(f, "\n{}:", report.subject.name()[0])?;
            for same in report.failures.chunk_by(|a, b| a.fault == b.fault) {
                for failure in same.iter().take(WORST) {
                    let named =
                        if failure.named_by_plan { " (the plan says so itself)" } else { "" };
                    writeln!(f, "  {}{named}", failure.reason)?;
                }
                if same.len() > WORST {
                    writeln!(f, "  … and {} more ({})", same.len() - WORST, same[0].fault)?;
                }
            }
        }
        let (named, all) = (
            self.failures().filter(|failure| failure.named_by_plan).count(),
            self.failures().count(),
        );
        write!(f, "\n{all} failures, {named} of which the plan names itself")
    }
}
