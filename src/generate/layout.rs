//! A city cut into old communities, street blocks and parcels, from the outline inwards.

use super::cutting::{Cut, Metres, Ring, Wish, area, position};
use super::subdivision::{Position, Subdivision};
use crate::random::Random;

/// Where the modelled city lies: 102.19° east, 38.52° north, in 1e-7 degrees.
pub(super) const CENTRE: Position = [1_021_900_000, 385_200_000];
/// Mean area of a parcel, m²: 20,000 of them make a city of 45 km².
const PARCEL_M2: f64 = 2_250.0;
/// Faces with more parcels than this are shared out by density, smaller ones by area alone.
const LARGE: usize = 48;

/// A city's ground: its parcels and what they belong to, parallel to the faces.
pub(super) struct Layout {
    pub(super) subdivision: Subdivision,
    /// Faces in the order of units: neighbours mostly follow each other.
    pub(super) parcels: Vec<u32>,
    pub(super) old_community: Vec<u32>,
    pub(super) block: Vec<u32>,
    pub(super) estate: Vec<Option<u32>>,
    pub(super) blocks: usize,
    pub(super) density: Density,
}

/// How densely the city is built: a centre and two lesser ones.
pub(super) struct Density {
    radius: f64,
    centres: [(Metres, f64); 3],
}

impl Density {
    fn new(radius: f64, random: &mut Random) -> Self {
        let mut aside = |weight: f64| {
            let angle = random.between(0.0, std::f64::consts::TAU);
            let far = random.between(0.45, 0.65) * radius;
            ([far * angle.cos(), far * angle.sin()], weight)
        };
        let centres = [([0.0, 0.0], 1.0), aside(0.22), aside(0.12)];
        Density { radius, centres }
    }

    /// Parcels per area at a place, relative.
    pub(super) fn at(&self, place: Metres) -> f64 {
        let centres = self.centres.iter().map(|&(centre, weight)| {
            let far = [place[0] - centre[0], place[1] - centre[1]].map(|d| d / self.radius);
            weight / (0.1 * weight.sqrt() + far[0] * far[0] + far[1] * far[1])
        });
        1.6 + centres.sum::<f64>()
    }

    /// Parcels in a ring, relative: the density summed over small triangles.
    fn over(&self, ring: &[Metres]) -> f64 {
        const STEPS: usize = 4;
        let n = ring.len() as f64;
        let middle = [0, 1].map(|i| ring.iter().map(|p| p[i]).sum::<f64>() / n);
        let triangles = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&p, &q)| {
            let size = area(&[middle, p, q]);
            let strips = (0..STEPS).map(|strip| {
                let inwards = (strip as f64 + 0.6) / STEPS as f64;
                let share = (2 * strip + 1) as f64 / (STEPS * STEPS) as f64;
                let at = [0, 1].map(|i| middle[i] + inwards * ((p[i] + q[i]) / 2.0 - middle[i]));
                share * self.at(at)
            });
            size * strips.sum::<f64>()
        });
        triangles.sum()
    }
}

/// A face still to be cut, with the parcels it is to hold.
struct Task {
    face: usize,
    parcels: usize,
    /// First of the old communities that share the face, and how many they are.
    old: (u32, u32),
    block: Option<u32>,
    estate: Option<u32>,
}

impl Layout {
    /// A city of `parcels` parcels in `old_communities`.
    pub(super) fn new(parcels: usize, old_communities: usize, seed: u64) -> Self {
        let mut random = Random::stream(seed, "layout");
        let radius = (parcels as f64 * PARCEL_M2 / std::f64::consts::PI).sqrt();
        let outline = outline(radius, parcels, &mut random);
        let mut layout = Layout {
            subdivision: Subdivision::new(&outline),
            parcels: Vec::with_capacity(parcels),
            old_community: vec![0],
            block: vec![0],
            estate: vec![None],
            blocks: 0,
            density: Density::new(radius, &mut random),
        };
        layout.cut_all(parcels, old_communities as u32, &mut random);
        layout
    }

