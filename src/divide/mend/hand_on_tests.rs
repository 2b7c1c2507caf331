use super::*;

#[test]
fn a_block_hands_on_before_it_is_handed_anything() {
    let handed = |from, to| Handed { from, to, amount: 1 };
    let flows = vec![handed(0, 1), handed(1, 2), handed(3, 1), handed(2, 4)];
    let ordered = downstream_first(flows.clone(), 5);
    assert_eq!(ordered.len(), flows.len());
    for (i, earlier) in ordered.iter().enumerate() {
        assert!(ordered[i + 1..].iter().all(|later| later.from != earlier.to), "{ordered:?}");
    }
}
