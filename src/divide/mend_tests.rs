#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::testing::{board, problem, standing, start_of};
use super::*;
use crate::divide::Tolerance;

fn is_connected(graph: &Graph, label: &[u32], k: usize) -> bool {
    let (_, pieces) = graph.components_within(|a, b| label[a] == label[b]);
    let mut used = vec![false; k];
    label.iter().for_each(|&l| used[l as usize] = true);
    pieces == k && used.iter().all(|&u| u)
}

/// Columns of a board as blocks.
fn columns(width: usize, height: usize, k: usize) -> Vec<u32> {
    (0..width * height).map(|v| (v % width * k / width) as u32).collect()
}

/// Labels in the numbers of the standing blocks; new blocks after them.
fn in_standing_numbers(mended: &Mended, standing: usize) -> Vec<u32> {
    let mut next = standing as u32;
    let name: Vec<u32> = mended
        .standing_of_block
        .iter()
        .map(|old| {
            old.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    mended.division.labels.iter().map(|&l| name[l as usize]).collect()
}

/// Every division of a graph into at most `k` labels that is connected.
fn every_division(graph: &Graph, k: usize) -> Vec<Vec<u32>> {
    let n = graph.len();
    (0..k.pow(n as u32))
        .map(|code| (0..n).map(|v| (code / k.pow(v as u32) % k) as u32).collect::<Vec<u32>>())
        .filter(|label| is_connected(graph, label, k))
        .collect()
}

#[derive(Debug)]
struct Case {
    graph: Graph,
    standing: Standing,
    k: usize,
    divider: Divider,
}

impl Case {
    fn of(width: usize, height: usize, k: usize, weights: Vec<i64>, tolerance: f64) -> Case {
        let block = columns(width, height, k);
        Case {
            graph: board(width, height, &weights),
            standing: standing(block, &weights, k),
            k,
            divider: Divider::new(vec![Tolerance::both(tolerance)]),
        }
    }

    fn moved(&self, label: &[u32]) -> i64 {
        let pairs = self.standing.block.iter().zip(label);
        pairs.zip(&self.standing.stay).filter(|((a, b), _)| a != b).map(|(_, s)| s).sum()
    }

    /// Violation, price of moving, border: what is made small, in this order.
    fn worth(&self, label: &[u32]) -> (i64, i64, i64) {
        let limits =
            Target::new(&self.graph, self.k, &self.divider.tolerances).limits(&vec![1; self.k]);
        let score = Partition::new(&self.graph, &limits, label.to_vec()).score();
        (score.violation, self.moved(label), score.cost)
    }

    /// Weight out of limits, over all blocks.
    fn outside(&self, label: &[u32]) -> i64 {
        let limits = Target::new(&self.graph, self.k, &self.divider.tolerances).limits(&[1]);
        let (lower, upper) = limits.ranges(0)[0];
        let mut load = vec![0; self.k];
        label.iter().enumerate().for_each(|(v, &l)| load[l as usize] += self.graph.weights(v)[0]);
        load.iter().map(|l| (l - upper).max(lower - l).max(0)).sum()
    }

    /// Weight moved under the best renaming of blocks.
    fn weight_moved(&self, label: &[u32]) -> i64 {
        fn best(kept: &[Vec<i64>], row: usize, used: u32) -> i64 {
            let Some(columns) = kept.get(row) else { return 0 };
            (0..columns.len())
                .filter(|c| used >> c & 1 == 0)
                .map(|c| columns[c] + best(kept, row + 1, used | 1 << c))
                .max()
                .unwrap_or(0)
        }
        let mut kept = vec![vec![0; self.k]; self.k];
        let mut total = 0;
        for (v, &l) in label.iter().enumerate() {
            let w = self.graph.weights(v)[0];
            kept[self.standing.block[v] as usize][l as usize] += w;
            total += w;
        }
        total - best(&kept, 0, 0)
    }

    fn least(&self, mended: &Mended) -> i64 {
        let mut items = vec![Vec::new(); self.k];
        for (v, &block) in self.standing.block.iter().enumerate() {
            items[block as usize].push(self.graph.weights(v)[0]);
        }
        let mut goes_on = vec![None; self.k];
        for (block, old) in mended.standing_of_block.iter().enumerate() {
            goes_on[old.unwrap() as usize] = Some(block as u32);
        }
        let own: Vec<i64> = (0..self.graph.len()).map(|v| self.graph.weights(v)[0]).collect();
        let holding = Holding {
            block: &self.standing.block,
            own: &own,
            items: &items,
            tolerated: &self.standing.tolerated,
            goes_on: &goes_on,
            is_whole: true,
        };
        let keeping = self.divider.keeping(&self.graph, &mended.division.labels, &holding);
        keeping.standing.iter().sum::<i64>() - keeping.together
    }
}

#[test]
fn nothing_to_mend_is_left_as_it_is() {
    let case = Case::of(6, 4, 3, vec![5; 24], 0.05);
    let mended = case.divider.mend(&case.graph, 3, &case.standing).unwrap();
    assert_eq!(in_standing_numbers(&mended, 3), case.standing.block);
    assert_eq!(case.least(&mended), 0);
}

#[test]
fn what_is_too_much_is_handed_on() {
    // Four columns of blocks; the first is too heavy, only the last has room.
    let mut weights = vec![10i64; 8 * 5];
    for (v, weight) in weights.iter_mut().enumerate() {
        *weight = match v % 8 {
            0 | 1 => 11,
            6 | 7 => 9,
            _ => 10,
        };
    }
    let case = Case::of(8, 5, 4, weights, 0.05);
    let mended = case.divider.mend(&case.graph, 4, &case.standing).unwrap();
    assert_eq!(mended.division.violation, 0.0);
    assert!(is_connected(&case.graph, &mended.division.labels, 4));
    // Five people more than a block may have: one vertex of each of three blocks is enough.
    let moved = case.weight_moved(&mended.division.labels);
    assert!((5..=31).contains(&moved), "{moved}");
}

#[test]
fn blocks_come_and_go() {
    let weights = vec![7i64; 60];
    let case = Case::of(10, 6, 5, weights, 0.2);
    for k in [3, 4, 6, 7] {
        let mended = case.divider.mend(&case.graph, k, &case.standing).unwrap();
        assert!(is_connected(&case.graph, &mended.division.labels, k));
        assert_eq!(mended.division.violation, 0.0, "{k} blocks");
        let kept = mended.standing_of_block.iter().flatten().count();
        assert_eq!(kept, k.min(5));
    }
}

#[test]
fn closed_blocks_keep_every_vertex() {
    let mut weights = vec![10i64; 48];
    weights[0] = 60;
    let mut case = Case::of(8, 6, 4, weights, 0.1);
    case.standing.closed[1] = true;
    let mended = case.divider.mend(&case.graph, 4, &case.standing).unwrap();
    let now = in_standing_numbers(&mended, 4);
    for (was, is) in case.standing.block.iter().zip(&now) {
        assert_eq!(*was == 1, *is == 1);
    }
    case.standing.closed = vec![true; 4];
    assert!(case.divider.mend(&case.graph, 5, &case.standing).is_err());
}

#[test]
fn what_is_tolerated_is_left() {
    // The first block has 20 % too many, and had before.
    let weights: Vec<i64> = (0..24).map(|v| if v % 6 < 2 { 12 } else { 9 }).collect();
    let mut case = Case::of(6, 4, 3, weights, 0.05);
    case.standing.tolerated[0] = (i64::MAX, 96);
    case.standing.tolerated[1] = (72, 0);
    case.standing.tolerated[2] = (72, 0);
    let mended = case.divider.mend(&case.graph, 3, &case.standing).unwrap();
    assert_eq!(in_standing_numbers(&mended, 3), case.standing.block);
    assert!(mended.division.violation > 0.0, "told all the same");
}

#[test]
fn new_vertices_and_scattered_blocks_find_a_place() {
    let mut case = Case::of(6, 4, 3, vec![5; 24], 0.05);
    // Vertex 5 is new; vertex 23 stands in a block on the other side.
    case.standing.block[5] = NONE;
    case.standing.block[23] = 0;
    let mended = case.divider.mend(&case.graph, 3, &case.standing).unwrap();
    assert!(is_connected(&case.graph, &mended.division.labels, 3));
    let now = in_standing_numbers(&mended, 3);
    assert_eq!((now[5], now[23]), (2, 2));
    assert_eq!(mended.division.violation, 0.0);
}

#[test]
fn blocks_do_not_reach_too_far() {
    // The left block has an arm along the top; it may be eight steps across.
    let (width, height) = (12, 4);
    let weights = vec![10i64; width * height];
    let mut case = Case::of(width, height, 2, weights, 0.3);
    for x in 6..10 {
        case.standing.block[x] = 0;
    }
    let footing = |v: usize| {
        let [x, y] = [(v % width) as f64, (v / width) as f64];
        let middle = [x + 0.5, y + 0.5];
        let square = middle[0] * middle[0] + middle[1] * middle[1] + 1.0 / 6.0;
        let corners = [[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0]];
        Footing::new([1.0, middle[0], middle[1], square], corners)
    };
    let footings: Vec<Footing> = (0..width * height).map(footing).collect();
    let across = |label: &[u32]| {
        let extents = Extents::of(&footings, label, 2);
        extents.of_block.iter().map(Footing::width).fold(0.0, f64::max)
    };
    let mend = |tolerated_m| {
        let diameters = Diameters { footings: footings.clone(), most_m: 8.0, tolerated_m };
        let standing = Standing { diameters: Some(diameters), ..case.standing.clone() };
        case.divider.mend(&case.graph, 2, &standing).unwrap()
    };
    assert!(across(&case.standing.block) > 10.0);
    let mended = mend(vec![0.0; 2]);
    let now = in_standing_numbers(&mended, 2);
    assert_eq!(mended.outside, 0);
    assert!(across(&now) <= 8.0, "{}", across(&now));
    assert!(case.moved(&now) <= 6 * 10_241, "{}", case.moved(&now));
    // What it was before is left to it.
    let left = mend(vec![10.8, 0.0]);
    assert_eq!(in_standing_numbers(&left, 2), case.standing.block);
}

#[test]
fn what_must_not_come_together_is_parted_and_bounds_what_moves() {
    // Two of a group stand in the first column, with 7 people in its corner and 10 beside.
    let board = board(3, 3, &[10; 9]);
    let mut weights: Vec<i64> = vec![10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0];
    (weights[0], weights[1], weights[7]) = (7, 1, 1);
    let edges: Vec<(u32, u32, i64)> = (0..9)
        .flat_map(|v| {
            let later = board.neighbours(v).filter(move |&(t, _)| t > v);
            later.map(move |(t, cost)| (v as u32, t as u32, cost))
        })
        .collect();
    let graph = Graph::new(2, weights, &edges).unwrap();
    let people: Vec<i64> = (0..9).map(|v| graph.weights(v)[0]).collect();
    let mut standing = standing(columns(3, 3, 3), &people, 3);
    standing.tolerated = vec![(i64::MAX, 0); 6];
    let divider = Divider {
        priorities: vec![10.0, 1_000.0],
        ..Divider::new(vec![Tolerance::both(0.5), Tolerance::above(0.5)])
    };
    let mended = divider.mend(&graph, 3, &standing).unwrap();
    assert_eq!(mended.outside, 0);
    let goes_on: Vec<Option<u32>> = (0..3)
        .map(|old| {
            let of = mended.standing_of_block.iter().position(|s| *s == Some(old));
            of.map(|block| block as u32)
        })
        .collect();
    let items: Vec<Vec<i64>> =
        (0..3).map(|b| (0..9).filter(|v| v % 3 == b).map(|v| people[v]).collect()).collect();
    let holding = Holding {
        block: &standing.block,
        own: &people,
        items: &items,
        tolerated: &standing.tolerated,
        goes_on: &goes_on,
        is_whole: true,
    };
    let keeping = divider.keeping(&graph, &mended.division.labels, &holding);
    let now = in_standing_numbers(&mended, 3);
    let moved: i64 = (0..9).filter(|&v| now[v] != standing.block[v]).map(|v| people[v]).sum();
    assert_eq!((keeping.standing.iter().sum::<i64>() - keeping.together, moved), (7, 7));
}

#[test]
fn the_better_part_of_two_is_taken() {
    // Two pairs of blocks that do not touch; each attempt has mended one of them.
    let weights = vec![10i64; 16];
    let mut edges = Vec::new();
    for row in 0..2u32 {
        for x in 0..7 {
            edges.push((row * 8 + x, row * 8 + x + 1, 1));
        }
    }
    edges.push((0, 8, 1));
    let graph = Graph::new(1, weights.clone(), &edges).unwrap();
    let block: Vec<u32> = (0..16).map(|v| v / 4).collect();
    let standing = standing(block.clone(), &weights, 4);
    let divider = Divider::new(vec![Tolerance::both(0.0)]);
    let limits = Target::new(&graph, 4, &divider.tolerances).limits(&[1; 4]);
    let start = start_of(&divider, &graph, 4, &standing);
    let problem = problem(&graph, &limits, &standing, &start);
    let with = |v: usize, to: u32| {
        let mut label = block.clone();
        label[v] = to;
        label
    };
    let mut p = Partition::new(&graph, &limits, with(4, 0));
    assert!(combine::take_over(&problem, &mut p, &with(12, 2)));
    assert_eq!(p.labels(), block);
    assert!(!combine::take_over(&problem, &mut p, &with(12, 2)));
    assert_eq!(p.labels(), block);
}

/// Small boards whose every division can be looked at.
fn small_case() -> impl Strategy<Value = Case> {
    let shapes = prop_oneof![Just((3, 3, 3)), Just((4, 3, 2)), Just((3, 4, 2)), Just((6, 2, 2))];
    (shapes, proptest::collection::vec(0i64..30, 12), 2u32..30).prop_map(
        |((width, height, k), weights, tolerance)| {
            let weights = weights[..width * height].to_vec();
            Case::of(width, height, k, weights, f64::from(tolerance) / 100.0)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Connected, never better than the best there is, and the bound below every division that is
    /// as good.
    #[test]
    fn never_below_the_bound(case in small_case()) {
        let mended = case.divider.mend(&case.graph, case.k, &case.standing).unwrap();
        prop_assert!(is_connected(&case.graph, &mended.division.labels, case.k));
        let label = in_standing_numbers(&mended, case.k);
        let (least, outside) = (case.least(&mended), case.outside(&label));
        let all = every_division(&case.graph, case.k);
        let best = all.iter().map(|l| case.worth(l)).min().unwrap();
        prop_assert!(case.worth(&label) >= best);
        let as_good = all.iter().filter(|l| case.outside(l) <= outside);
        let fewest = as_good.map(|l| case.weight_moved(l)).min().unwrap();
        prop_assert!(least <= fewest, "bound {least}, but {fewest} is enough");
        prop_assert!(fewest <= case.weight_moved(&label));
    }
}

#[test]
fn small_ones_are_the_best_there_is() {
    let mut random = Random::new(7);
    for _ in 0..40 {
        let weights: Vec<i64> = (0..9).map(|_| random.below(30) as i64).collect();
        let case = Case::of(3, 3, 3, weights, random.between(0.02, 0.3));
        let mended = case.divider.mend(&case.graph, 3, &case.standing).unwrap();
        let label = in_standing_numbers(&mended, 3);
        let best = every_division(&case.graph, 3).iter().map(|l| case.worth(l)).min().unwrap();
        assert_eq!(case.worth(&label), best);
    }
}

/// A block that may stay too light does not hide that others are too heavy.
#[test]
fn what_is_too_little_and_tolerated_hides_nothing() {
    // A path of four blocks: a giant, 14 of 100, two of 100, 14 of 100 and one of 400.
    let mut weights = vec![100i64; 32];
    weights[0] = 4_000;
    weights[31] = 400;
    let edges: Vec<(u32, u32, i64)> = (0..31).map(|v| (v, v + 1, 1)).collect();
    let graph = Graph::new(1, weights.clone(), &edges).unwrap();
    let block = (0..32).map(|v| [(1, 0), (15, 1), (17, 2)].iter().find(|(end, _)| v < *end));
    let block: Vec<u32> = block.map(|found| found.map_or(3, |(_, block)| *block)).collect();
    let mut standing = standing(block, &weights, 4);
    standing.tolerated = vec![(i64::MAX, 4_000), (i64::MAX, 0), (200, 0), (i64::MAX, 0)];
    let divider = Divider::new(vec![Tolerance::both(0.2)]);
    let mended = divider.mend(&graph, 4, &standing).unwrap();
    assert_eq!(mended.outside, 0, "{:?}", mended.division.labels);
    let now = in_standing_numbers(&mended, 4);
    let moved = (0..32).filter(|&v| now[v] != standing.block[v]).map(|v| weights[v]).sum::<i64>();
    assert!(moved > 0);
}

/// What was looked at wholly is the best there is, whatever number of blocks is asked for.
#[test]
fn blocks_that_come_and_go_leave_the_best_there_is() {
    let mut random = Random::new(5);
    for round in 0..40 {
        let weights: Vec<i64> = (0..9).map(|_| 1 + random.below(30) as i64).collect();
        let (stood, k) = [(2, 3), (3, 2), (3, 3), (2, 2)][round % 4];
        let graph = board(3, 3, &weights);
        let divider = Divider::new(vec![Tolerance::both(random.between(0.02, 0.3))]);
        let mut standing = standing(columns(3, 3, stood), &weights, stood);
        standing.closed[0] = round % 8 >= 6;
        let mended = divider.mend(&graph, k, &standing).unwrap();
        let limits = Target::new(&graph, k, &divider.tolerances).limits(&vec![1; k]);
        // Of a division in any numbers, the renaming that moves least.
        let worth = |label: &[u32]| {
            let score = Partition::new(&graph, &limits, label.to_vec()).score();
            let moved = renamings(k, stood)
                .filter(|name| {
                    (0..9).all(|v| {
                        standing.block[v] != 0
                            || !standing.closed[0]
                            || name[label[v] as usize] == 0
                    }) && (!standing.closed[0]
                        || (0..9).all(|v| name[label[v] as usize] != 0 || standing.block[v] == 0))
                })
                .map(|name| {
                    let away = (0..9).filter(|&v| name[label[v] as usize] != standing.block[v]);
                    away.map(|v| standing.stay[v]).sum::<i64>()
                })
                .min();
            moved.map(|moved| (score.violation, moved, score.cost))
        };
        let best = every_division(&graph, k).iter().filter_map(|l| worth(l)).min().unwrap();
        assert_eq!(worth(&mended.division.labels).unwrap(), best, "round {round}");
    }
}

/// Every way to give `k` labels numbers of `stood` blocks or of new ones after them.
fn renamings(k: usize, stood: usize) -> impl Iterator<Item = Vec<u32>> {
    let numbers = stood.max(k) as u32;
    let base = numbers as usize;
    (0..base.pow(k as u32))
        .map(move |code| {
            (0..k).map(|i| (code / base.pow(i as u32) % base) as u32).collect::<Vec<u32>>()
        })
        .filter(move |name| {
            let mut seen = vec![false; base];
            name.iter().all(|&n| !std::mem::replace(&mut seen[n as usize], true))
        })
}

#[test]
fn larger_ones_are_the_best_there_is() {
    let mut random = Random::new(5);
    for _ in 0..20 {
        let weights: Vec<i64> = (0..16).map(|_| 1 + random.below(30) as i64).collect();
        let case = Case::of(4, 4, 2, weights, random.between(0.02, 0.2));
        let mended = case.divider.mend(&case.graph, 2, &case.standing).unwrap();
        let label = in_standing_numbers(&mended, 2);
        let best = every_division(&case.graph, 2).iter().map(|l| case.worth(l)).min().unwrap();
        assert_eq!(case.worth(&label), best);
    }
}
