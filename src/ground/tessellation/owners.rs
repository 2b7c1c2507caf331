//! Whose ground each face of the tessellation is.

use std::collections::BTreeMap;

use super::enclosed::Enclosed;
use super::parted::Parted;
use super::sharing::Shared;
use super::{Layer, Tessellation};
use crate::error::Result;
use crate::ground::arrangement::covers;
use crate::ground::coverage::NONE;
use crate::groups::Groups;

/// The owners of all faces of the parted ground, and what is to be told of it.
pub(super) struct Owners {
    /// The cell of every face: a unit, or the number of units and more for open ground.
    pub(super) of_face: Vec<u32>,
    /// The community of every cell of open ground.
    pub(super) open_ground: Vec<u32>,
    /// Groups of units whose footprints lie on top of each other, and on how many m².
    pub(super) doubled_m2: BTreeMap<Vec<u32>, f64>,
    /// Ground that was cut off from its building: who has it now, and how much it is in all.
    pub(super) moved: Vec<u32>,
    pub(super) moved_m2: f64,
}

/// Faces on their way to owners.
struct Settling<'a> {
    parted: &'a Parted,
    layer: &'a Layer,
    /// The enclosure of every face.
    enclosure: &'a [u32],
    owner: Vec<u32>,
}

impl Owners {
    /// Footprints first, then what the borders between cells tell, then what they leave open.
    ///
    /// # Errors
    /// Where too many rings lie on top of each other.
    pub(super) fn settle(
        of: &Tessellation,
        enclosed: &Enclosed,
        parted: &Parted,
        shared: &Shared,
    ) -> Result<Owners> {
        let layer = &parted.layer;
        let enclosure = &parted.enclosure_of_face;
        let owner = vec![NONE; layer.faces.len()];
        let mut settling = Settling { parted, layer, enclosure, owner };
        let community = |enclosure: u32| {
            enclosed.enclosures.community.get(enclosure as usize).copied().unwrap_or(NONE)
        };
        let around = covers(&layer.edges, &layer.faces, |tag| parted.ring(tag))?;
        let mut doubled_m2: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (face, rings) in around.iter().enumerate() {
            let within = community(enclosure[face]);
            if within == NONE {
                continue;
            }
            let over = enclosed.areas.over(rings);
            settling.owner[face] = of.winner(&over, within);
            let claimants = of.claimants(&over, within);
            if claimants.len() > 1 {
                *doubled_m2.entry(claimants).or_default() += layer.sizes.area_m2[face];
            }
        }
        let footprint: Vec<bool> = settling.owner.iter().map(|&owner| owner != NONE).collect();
        settling.vote(shared);
        settling.spread();
        let (moved, moved_m2) = settling.rejoin(&footprint, of);
        settling.spread();
        let open_ground = if of.domain.is_free() {
            settling.spread_everywhere();
            Vec::new()
        } else {
            settling.open_ground(of.units(), community)
        };
        Ok(Owners { of_face: settling.owner, open_ground, doubled_m2, moved, moved_m2 })
    }
}

