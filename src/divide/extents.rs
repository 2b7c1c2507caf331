//! Where blocks lie and how far they reach, kept in step move by move.

use super::shape::Footing;

/// The footing of every block of a division.
#[derive(Debug)]
pub(super) struct Extents<'a> {
    /// Where every vertex lies.
    of_vertex: &'a [Footing],
    /// Where every block lies.
    pub of_block: Vec<Footing>,
    members: Vec<Vec<u32>>,
    /// Place of every vertex among the members of its block.
    slot: Vec<u32>,
}

impl<'a> Extents<'a> {
    pub fn of(of_vertex: &'a [Footing], label: &[u32], blocks: usize) -> Extents<'a> {
        let mut extents = Extents {
            of_vertex,
            of_block: vec![Footing::default(); blocks],
            members: vec![Vec::new(); blocks],
            slot: Vec::with_capacity(label.len()),
        };
        for (v, &block) in label.iter().enumerate() {
            let block = block as usize;
            extents.slot.push(extents.members[block].len() as u32);
            extents.members[block].push(v as u32);
            extents.of_block[block].add(&of_vertex[v]);
        }
        extents
    }

    /// The footing of a block with one vertex more.
    pub fn with(&self, v: usize, block: usize) -> Footing {
        let mut joined = self.of_block[block].clone();
        joined.add(&self.of_vertex[v]);
        joined
    }

    /// The footing of a block without one of its vertices; how far it reaches only if that is asked.
    pub fn without(&self, v: usize, block: usize, with_reach: bool) -> Footing {
        let (all, own) = (&self.of_block[block], &self.of_vertex[v]);
        let mut left = all.clone();
        for (sum, own) in left.moments.iter_mut().zip(own.moments) {
            *sum -= own;
        }
        let is_edge = || own.reach.iter().zip(&all.reach).any(|(own, all)| own >= all);
        if with_reach && is_edge() {
            left.reach = Footing::default().reach;
            for &u in self.members[block].iter().filter(|&&u| u as usize != v) {
                let reach = self.of_vertex[u as usize].reach;
                for (most, reach) in left.reach.iter_mut().zip(reach) {
                    *most = most.max(reach);
                }
            }
        }
        left
    }

    /// Moves `v`, given the footings of both blocks after that.
    pub fn move_vertex(
        &mut self,
        v: usize,
        from: usize,
        to: usize,
        left: Footing,
        joined: Footing,
    ) {
        self.of_block[from] = left;
        self.of_block[to] = joined;
        let slot = self.slot[v] as usize;
        self.members[from].swap_remove(slot);
        if let Some(&moved) = self.members[from].get(slot) {
            self.slot[moved as usize] = slot as u32;
        }
        self.slot[v] = self.members[to].len() as u32;
        self.members[to].push(v as u32);
    }
}
