#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::divide::Division;

fn step(outside: i64, people: f64, cost: i64) -> Step {
    let division = Division {
        labels: Vec::new(),
        violation: 0.0,
        least_violation: 0.0,
        cost,
        least_cost: 0,
        proved: false,
        in_pieces: 0,
    };
    Step { mended: Mended { division, standing_of_block: Vec::new(), outside }, people }
}

proptest! {
    /// Whatever was found: a higher weight never moves more people, nor makes borders shorter than
    /// a lower one, and nothing out of limits is taken for either.
    #[test]
    fn answers_are_in_order(
        found in proptest::collection::vec((0i64..2, 0u32..50, 0i64..50_000), 8),
        weights in proptest::collection::vec(0.0..20.0f64, 2..6),
    ) {
        let mut weights = weights;
        weights.sort_by(|a, b| b.total_cmp(a));
        let ladder = Ladder::default();
        let of = |stability: Option<f64>| {
            let i = WEIGHTS.iter().position(|w| Some(*w) == stability).map_or(0, |i| i + 1);
            let (outside, people, cost) = found[i];
            Ok(step(outside, f64::from(people), cost))
        };
        let people_of = |mended: &Mended| {
            let same = |f: &&(i64, u32, i64)| {
                f.0 == mended.outside && f.2 == mended.division.cost
            };
            found.iter().filter(same).map(|f| f.1).min().unwrap()
        };
        let answers: Vec<Mended> =
            weights.iter().map(|w| ladder.best(3, *w, of).unwrap()).collect();
        let least = found.iter().map(|f| f.0).min().unwrap();
        for pair in answers.windows(2) {
            prop_assert!(people_of(&pair[0]) <= people_of(&pair[1]));
            prop_assert!(pair[0].division.cost >= pair[1].division.cost);
        }
        prop_assert!(answers.iter().all(|answer| answer.outside == least));
    }
}
