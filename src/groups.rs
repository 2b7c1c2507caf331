//! Disjoint sets (Galler & Fischer 1964), named by their least member.

/// Numbers in groups.
#[derive(Debug, Clone)]
pub(crate) struct Groups(Vec<u32>);

impl Groups {
    /// Numbers below `count`, each by itself.
    pub(crate) fn of(count: usize) -> Groups {
        Groups((0..count as u32).collect())
    }

    /// The least member of a number's group.
    pub(crate) fn find(&mut self, mut number: u32) -> u32 {
        while self.0[number as usize] != number {
            let above = self.0[self.0[number as usize] as usize];
            self.0[number as usize] = above;
            number = above;
        }
        number
    }

    /// Makes one group of two.
    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
