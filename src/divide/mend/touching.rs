//! Which standing blocks touch.

use std::collections::BTreeSet;

use crate::graph::Graph;

/// No block.
const NONE: u32 = u32::MAX;

/// Which standing blocks touch, by themselves or over vertices that are in none.
pub(super) struct Touching {
    /// Vertices of every block that touch something else, ascending.
    pub rim: Vec<Vec<u32>>,
    /// Blocks that touch each block by themselves, ascending.
    pub beside: Vec<Vec<u32>>,
    /// Blocks around every piece of vertices that are in none, ascending.
    pub around_piece: Vec<Vec<u32>>,
    /// The pieces that each block touches.
    pieces_of: Vec<Vec<u32>>,
}

/// Every list ascending, each number once.
fn ascending(lists: &mut [Vec<u32>]) {
    for list in lists {
        list.sort_unstable();
        list.dedup();
    }
}

impl Touching {
    /// Looks at every edge. A vertex that `is_shared` among blocks touches as if it were in none: its
    /// neighbours touch each other.
    pub fn of(
        graph: &Graph,
        block: &[u32],
        blocks: usize,
        is_shared: impl Fn(usize) -> bool,
    ) -> Touching {
        let is_open = |v: usize| block[v] == NONE || is_shared(v);
        let (piece, count) = graph.components_within(|a, b| is_open(a) && is_open(b));
        let mut rim = vec![Vec::new(); blocks];
        let mut around = vec![Vec::new(); count];
        for v in 0..graph.len() {
            let own = block[v];
            let mut is_rim = false;
            for &t in graph.targets(v) {
                let other = block[t as usize];
                is_rim |= own != other;
                if is_open(v) && other != NONE {
                    around[piece[v] as usize].push(other);
                }
            }
            if own != NONE {
                if is_rim {
                    rim[own as usize].push(v as u32);
                }
                if is_open(v) {
                    around[piece[v] as usize].push(own);
                }
            }
        }
        ascending(&mut around);
        around.retain(|list| list.len() > 1);
        let mut pieces_of = vec![Vec::new(); blocks];
        for (piece, around) in around.iter().enumerate() {
            around.iter().for_each(|&b| pieces_of[b as usize].push(piece as u32));
        }
        Touching { rim, beside: graph.beside(block, blocks), around_piece: around, pieces_of }
    }

    /// All that touch a block.
    pub fn near(&self, block: u32) -> BTreeSet<u32> {
        let own = &self.pieces_of[block as usize];
        let over = own.iter().flat_map(|&piece| &self.around_piece[piece as usize]);
        let near = self.beside[block as usize].iter().chain(over).copied();
        near.filter(|&other| other != block).collect()
    }
}
