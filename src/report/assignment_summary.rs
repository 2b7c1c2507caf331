use std::fmt::Write as _;

use serde_json::Value;

use crate::assign::{AssignmentRecord, Goal};

/// Wants that are listed; the record has all.
const LISTED: usize = 10;

/// What a person reads of an assignment.
pub fn assignment_summary(record: &AssignmentRecord) -> String {
    let mut text = format!("{} of {}\n", record.assignment, record.city);
    for sentence in &record.modelled {
        let _ = writeln!(text, "modelled: {sentence}");
    }
    let _ = writeln!(text, "{}: {:.0}, {}", record.measure, record.objective, gap(record));
    let _ = writeln!(
        text,
        "the best value lies between {:.0} and {:.0}",
        record.lower_bound, record.upper_bound
    );
    for (name, value) in &record.figures {
        let value = match value {
            Value::Number(number) if number.is_f64() => {
                format!("{:.0}", number.as_f64().unwrap_or_default())
            }
            Value::String(text) => text.clone(),
            Value::Array(names) if names.is_empty() => "none".to_owned(),
            Value::Array(names) => {
                let name = |name: &Value| name.as_str().map_or(name.to_string(), str::to_owned);
                names.iter().map(name).collect::<Vec<_>>().join(", ")
            }
            _ => value.to_string(),
        };
        let _ = writeln!(text, "{}: {value}", name.replace('_', " "));
    }
    for want in record.wants.iter().take(LISTED) {
        let _ = writeln!(text, "not met: {}: {}; {}", want.of, want.reason, want.cure);
    }
    if record.wants.len() > LISTED {
        let _ = writeln!(text, "… and {} more, see assignment.json", record.wants.len() - LISTED);
    }
    text.truncate(text.trim_end().len());
    text
}

/// How far the answer is from the best.
pub(super) fn gap(record: &AssignmentRecord) -> String {
    match (record.gap, record.goal) {
        (Some(0.0), _) => "proved to be the best".to_owned(),
        (Some(gap), Goal::Least) => {
            format!("at most {:.2} % above the least possible", 100.0 * gap)
        }
        (Some(gap), Goal::Most) => format!("at most {:.2} % more is possible", 100.0 * gap),
        (None, _) => "how far from the best is not known".to_owned(),
    }
}

#[cfg(test)]
#[path = "assignment_summary_tests.rs"]
mod tests;
