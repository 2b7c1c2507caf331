//! The best of two divisions, part by part.
//!
//! Where a city is mended in several places, one attempt does well here and another there. Two
//! divisions of the same blocks differ in groups of blocks that have nothing to do with each other:
//! no vertex that is in one block here and in another there leads out of such a group. So each group
//! can be taken from either, and every block is one that stood in one of the two, in one piece.

use super::{Problem, Worth};
use crate::divide::partition::Partition;
use crate::groups::Groups;

/// Makes `p` no worse: takes over every group of blocks that is better in `other`. Whether anything
/// was.
pub(super) fn take_over(problem: &Problem, p: &mut Partition, other: &[u32]) -> bool {
    let blocks = problem.limits.blocks();
    let mut groups = Groups::of(blocks);
    let different: Vec<usize> = (0..other.len()).filter(|&v| p.labels()[v] != other[v]).collect();
    for &v in &different {
        groups.join(p.labels()[v], other[v]);
    }
    let mut of_group: Vec<Vec<usize>> = vec![Vec::new(); blocks];
    for v in different {
        of_group[groups.find(other[v]) as usize].push(v);
    }
    let too_far = |p: &Partition| match problem.far {
        Some(_) => problem.violation(p) - p.score().violation,
        None => 0,
    };
    let nothing = Worth { violation: 0, price: 0 };
    let mut taken = false;
    for group in of_group.into_iter().filter(|group| !group.is_empty()) {
        let before: Vec<usize> = group.iter().map(|&v| p.block(v)).collect();
        let (score, far) = (p.score(), too_far(p));
        let mut moved = 0;
        for &v in &group {
            moved += problem.moving(v, p.block(v), other[v] as usize);
            p.move_vertex(v, other[v] as usize);
        }
        let change = p.score() - score;
        let worth = Worth {
            violation: change.violation + too_far(p) - far,
            price: problem.price(moved, change.cost),
        };
        if worth < nothing {
            taken = true;
            continue;
        }
        for (&v, &block) in group.iter().zip(&before) {
            p.move_vertex(v, block);
        }
    }
    taken
}
