//! Names that were meant: of a setting that does not exist, the one that is spelt most like it.

/// An error of the parser that lists every name there is, with the nearest instead.
pub(super) fn shorter(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let (true, Some(wrong)) = (message.starts_with("unknown field `"), names.next()) else {
        return message.to_owned();
    };
    let nearest = names.map(|name| (distance(wrong, name), name)).min();
    // Half of the letters right at least.
    match nearest.filter(|(distance, name)| 2 * distance <= name.len().max(wrong.len())) {
        Some((_, name)) => format!("there is no setting {wrong:?}; {name:?} is the nearest"),
        None => format!("there is no setting {wrong:?}; `evengrid init` writes all that there are"),
    }
}

/// How many letters have to be changed, put in or taken away to make one word of another
/// (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        for (above, other) in row.iter_mut().skip(1).zip(&b) {
            let here = (before + usize::from(letter != *other)).min(left + 1).min(*above + 1);
            before = std::mem::replace(above, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "near_names_tests.rs"]
mod tests;
