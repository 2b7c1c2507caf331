//! Whose ground each face of the tessellation is.

use std::collections::BTreeMap;

use super::enclosures::Enclosures;
use super::sharing::Shared;
use super::{Claims, Fence, Kinds, Layer, Tessellation};
use crate::error::Finding;
use crate::ground::areas::Areas;
use crate::ground::arrangement::covers;
use crate::ground::cells::EXAMPLES;
use crate::ground::coverage::NONE;
use crate::ground::groups::Groups;
use crate::ground::made::counted;

/// Footprints that share less ground than this touch, and no more (m²).
const LEAST_OVERLAP_M2: f64 = 0.01;

/// The owners of all faces.
pub(super) struct Owners {
    /// The cell of every face: a unit, or the number of units and more for open ground.
    pub(super) of_face: Vec<u32>,
    /// The community of every cell of open ground.
    pub(super) open_ground: Vec<u32>,
    pub(super) findings: Vec<Finding>,
}

/// Faces on their way to owners.
struct Settling<'a> {
    layer: &'a Layer,
    kinds: &'a Kinds,
    /// The enclosure of every face.
    enclosure: Vec<u32>,
    owner: Vec<u32>,
}

impl Owners {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn settle(
        of: &Tessellation,
        claims: &Claims,
        areas: &Areas,
        layer: &Layer,
        kinds: &Kinds,
        fences: &[Fence],
        shared: &Shared,
        enclosures: &Enclosures,
    ) -> Owners {
        let faces = layer.faces.len();
        let mut settling = Settling {
            layer,
            kinds,
            enclosure: enclosure_of_faces(layer, kinds, fences),
            owner: vec![NONE; faces],
        };
        let community =
            |enclosure: u32| enclosures.community.get(enclosure as usize).copied().unwrap_or(NONE);
        // Footprints first.
        let around = covers(&layer.edges, &layer.faces, |tag| kinds.ring(tag));
        let mut doubled: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (face, rings) in around.iter().enumerate() {
            let within = community(settling.enclosure[face]);
            if within == NONE {
                continue;
            }
            let over = areas.over(rings);
            settling.owner[face] = claims.winner(&over, within);
            let claimants = claims.of(&over, within);
            if claimants.len() > 1 {
                *doubled.entry(claimants).or_default() += layer.sizes.area_m2[face];
            }
        }
        doubled.retain(|_, area_m2| *area_m2 >= LEAST_OVERLAP_M2);
        let doubled_m2: f64 = doubled.values().sum();
        let footprint: Vec<bool> = settling.owner.iter().map(|&owner| owner != NONE).collect();
        settling.vote(shared);
        settling.spread();
        let (moved, moved_m2) = settling.rejoin(&footprint, of);
        settling.spread();
        let open_ground = if of.domain.is_free() {
            settling.spread_everywhere();
            Vec::new()
        } else {
            settling.open_ground(of.city.units.len() as u32, community)
        };

        let open_m2: f64 = (0..faces)
            .filter(|&f| settling.owner[f] != NONE && settling.owner[f] >= claims.units)
            .map(|f| layer.sizes.area_m2[f])
            .sum();
        let named = |units: &[u32]| {
            let mut units = units.to_vec();
            units.sort_unstable();
            units.dedup();
            units.iter().take(EXAMPLES).map(|&u| of.city.units[u as usize].id.clone()).collect()
        };
        let mut findings = Vec::new();
        let mut report = |kind: &str, count: usize, message: String, examples: Vec<String>| {
            if count > 0 {
                findings.push(Finding { kind: kind.into(), message, count, examples });
            }
        };
        report(
            "footprints-overlap",
            doubled.len(),
            format!(
                "{} overlap ({doubled_m2:.1} m² in all): the smaller building has the ground",
                counted(doubled.len(), "group of footprints", "groups of footprints")
            ),
            named(&doubled.into_keys().flatten().collect::<Vec<u32>>()),
        );
        report(
            "coincident-points",
            shared.spread.len(),
            "units are points at the place of another: they share the ground there".to_owned(),
            named(&shared.spread),
        );
        report(
            "cut-off-ground",
            moved.len(),
            format!(
                "{} nearest to a building it does not touch ({moved_m2:.1} m² in all): the cell \
                 with the longest border has it",
                counted(moved.len(), "piece of ground is", "pieces of ground are")
            ),
            named(&moved),
        );
        report(
            "open-ground",
            open_ground.len(),
            format!(
                "{} between barriers without any building ({open_m2:.0} m² in all): cells of their \
                 own, without people",
                counted(open_ground.len(), "enclosure", "enclosures")
            ),
            Vec::new(),
        );
        Owners { of_face: settling.owner, open_ground, findings }
    }
}

/// The enclosure of every face, as the fences around it tell.
fn enclosure_of_faces(layer: &Layer, kinds: &Kinds, fences: &[Fence]) -> Vec<u32> {
    let mut groups = Groups::of(layer.faces.len());
    let fence = |e: usize| {
        layer.edges.tags(e).find_map(|(tag, forward)| Some((kinds.fence(tag)?, forward)))
    };
    for e in 0..layer.edges.len() {
        if fence(e).is_none() {
            let [left, right] = layer.faces.sides(e);
            groups.join(left, right);
        }
    }
    let mut told = vec![NONE; layer.faces.len()];
    for e in 0..layer.edges.len() {
        if let Some((number, forward)) = fence(e) {
            let mut sides = fences[number as usize].sides;
            if !forward {
                sides.reverse();
            }
            for (face, enclosure) in layer.faces.sides(e).into_iter().zip(sides) {
                let slot = &mut told[groups.find(face) as usize];
                if *slot == NONE {
                    *slot = enclosure;
                }
            }
        }
    }
    (0..layer.faces.len() as u32).map(|face| told[groups.find(face) as usize]).collect()
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
                    let Some(border) = self.kinds.border(tag) else { continue };
                    let border = &shared.borders[border as usize];
                    if border.enclosure == enclosure {
                        let same_way = forward == (h % 2 == 0);
                        let label = if same_way { border.left } else { border.right };
                        *votes.entry(label).or_default() += self.length_m(h);
                    }
                }
            }
            self.owner[face as usize] = most(&votes).unwrap_or(NONE);
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
        let (mut moved, mut moved_m2) = (Vec::new(), 0.0);
        for (group, faces) in members.into_iter().filter(|(group, _)| !home[*group as usize]) {
            let enclosure = self.enclosure[group as usize];
            let own = self.owner[group as usize];
            let mut shared =
                self.shared(&faces, |beyond| self.enclosure[beyond as usize] == enclosure);
            shared.remove(&own);
            if let Some(owner) = most(&shared) {
                for &face in &faces {
                    self.owner[face as usize] = owner;
                    moved_m2 += self.layer.sizes.area_m2[face as usize];
                }
                moved.push(owner);
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
