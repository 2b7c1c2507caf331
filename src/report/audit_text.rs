use std::fmt::Write;

use super::language::Language;
use super::reasons::told;
use crate::audit::{AuditReport, Verdict};

/// Failures told of one kind in a subject.
const WORST: usize = 5;

/// An audit as the command prints it: a line per subject, then what fails, the worst first.
pub fn audit_text(report: &AuditReport, language: Language) -> String {
    if language == Language::English {
        return report.to_string();
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    for (number, of) in report.subjects.iter().enumerate() {
        let name = of.subject.name()[1];
        let blank = "\u{3000}".repeat(4usize.saturating_sub(name.chars().count()));
        let verdict = match of.verdict {
            Verdict::Pass => "符合\u{3000}",
            Verdict::Fail => "不符合",
            Verdict::NotJudged => "未审核",
        };
        let number = if number < 8 { (number + 1).to_string() } else { String::new() };
        let summary = told(&of.summary, language);
        let _ = writeln!(text, "{number:>2} {name}{blank} {verdict} {summary}");
    }
    for of in report.subjects.iter().filter(|of| !of.failures.is_empty()) {
        let _ = writeln!(text, "\n{}：", of.subject.name()[1]);
        for same in of.failures.chunk_by(|a, b| a.fault == b.fault) {
            for failure in same.iter().take(WORST) {
                let named = if failure.named_by_plan { "（方案已自行说明）" } else { "" };
                let _ = writeln!(text, "  {}{named}", told(&failure.reason, language));
            }
            if same.len() > WORST {
                let _ = writeln!(text, "  … 另有 {} 项", same.len() - WORST);
            }
        }
    }
    let named = report.failures().filter(|failure| failure.named_by_plan).count();
    let all = report.failures().count();
    let end = match report.passes {
        true => "nothing fails".to_owned(),
        false => format!("{all} failures, {named} of which the plan names itself"),
    };
    let blank = if report.passes { "" } else { "\n" };
    text + blank + &told(&end, language)
}
