use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::report::{AuditReport, Subject, Verdict};

/// Two plans side by side, figure by figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the two plans are called.
    pub names: [String; 2],
    /// Each figure that either has: its name and both values.
    pub figures: Vec<(String, [Option<f64>; 2])>,
    /// Each subject with the two verdicts and the number of failures.
    pub subjects: Vec<(Subject, [(Verdict, usize); 2])>,
}

/// Sets two audits side by side.
pub fn compare(names: [&str; 2], reports: [&AuditReport; 2]) -> Comparison {
    let all: BTreeSet<&String> = reports.iter().flat_map(|report| report.figures.keys()).collect();
    let figure = |name: &String| (name.clone(), reports.map(|r| r.figures.get(name).copied()));
    let subject = |subject: Subject| {
        let stand = |report: &AuditReport| {
            report
                .subject(subject)
                .map_or((Verdict::NotJudged, 0), |r| (r.verdict, r.failures.len()))
        };
        (subject, reports.map(stand))
    };
    Comparison {
        names: names.map(str::to_owned),
        figures: all.into_iter().map(figure).collect(),
        subjects: Subject::ALL.into_iter().map(subject).collect(),
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = &self.names;
        writeln!(f, "A: {a}\nB: {b}\n")?;
        writeln!(f, "{:<34} {:>16} {:>16}", "failures", "A", "B")?;
        for (subject, stands) in &self.subjects {
            let cell = |(verdict, failures): (Verdict, usize)| match verdict {
                Verdict::NotJudged => "not judged".to_owned(),
                _ => failures.to_string(),
            };
            let [a, b] = stands.map(cell);
            writeln!(f, "{:<34} {a:>16} {b:>16}", subject.name()[0])?;
        }
        writeln!(f, "\n{:<34} {:>16} {:>16}", "figure", "A", "B")?;
        for (name, values) in &self.figures {
            let [a, b] = values.map(|value| value.map_or_else(|| "–".to_owned(), plain));
            writeln!(f, "{name:<34} {a:>16} {b:>16}")?;
        }
        Ok(())
    }
}

/// A figure with no more digits than tell something.
pub(crate) fn plain(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else if value.abs() < 10.0 {
        format!("{value:.4}")
    } else {
        format!("{value:.1}")
    }
}
