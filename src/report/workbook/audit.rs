use serde_json::{Value, json};

use crate::audit::AuditReport;
use crate::model::Sheet;

/// What an audit found, as two sheets: its subjects, and what fails, if anything does.
pub fn audit_sheets(report: &AuditReport) -> Vec<Sheet> {
    let mut subjects = Sheet::new("audit", &["subject", "verdict", "failures", "summary"]);
    let columns = ["subject", "fault", "grid", "of", "value", "limit", "reason", "named_by_plan"];
    let mut failures = Sheet::new("audit_failures", &columns);
    for of in &report.subjects {
        let subject = of.subject.name()[0];
        let verdict = serde_json::to_value(of.verdict).unwrap_or_default();
        subjects.rows.push(vec![
            subject.into(),
            verdict,
            of.failures.len().into(),
            of.summary.as_str().into(),
        ]);
        for failure in &of.failures {
            failures.rows.push(vec![
                subject.into(),
                failure.fault.as_str().into(),
                failure.grid.as_deref().map_or(Value::Null, Value::from),
                failure.of.join(" ").into(),
                json!(failure.value),
                json!(failure.limit),
                failure.reason.as_str().into(),
                failure.named_by_plan.into(),
            ]);
        }
    }
    let mut sheets = vec![subjects, failures];
    sheets.retain(|sheet| !sheet.rows.is_empty());
    sheets
}
