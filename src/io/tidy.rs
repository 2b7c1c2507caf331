use serde_json::{Map, Number, Value};

/// Rounds the figures of a record by what they are, as told by their names: lengths (`…_m`) and
/// areas (`…_m2`) to 0.01, deviations, ratios and Polsby-Popper to 6 decimals. Whole numbers are
/// written without a point. Coordinates and what else there is stay as they are.
pub(super) fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => tidy_members(members),
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn tidy_members(members: &mut Map<String, Value>) {
    for (name, value) in members {
        let decimals = match name.as_str() {
            "lon" | "lat" => continue,
            // Names in there are the planner's own.
            "parameters" => {
                as_asked(value);
                continue;
            }
            "polsby_popper" | "value" | "limit" => Some(6),
            name if name.ends_with("_m") || name.ends_with("_m2") => Some(2),
            name if name.ends_with("_deviation") || name.ends_with("_ratio") => Some(6),
            _ => None,
        };
        match value.as_f64() {
            Some(number) if value.is_f64() => *value = number_of(number, decimals),
            _ => tidy(value),
        }
    }
}

/// Whole numbers without a point, whatever they are called.
fn as_asked(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(as_asked),
        Value::Array(items) => items.iter_mut().for_each(as_asked),
        Value::Number(number) if number.is_f64() => {
            *value = number_of(number.as_f64().unwrap_or_default(), None);
        }
        _ => {}
    }
}

fn number_of(number: f64, decimals: Option<i32>) -> Value {
    /// Whole numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let rounded = match decimals {
        Some(decimals) if number.abs() < EXACT / 1e6 => {
            let scale = 10f64.powi(decimals);
            (number * scale).round() / scale
        }
        _ => number,
    };
    if rounded.fract() == 0.0 && rounded.abs() < EXACT {
        return Value::from(rounded as i64);
    }
    Number::from_f64(rounded).map_or(Value::Null, Value::Number)
}
