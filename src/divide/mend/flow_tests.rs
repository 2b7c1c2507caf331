use proptest::prelude::*;

use super::*;

/// The cheapest of all largest flows, arc by arc.
fn by_trying(arcs: &[(usize, usize, i64, i64)], nodes: usize) -> (i128, i128) {
    let mut best = (0i64, 0i64);
    let mut through = vec![0; arcs.len()];
    loop {
        let mut net = vec![0; nodes];
        let mut cost = 0;
        for (&(from, to, _, price), &x) in arcs.iter().zip(&through) {
            net[from] -= x;
            net[to] += x;
            cost += price * x;
        }
        let amount = net[nodes - 1];
        let is_flow = net[1..nodes - 1].iter().all(|&n| n == 0);
        if is_flow && (amount > best.0 || amount == best.0 && cost < best.1) {
            best = (amount, cost);
        }
        let Some(at) = (0..arcs.len()).find(|&i| through[i] < arcs[i].2) else {
            return (i128::from(best.0), i128::from(best.1));
        };
        through[at] += 1;
        through[..at].fill(0);
    }
}

proptest! {
    #[test]
    fn as_much_as_can_be_sent_as_cheaply_as_can_be(
        arcs in prop::collection::vec((0usize..5, 0usize..5, 0i64..3, 0i64..4), 1..9)
    ) {
        let arcs: Vec<_> = arcs.into_iter().filter(|arc| arc.0 != arc.1).collect();
        let mut flow = Flow::of(5);
        let numbers: Vec<usize> =
            arcs.iter().map(|&(from, to, most, price)| flow.arc(from, to, most, price)).collect();
        let sent = flow.send(0, 4);
        prop_assert_eq!(sent, by_trying(&arcs, 5));
        let cost: i64 = numbers.iter().zip(&arcs).map(|(&n, arc)| flow.through(n) * arc.3).sum();
        prop_assert_eq!(i128::from(cost), sent.1);
    }
}
