use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

use super::cutting::{Metres, area, metres};
use super::grouping::Places;
use super::layout::{CENTRE, Layout};
use super::people::{People, PeopleCounts};
use crate::model::{City, Community, Unit};
use crate::random::Random;

/// Mean people of a household.
const HOUSEHOLD: f64 = 2.7;
/// Statistical code of the district whose scale is modelled (Jinchuan, Jinchang).
const DIVISION: &str = "620302";

/// A synthetic city, drawn from a seed: ground, people and organisations.
///
/// The default has the scale of Jinchang's Jinchuan district; none of it is real data, and
/// everything that is made from it says so. Parcels tile their community with shared vertices.
///
/// ```
/// use evengrid::generate::Generate;
///
/// let city = Generate::units(500).city();
/// assert_eq!(city.units.len(), 500);
/// assert!(city.modelled[0].contains("not real data"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generate {
    /// Number of units (parcels); each has 2,250 m² in the mean.
    pub units: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// Communities, drawn anew across the old ones.
    pub communities: usize,
    /// Communities before; their outlines are kept beside the city.
    pub old_communities: usize,
    /// Subdistricts.
    pub subdistricts: usize,
    /// People, exactly.
    pub population: usize,
    /// Party members, officers, stations, partners, ….
    pub people: PeopleCounts,
}

impl Default for Generate {
    fn default() -> Self {
        Generate {
            units: 20_000,
            seed: 1,
            communities: 26,
            old_communities: 16,
            subdistricts: 6,
            population: 300_000,
            people: PeopleCounts::default(),
        }
    }
}

/// A generated city, and what the model has no place for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GeneratedCity {
    /// The city.
    pub city: City,
    /// The old community of every unit.
    pub old_community_of_unit: Vec<u32>,
    /// Outlines of the old communities, in degrees.
    pub old_communities: Vec<MultiPolygon<f64>>,
}

impl Generate {
    /// A city of `units` parcels, everything else in proportion to the default.
    pub fn units(units: usize) -> Self {
        let default = Generate::default();
        let factor = units as f64 / default.units as f64;
        let scaled = |count: usize| ((count as f64 * factor).round() as usize).max(1);
        Generate {
            units: units.max(1),
            seed: default.seed,
            communities: scaled(default.communities),
            old_communities: scaled(default.old_communities),
            // A subdistrict code leaves three digits for communities.
            subdistricts: scaled(default.subdistricts),
            population: scaled(default.population),
            people: default.people.scaled(factor),
        }
    }

    /// The same city drawn from another seed.
    pub fn seed(self, seed: u64) -> Self {
        Generate { seed, ..self }
    }

    /// Draws the city.
    pub fn city(&self) -> City {
        self.run().city
    }

    /// Draws the city and keeps its old communities.
    pub fn run(&self) -> GeneratedCity {
        let layout = Layout::new(self.units.max(1), self.old_communities.max(1), self.seed);
        let units = layout.parcels.len();
        let population = self.populations(&layout);
        let estates = kept_estates(&layout, &population, self.population as f64 / units as f64);
        let division = self.communities(&layout, &population);

        let mut unit_of_parcel = Vec::with_capacity(units);
        for (i, (&face, &people)) in layout.parcels.iter().zip(&population).enumerate() {
            let estate = layout.estate[face as usize].filter(|&e| estates[e as usize]);
            unit_of_parcel.push(Unit {
                id: format!("u{:06}", i + 1),
                population: people as f64,
                households: Some((people as f64 / HOUSEHOLD).round()),
                community: Some(division.community_of_face[face as usize] as usize),
                estate: estate.map(|e| format!("e{:05}", e + 1)),
                lock: None,
                shape: layout.subdivision.polygon(face as usize).into(),
            });
        }
        let mut city = City {
            name: format!("Modelled city, seed {}", self.seed),
            communities: division.communities,
            units: unit_of_parcel,
            modelled: vec![format!(
                "all of it: modelled by evengrid generate, seed {}; not real data",
                self.seed
            )],
            ..City::default()
        };
        People { seed: self.seed, counts: Some(self.people.clone()) }.place(&mut city);

        let old = layout.old_community.iter().copied().max().map_or(0, |last| last as usize + 1);
        GeneratedCity {
            city,
            old_community_of_unit: layout
                .parcels
                .iter()
                .map(|&face| layout.old_community[face as usize])
                .collect(),
            old_communities: layout.subdivision.outlines(&layout.old_community, old),
        }
    }

    /// People per parcel, in parcel order: skewed as real buildings are, more where the city is
    /// dense, some parcels and whole blocks empty (parks, works), summing up exactly.
    fn populations(&self, layout: &Layout) -> Vec<u64> {
        let mut random = Random::stream(self.seed, "population");
        let park: Vec<bool> = (0..layout.blocks).map(|_| random.chance(0.02)).collect();
        let wish: Vec<f64> = layout
            .parcels
            .iter()
            .map(|&face| {
                let ring = ring(layout, face);
                // Drawn for every parcel, used or not, so that parcels do not depend on each other.
                let (skew, empty) = ((0.7 * random.normal()).exp(), random.chance(0.05));
                let weight = skew.min(6.0) * layout.density.at(middle(&ring)).powf(0.3);
                if empty || park[layout.block[face as usize] as usize] { 0.0 } else { weight }
            })
            .collect();
        share_out(self.population as u64, &wish)
    }