impl Settling<'_> {
    /// The half-edges around a face.
    fn half_edges(&self, face: u32) -> impl Iterator<Item = u32> + '_ {
        let faces = &self.layer.faces;
        faces.loops[face as usize].iter().flat_map(|&start| faces.half_edges(start))
    }

    fn length_m(&self, h: u32) -> f64 {
        self.layer.sizes.length_m(self.layer.edges.ends[h as usize / 2])
    }

    /// Open faces go to the label that most of the cell borders around them name.
    fn vote(&mut self, shared: &Shared) {
        for face in 1..self.layer.faces.len() as u32 {
            let enclosure = self.enclosure[face as usize];
            if self.owner[face as usize] != NONE || enclosure == NONE {
                continue;
            }
            let mut votes: BTreeMap<u32, f64> = BTreeMap::new();
            for h in self.half_edges(face) {
                for (tag, forward) in self.layer.edges.tags(h as usize / 2) {
                    let Some(border) = self.parted.border(shared, tag) else { continue };
                    if border.enclosure == enclosure {
                        let same_way = forward == (h % 2 == 0);
                        let label = if same_way { border.left } else { border.right };
                        *votes.entry(label).or_default() += self.length_m(h);
                    }
                }
            }
            let sole = || shared.sole.get(enclosure as usize).copied().flatten();
            self.owner[face as usize] = most(&votes).or_else(sole).unwrap_or(NONE);
        }
    }

    /// Open faces that no border told of go to the owner they share the longest border with, inside
    /// their enclosure; from owned ground outwards.
    fn spread(&mut self) {
        self.spread_where(|settling, face, beyond| {
            settling.enclosure[face as usize] == settling.enclosure[beyond as usize]
        });
    }

    /// The same across barriers.
    fn spread_everywhere(&mut self) {
        self.spread_where(|settling, _, beyond| settling.enclosure[beyond as usize] != NONE);
    }

    fn spread_where(&mut self, may: impl Fn(&Self, u32, u32) -> bool) {
        loop {
            let mut told = Vec::new();
            for face in 1..self.layer.faces.len() as u32 {
                if self.owner[face as usize] != NONE || self.enclosure[face as usize] == NONE {
                    continue;
                }
                let shared = self.shared(&[face], |beyond| may(self, face, beyond));
                if let Some(owner) = most(&shared) {
                    told.push((face, owner));
                }
            }
            if told.is_empty() {
                return;
            }
            for (face, owner) in told {
                self.owner[face as usize] = owner;
            }
        }
    }

    /// Metres of border that some faces (ascending) share with each owner beyond.
    fn shared(&self, faces: &[u32], may: impl Fn(u32) -> bool) -> BTreeMap<u32, f64> {
        let mut shared: BTreeMap<u32, f64> = BTreeMap::new();
        for &face in faces {
            for h in self.half_edges(face) {
                let beyond = self.layer.faces.face_of[(h ^ 1) as usize];
                let owner = self.owner[beyond as usize];
                if owner != NONE && faces.binary_search(&beyond).is_err() && may(beyond) {
                    *shared.entry(owner).or_default() += self.length_m(h);
                }
            }
        }
        shared
    }

    /// Gives ground that hangs together with no footprint of its owner to the owner it touches
    /// most; returns the units that got some, and how much.
    fn rejoin(&mut self, footprint: &[bool], of: &Tessellation) -> (Vec<u32>, f64) {
        let faces = self.layer.faces.len();
        let mut groups = Groups::of(faces);
        for e in 0..self.layer.edges.len() {
            let [left, right] = self.layer.faces.sides(e);
            let (a, b) = (self.owner[left as usize], self.owner[right as usize]);
            if a == b && a != NONE {
                groups.join(left, right);
            }
        }
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut home = vec![false; faces];
        for face in 0..faces as u32 {
            let owner = self.owner[face as usize];
            if owner == NONE {
                continue;
            }
            let group = groups.find(face);
            home[group as usize] |= footprint[face as usize];
            members.entry(group).or_default().push(face);
        }
        // A point's home is the largest piece of its ground.
        let mut largest: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
        for (&group, faces) in &members {
            let owner = self.owner[group as usize];
            if matches!(of.city.units[owner as usize].shape, geo::Geometry::Point(_)) {
                let area: f64 = faces.iter().map(|&f| self.layer.sizes.area_m2[f as usize]).sum();
                let best = largest.entry(owner).or_insert((area, group));
                if area > best.0 {
                    *best = (area, group);
                }
            }
        }
        for (_, group) in largest.into_values() {
            home[group as usize] = true;
        }
        // Only ground that is at home receives; what it received is at home, too.
        let (mut moved, mut moved_m2) = (Vec::new(), 0.0);
        let mut at_home: Vec<bool> =
            (0..faces as u32).map(|face| home[groups.find(face) as usize]).collect();
        let mut astray: Vec<Vec<u32>> =
            members.into_iter().filter(|(group, _)| !home[*group as usize]).map(|m| m.1).collect();
        loop {
            let before = astray.len();
            let mut told = Vec::new();
            astray.retain(|piece| {
                let enclosure = self.enclosure[piece[0] as usize];
                let shared = self.shared(piece, |beyond| {
                    at_home[beyond as usize] && self.enclosure[beyond as usize] == enclosure
                });
                let owner = most(&shared);
                told.extend(owner.map(|owner| (piece.clone(), owner)));
                owner.is_none()
            });
            for (piece, owner) in told {
                for face in piece {
                    self.owner[face as usize] = owner;
                    at_home[face as usize] = true;
                    moved_m2 += self.layer.sizes.area_m2[face as usize];
                }
                moved.push(owner);
            }
            if astray.len() == before {
                break;
            }
        }
        (moved, moved_m2)
    }

    /// Makes a cell of every enclosure, or part of one, that nobody owns; returns the community of
    /// each.
    fn open_ground(&mut self, first: u32, community: impl Fn(u32) -> u32) -> Vec<u32> {
        let faces = self.layer.faces.len();
        let mut groups = Groups::of(faces);
        let open = |settling: &Self, face: u32| {
            settling.owner[face as usize] == NONE && settling.enclosure[face as usize] != NONE
        };
        for e in 0..self.layer.edges.len() {
            let [left, right] = self.layer.faces.sides(e);
            let same = self.enclosure[left as usize] == self.enclosure[right as usize];
            if same && open(self, left) && open(self, right) {
                groups.join(left, right);
            }
        }
        let mut communities = Vec::new();
        for face in 1..faces as u32 {
            if !open(self, face) {
                continue;
            }
            let least = groups.find(face);
            self.owner[face as usize] = if least == face {
                communities.push(community(self.enclosure[face as usize]));
                first + communities.len() as u32 - 1
            } else {
                self.owner[least as usize]
            };
        }
        communities
    }
}

/// The first key of the largest value.
fn most(shares: &BTreeMap<u32, f64>) -> Option<u32> {
    shares
        .iter()
        .fold(None, |best: Option<(u32, f64)>, (&key, &share)| match best {
            Some((_, most)) if most >= share => best,
            _ => Some((key, share)),
        })
        .map(|(key, _)| key)
}
