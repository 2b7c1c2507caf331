//! Telling vertices apart: two positions are one vertex where their coordinates are bit-identical.

/// Positions, each once, numbered by first appearance.
#[derive(Debug, Default)]
pub(super) struct VertexTable {
    positions: Vec<[f64; 2]>,
    /// Open addressing with linear probing; `FREE` or an index into `positions`.
    slots: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl VertexTable {
    /// A table with room for `expected` distinct positions.
    pub(super) fn with_capacity(expected: usize) -> Self {
        let slots = (expected * 2).next_power_of_two().max(16);
        VertexTable { positions: Vec::with_capacity(expected), slots: vec![FREE; slots] }
    }

    /// The number of a position; a new one where it was not met before. -0 is 0.
    pub(super) fn number(&mut self, x: f64, y: f64) -> u32 {
        let position = [x + 0.0, y + 0.0];
        let mut slot = self.slot_of(position);
        loop {
            match self.slots[slot] {
                FREE => break,
                id if self.positions[id as usize] == position => return id,
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
        let id = self.positions.len() as u32;
        self.slots[slot] = id;
        self.positions.push(position);
        if self.positions.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    /// The positions, by number.
    pub(super) fn into_positions(self) -> Vec<[f64; 2]> {
        self.positions
    }

    fn slot_of(&self, [x, y]: [f64; 2]) -> usize {
        // Two odd multipliers, then the high bits: short decimal coordinates differ in the middle
        // bits of their mantissas only.
        let mixed = x.to_bits().wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ y.to_bits().wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(29);
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (mixed >> 20) as usize & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; self.slots.len() * 2];
        for id in 0..self.positions.len() {
            let mut slot = self.slot_of(self.positions[id]);
            while self.slots[slot] != FREE {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = id as u32;
        }
    }
}

#[cfg(test)]
#[path = "vertices_tests.rs"]
mod tests;