    fn cut_all(&mut self, parcels: usize, old_communities: u32, random: &mut Random) {
        let (mut estates, mut block_size) = (0, 0);
        let mut owed = 0;
        let mut tasks =
            vec![Task { face: 0, parcels, old: (0, old_communities), block: None, estate: None }];
        while let Some(mut task) = tasks.pop() {
            task.parcels += std::mem::take(&mut owed);
            if task.block.is_none() && (task.old.1 == 1 || task.parcels == 1) {
                if block_size == 0 {
                    block_size = 12 + random.below(20);
                }
                if task.parcels <= block_size {
                    task.block = Some(self.blocks as u32);
                    self.blocks += 1;
                    block_size = 0;
                }
            }
            let estate_size = (2..=8).contains(&task.parcels);
            if task.block.is_some() && task.estate.is_none() && estate_size && random.chance(0.14) {
                task.estate = Some(estates);
                estates += 1;
            }
            if task.parcels > 1
                && let Some(halves) = self.halve(&task, random)
            {
                tasks.extend(halves);
                continue;
            }
            // A face of a shape that nothing cuts stays whole; the next one gets its parcels.
            owed = task.parcels - 1;
            self.parcels.push(task.face as u32);
            self.old_community[task.face] = task.old.0;
            self.block[task.face] = task.block.unwrap_or(0);
            self.estate[task.face] = task.estate;
        }
    }

    fn halve(&mut self, task: &Task, random: &mut Random) -> Option<[Task; 2]> {
        let ring = Ring::of(&self.subdivision, task.face, CENTRE);
        let (n, large) = (task.parcels, task.parcels > LARGE);
        let fewer = (n + random.below(2)) / 2;
        let wish = Wish {
            share: if large { random.between(0.42, 0.58) } else { fewer as f64 / n as f64 },
            parcel: (area(&ring.points) / n as f64).sqrt(),
            turn: if large { 0.12 } else { 0.035 },
            street: n > 4 * LARGE,
        };
        let Cut { from, bends, to, right } = ring.cut(&wish, random)?;
        let right_parcels = if large {
            let share = self.density.over(&right) / self.density.over(&ring.points);
            ((share * n as f64).round() as usize).clamp(1, n - 1)
        } else {
            n - fewer
        };
        let old_right = if task.old.1 > 1 {
            let share = right_parcels as f64 / n as f64;
            ((share * f64::from(task.old.1)).round() as u32).clamp(1, task.old.1 - 1)
        } else {
            0
        };
        let new = self.subdivision.cut(task.face, from, &bends, to);
        self.old_community.push(0);
        self.block.push(0);
        self.estate.push(None);
        let (first, count) = task.old;
        let single = task.old.1 == 1;
        let (block, estate) = (task.block, task.estate);
        let part = |face, parcels, old| Task { face, parcels, old, block, estate };
        let right_old = if single { task.old } else { (first + count - old_right, old_right) };
        Some([
            part(task.face, n - right_parcels, (first, if single { 1 } else { count - old_right })),
            part(new, right_parcels, right_old),
        ])
    }
}

/// A wavy outline, counter-clockwise.
fn outline(radius: f64, parcels: usize, random: &mut Random) -> Vec<Position> {
    let corners = ((4.0 * (parcels as f64).sqrt()) as usize).clamp(8, 120);
    let waves: Vec<(f64, f64)> = (2..7)
        .map(|k| (random.between(-0.22, 0.22) / f64::from(k), random.between(0.0, 6.3)))
        .collect();
    (0..corners)
        .map(|i| {
            let angle = i as f64 / corners as f64 * std::f64::consts::TAU;
            let swell: f64 = waves
                .iter()
                .enumerate()
                .map(|(k, &(height, phase))| height * ((k as f64 + 2.0) * angle + phase).cos())
                .sum();
            let far = radius * (1.0 + swell);
            position([far * angle.cos(), far * angle.sin()], CENTRE)
        })
        .collect()
}
