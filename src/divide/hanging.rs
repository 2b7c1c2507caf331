//! What hangs on a vertex: the part of its block that would be apart from the rest without it.

use super::partition::{Partition, Reach};

impl Partition<'_> {
    /// The vertices of `v`'s block that hang on it, `v` itself left out. Pieces of at most `most`
    /// vertices are looked at; `None` where more than one is larger, so that it is not known what
    /// hangs on what, or nothing of the block would be left.
    pub fn hanging_on(&self, v: usize, most: usize, reach: &mut Reach) -> Option<Vec<u32>> {
        let own = self.labels()[v];
        reach.start(self.graph.len());
        reach.visit(v as u32);
        let mut pieces: Vec<Vec<u32>> = Vec::new();
        let mut is_one_large = false;
        for &first in self.graph.targets(v) {
            if self.labels()[first as usize] != own || reach.part_of(first).is_some() {
                continue;
            }
            match self.piece(v, first, most, reach) {
                Piece::Whole(piece) => pieces.push(piece),
                // The large one, met from another side.
                Piece::Met => {}
                Piece::Large if is_one_large => return None,
                Piece::Large => is_one_large = true,
            }
        }
        if !is_one_large {
            // The heaviest piece is the block; of equals the first.
            let weight = |piece: &[u32]| -> i64 {
                piece.iter().map(|&u| self.graph.weights(u as usize)[0]).sum()
            };
            let (mut heaviest, mut most) = (None, -1);
            for (i, piece) in pieces.iter().enumerate() {
                if weight(piece) > most {
                    (heaviest, most) = (Some(i), weight(piece));
                }
            }
            pieces.remove(heaviest?);
        }
        Some(pieces.concat())
    }

    /// The vertices of a block that can be reached from one without passing `without`.
    fn piece(&self, without: usize, first: u32, most: usize, reach: &mut Reach) -> Piece {
        let own = self.labels()[without];
        let part = reach.start_part();
        reach.visit(first);
        let mut piece = vec![first];
        let mut head = 0;
        while let Some(&u) = piece.get(head) {
            head += 1;
            for &t in self.graph.targets(u as usize) {
                if self.labels()[t as usize] != own || t as usize == without {
                    continue;
                }
                match reach.part_of(t) {
                    Some(other) if other != part => return Piece::Met,
                    Some(_) => {}
                    None => {
                        reach.visit(t);
                        piece.push(t);
                    }
                }
            }
            if piece.len() > most {
                return Piece::Large;
            }
        }
        Piece::Whole(piece)
    }
}

/// A piece of a block, as far as it was walked.
enum Piece {
    Whole(Vec<u32>),
    /// Too large to be walked.
    Large,
    /// One that was met before.
    Met,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::divide::Tolerance;
    use crate::divide::objective::Target;
    use crate::graph::Graph;

    proptest! {
        /// With what hangs on it, any vertex can leave, and nothing smaller with it would do.
        #[test]
        fn the_rest_is_connected_and_what_hangs_is_not(
            edges in prop::collection::vec((0u32..12, 0u32..12), 8..24),
            weights in prop::collection::vec(0i64..5, 12),
            v in 0usize..12,
        ) {
            // A path makes it connected.
            let path = (0..11u32).map(|i| (i, i + 1)).filter(|_| edges.len() % 2 == 0);
            let edges: Vec<_> = edges.iter().copied().chain(path).map(|(a, b)| (a, b, 1)).collect();
            let graph = Graph::new(1, weights, &edges)?;
            let limits = Target::new(&graph, 1, &[Tolerance::OPEN]).limits(&[1]);
            let p = Partition::new(&graph, &limits, vec![0; 12]);
            let (component, _) = graph.components();
            let mut reach = Reach::default();
            let alone = !(0..12).any(|u| u != v && component[u] == component[v]);
            for most in [1, 3, 12] {
                let Some(hanging) = p.hanging_on(v, most, &mut reach) else {
                    prop_assert!(alone || most < 12);
                    continue;
                };
                let gone = |u: usize| u == v || hanging.contains(&(u as u32));
                let rest: Vec<u32> = (0..12).filter(|&u| component[u] == component[v] && !gone(u))
                    .map(|u| u as u32).collect();
                prop_assert!(!rest.is_empty());
                prop_assert_eq!(graph.induced(&rest).components().1, 1);
                // What hangs touches nothing of the rest.
                for &u in &hanging {
                    prop_assert!(graph.targets(u as usize).iter().all(|&t| gone(t as usize)));
                }
                prop_assert_eq!(p.can_leave(v, &mut reach), hanging.is_empty());
            }
        }
    }
}
