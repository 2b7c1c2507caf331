//! What is known of a community once it is divided.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::tolerated::Broken;
use crate::divide::Keeping;
use crate::replan::standing::NONE;
use crate::zoning::{CommunityGraph, Subject};

/// What is known of a community once it is divided.
#[derive(Debug, Clone)]
pub(in crate::replan) struct Facts {
    /// Present grids with people or ground in it, ascending.
    pub present: Vec<u32>,
    /// What of them could be kept.
    pub keeping: Keeping,
    /// People per unit of weight.
    pub person: f64,
    /// Whether nothing had to be done.
    pub is_unchanged: bool,
    /// What weights stand for.
    pub subjects: Vec<Subject>,
    /// Where each present grid would be out of limits if nothing were done.
    pub broken: Vec<Vec<Broken>>,
    /// Of units that are not in their present grid: of which subjects they have something, as bits.
    pub weighs: HashMap<u32, u64>,
    /// The present grid that each label goes on with, an index into `present`.
    pub(super) standing_of_label: Vec<Option<u32>>,
}

/// Of units that are not in their present grid: of which subjects they have something, as bits.
pub(super) fn weighs(
    part: &CommunityGraph<'_>,
    blocks: &Blocks,
    labels: &[u32],
    standing_of_block: &[Option<u32>],
) -> HashMap<u32, u64> {
    let mut weighs = HashMap::new();
    for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
        let v = atom as usize;
        if blocks.block[v] != NONE && standing_of_block[labels[v] as usize] != Some(blocks.block[v])
        {
            let weights = part.graph.weights(v).iter().take(64).enumerate();
            weighs.insert(cell, weights.map(|(i, &w)| u64::from(w > 0) << i).sum());
        }
    }
    weighs
}
