//! A short hash for keys that nobody chooses to collide: the same on every machine and in every run.

use std::hash::Hasher;

/// Mixes words by multiplication.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn steps_are_told_apart_by_their_hashes(x in prop::collection::btree_set(0i32..1_000_000, 400)) {
            let hash = |step: [u64; 4]| {
                let mut mixer = Mixer::default();
                step.iter().for_each(|word| mixer.write_u64(*word));
                mixer.finish()
            };
            let step = |x: i32| [f64::from(x) * 1e-6, 0.5, f64::from(x + 1) * 1e-6, 0.5].map(f64::to_bits);
            let hashes: BTreeSet<u64> = x.iter().map(|&x| hash(step(x))).collect();
            prop_assert_eq!(hashes.len(), x.len());
            // Tables look at the low bits, and spread over them.
            let low: BTreeSet<u64> = hashes.iter().map(|hash| hash % 1024).collect();
            prop_assert!(low.len() > 250, "{} of 1,024", low.len());
        }
    }

    #[test]
    fn words_are_mixed_as_bytes_are() {
        let of = |bytes: &[u8]| {
            let mut mixer = Mixer::default();
            mixer.write(bytes);
            mixer.finish()
        };
        let mut word = Mixer::default();
        word.write_u64(7);
        assert_eq!(of(&7u64.to_le_bytes()), word.finish());
        assert_ne!(of(b"12345678a"), of(b"12345678b"));
        assert_ne!(of(b"a2345678"), of(b"b2345678"));
    }
}