    fn communities(&self, layout: &Layout, population: &[u64]) -> Division {
        let mut random = Random::stream(self.seed, "communities");
        let blocks = block_places(layout, population);
        let community_of_block = blocks.group(self.communities.max(1), &mut random);
        let count = community_of_block.iter().max().map_or(0, |&last| last as usize + 1);
        let wholes = blocks.merged(&community_of_block, count);
        let subdistrict_of_community = wholes.group(self.subdistricts.max(1), &mut random);

        // By subdistrict, and from north to south within it.
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|&a, &b| {
            let north = wholes.centres[b][1].total_cmp(&wholes.centres[a][1]);
            subdistrict_of_community[a].cmp(&subdistrict_of_community[b]).then(north)
        });
        let mut number = vec![0u32; count];
        for (i, &community) in order.iter().enumerate() {
            number[community] = i as u32;
        }
        let community_of_face: Vec<u32> = layout
            .block
            .iter()
            .map(|&block| number[community_of_block[block as usize] as usize])
            .collect();
        let mut boundaries = layout.subdivision.outlines(&community_of_face, count);
        let width = if count < 100 { 2 } else { 4 };
        let mut sequence = vec![0; self.subdistricts.max(1)];
        let communities = order.iter().zip(boundaries.drain(..)).enumerate();
        let communities = communities
            .map(|(i, (&community, boundary))| {
                let subdistrict = subdistrict_of_community[community] as usize;
                sequence[subdistrict] += 1;
                Community {
                    id: format!("{DIVISION}{:03}{:03}", subdistrict + 1, sequence[subdistrict]),
                    name: format!("Community {:0width$} (modelled)", i + 1),
                    subdistrict: Some(format!("Subdistrict {:02} (modelled)", subdistrict + 1)),
                    grids: None,
                    boundary: Some(boundary),
                }
            })
            .collect();
        Division { communities, community_of_face }
    }
}

struct Division {
    communities: Vec<Community>,
    community_of_face: Vec<u32>,
}

fn ring(layout: &Layout, face: u32) -> Vec<Metres> {
    let subdivision = &layout.subdivision;
    subdivision.half_edges(face as usize).map(|h| metres(subdivision.origin(h), CENTRE)).collect()
}

fn middle(ring: &[Metres]) -> Metres {
    let n = ring.len() as f64;
    [0, 1].map(|i| ring.iter().map(|p| p[i]).sum::<f64>() / n)
}

/// Shares a whole number out in proportion to weights, by largest remainder; evenly where all
/// weights are 0.
fn share_out(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return share_out(total, &vec![1.0; weights.len().max(1)]);
    }
    let exact: Vec<f64> = weights.iter().map(|w| w / sum * total as f64).collect();
    let mut shares: Vec<u64> = exact.iter().map(|&e| e as u64).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let left = total.saturating_sub(shares.iter().sum()) as usize;
    for &i in order.iter().take(left) {
        shares[i] += 1;
    }
    shares
}

/// Which estates stay: inhabited ones with well fewer people than a grid.
fn kept_estates(layout: &Layout, population: &[u64], mean: f64) -> Vec<bool> {
    let count = layout.estate.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    let mut people = vec![0u64; count];
    for (&face, &p) in layout.parcels.iter().zip(population) {
        if let Some(estate) = layout.estate[face as usize] {
            people[estate as usize] += p;
        }
    }
    // 250 people where a parcel has 15 in the mean and a grid 650.
    people.into_iter().map(|p| p > 0 && p as f64 <= 250.0 / 15.0 * mean).collect()
}

fn block_places(layout: &Layout, population: &[u64]) -> Places {
    let mut blocks = Places {
        centres: vec![[0.0; 2]; layout.blocks],
        weights: vec![0.0; layout.blocks],
        neighbours: vec![Vec::new(); layout.blocks],
    };
    let mut size = vec![0.0; layout.blocks];
    for (&face, &people) in layout.parcels.iter().zip(population) {
        let block = layout.block[face as usize] as usize;
        let ring = ring(layout, face);
        let (centre, ground) = (middle(&ring), area(&ring));
        blocks.weights[block] += people as f64;
        size[block] += ground;
        for (sum, c) in blocks.centres[block].iter_mut().zip(centre) {
            *sum += ground * c;
        }
        for h in layout.subdivision.half_edges(face as usize) {
            if let Some(beyond) = layout.subdivision.face_beyond(h) {
                let other = layout.block[beyond];
                if other as usize != block {
                    blocks.neighbours[block].push(other);
                }
            }
        }
    }
    for (centre, size) in blocks.centres.iter_mut().zip(size) {
        *centre = centre.map(|c| c / size);
    }
    for neighbours in &mut blocks.neighbours {
        neighbours.sort_unstable();
        neighbours.dedup();
    }
    blocks
}

#[cfg(test)]
#[path = "town_tests.rs"]
mod tests;
