use proptest::prelude::*;

use super::*;

/// All sums of some of the weights.
fn sums(weights: &[i64]) -> Vec<i64> {
    let mut sums = vec![0];
    for weight in weights {
        let with: Vec<i64> = sums.iter().map(|sum| sum + weight).collect();
        sums.extend(with);
    }
    sums
}

proptest! {
    #[test]
    fn sums_are_those_of_trying_all(
        weights in prop::collection::vec(0..90i64, 1..9), lower in 0..200i64, more in 0..40i64,
    ) {
        let upper = lower + more;
        let sums = sums(&weights);
        let own = || weights.iter().copied();
        let miss = sums.iter().map(|&sum| (lower - sum).max(sum - upper).max(0)).min();
        let found = least_miss(own(), weights.len(), lower, upper);
        // No weight at all misses by the lower limit, sums far beyond by more.
        prop_assert_eq!(Some(found), miss);
        prop_assert!(!reaches(own(), lower, upper) || miss == Some(0));
        let largest = sums.iter().copied().filter(|&sum| sum <= upper).max();
        prop_assert_eq!(Some(largest_sum(&weights, upper)), largest);
    }

    #[test]
    fn a_set_of_sums_is_shifted_into_itself(
        held in prop::collection::btree_set(0..256usize, 0..12), weight in 0..200usize,
    ) {
        let mut words = [0u64; 4];
        held.iter().for_each(|sum| words[sum / 64] |= 1 << (sum % 64));
        add_to_sums(&mut words, weight);
        for sum in 0..256 {
            let is_in = words[sum / 64] >> (sum % 64) & 1 == 1;
            let expected = held.contains(&sum) || sum >= weight && held.contains(&(sum - weight));
            prop_assert_eq!(is_in, expected, "{}", sum);
        }
    }
}

#[test]
fn what_fits_is_taken_one_after_the_other() {
    assert!(reaches([4, 4, 4].into_iter(), 7, 8));
    assert!(!reaches([5, 5].into_iter(), 7, 8));
    assert!(reaches([9, 3, 5].into_iter(), 8, 8));
    assert!(reaches(std::iter::empty(), 0, 8));
    // Too many sums to look at: nothing is claimed.
    let many = vec![7; 100_000];
    assert_eq!(least_miss(many.iter().copied(), many.len(), 1 << 40, 1 << 40), 0);
    assert_eq!(largest_sum(&many, 1 << 40), 1 << 40);
}
