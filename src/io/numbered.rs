//! Ids of units that have none: their number in the file.

use std::collections::HashSet;

use super::features::IdFrom;

/// Gives units that have no id and whose number is the id of another unit the next number, after
/// that of the last unit, that is nobody's. Ids come in file order.
pub(super) fn keep_apart<'a>(ids: impl Iterator<Item = (&'a mut String, IdFrom)>) {
    let (numbers, own): (Vec<_>, Vec<_>) = ids.partition(|(_, from)| *from == IdFrom::Number);
    if numbers.is_empty() || own.is_empty() {
        return;
    }
    let mut next = numbers.len() + own.len();
    let own: HashSet<&str> = own.iter().map(|(id, _)| id.as_str()).collect();
    for (id, _) in numbers {
        while own.contains(id.as_str()) {
            next += 1;
            *id = next.to_string();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_an_id_already_gives_way() {
        use IdFrom::{Member, Number, Property};
        let given = [("1", Number), ("1", Property), ("6", Member), ("4", Number), ("2", Property)];
        let mut ids: Vec<String> = given.iter().map(|(id, _)| (*id).to_owned()).collect();
        keep_apart(ids.iter_mut().zip(given.iter().map(|(_, from)| *from)));
        assert_eq!(ids, ["7", "1", "6", "4", "2"]);
    }
}
