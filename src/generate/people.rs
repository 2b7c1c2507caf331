use geo::{BoundingRect, Centroid, Coord, Geometry, Intersects, MultiPolygon, Point, Rect};
use serde::{Deserialize, Serialize};

use super::subdivision::{degrees, position};
use crate::model::{
    CandidateHousehold, City, EstateBodies, MemberHousehold, Offers, Officer, Partner,
    ReportingMember, Station, StationStatus, Worker,
};
use crate::random::Random;

/// Draws before a point inside a unit is given up for the unit's middle.
const DRAWS: usize = 256;
/// Shares of member households with one, two and three party members. At 9,513 members they make
/// some 4,300 households: 659 central households with ten links each can serve that many, grid by
/// grid.
const HOUSEHOLD_SIZES: [f64; 3] = [0.2, 0.4, 0.4];
/// Share of party members who are probationary.
const PROBATIONARY: f64 = 0.03;
/// Main skills of the roster and how many in [`WORKERS`] have each: as the usual roles of service
/// teams ask for, a few short of all posts at the default scale.
const SKILLS: [(&str, usize); 7] = [
    ("community-work", 400),
    ("grid-work", 900),
    ("party-building", 26),
    ("law", 24),
    ("mediation", 110),
    ("health", 95),
    ("safety", 125),
];
/// Sum of the above.
const WORKERS: usize = 1_680;
/// Share of workers with a second skill.
const SECOND_SKILL: f64 = 0.1;
/// Shares of estates with an owners' committee and with a property company, and estates that one
/// company keeps.
const ESTATE_BODIES: (f64, f64, usize) = (0.6, 0.8, 12);
/// What partners need, can give, and work on.
const CATEGORIES: [&str; 12] = [
    "care for the elderly",
    "care for children",
    "culture and sports",
    "employment",
    "environment",
    "fire safety",
    "health",
    "law and mediation",
    "meeting rooms",
    "repairs",
    "teaching",
    "volunteers",
];

/// How many people and places of each kind to model.
///
/// The default is the scale of Jinchang: a city of about 300,000 people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleCounts {
    /// Party members living in member households, one to three in each.
    pub party_members: usize,
    /// Households that could be a central household.
    pub candidates: usize,
    /// Auxiliary officers.
    pub officers: usize,
    /// Stations of the 15-minute service circle.
    pub stations: usize,
    /// Centres, the larger kind of station.
    pub centres: usize,
    /// Partner organisations.
    pub partners: usize,
    /// Members who report to a community.
    pub reporting_members: usize,
    /// Organisations the reporting members work for.
    pub organisations: usize,
    /// People on the roster of service teams.
    pub workers: usize,
}

impl Default for PeopleCounts {
    fn default() -> Self {
        PeopleCounts {
            party_members: 9_513,
            candidates: 4_000,
            officers: 26,
            stations: 27,
            centres: 9,
            partners: 516,
            reporting_members: 18_000,
            organisations: 450,
            workers: WORKERS,
        }
    }
}

impl PeopleCounts {
    /// Every count times a factor, rounded; at least one of each.
    pub fn scaled(&self, factor: f64) -> Self {
        let scaled = |count: usize| ((count as f64 * factor).round() as usize).max(1);
        PeopleCounts {
            party_members: scaled(self.party_members),
            candidates: scaled(self.candidates),
            officers: scaled(self.officers),
            stations: scaled(self.stations),
            centres: scaled(self.centres),
            partners: scaled(self.partners),
            reporting_members: scaled(self.reporting_members),
            organisations: scaled(self.organisations),
            workers: scaled(self.workers),
        }
    }

    /// What dividing and staffing a real city needs: member households, candidates and stations in
    /// proportion to its population, an officer per community, no organisation.
    pub fn for_city(city: &City) -> Self {
        let people: f64 = city.units.iter().map(|unit| unit.population).sum();
        let counts = PeopleCounts::default().scaled(people / 300_000.0);
        PeopleCounts {
            officers: city.communities.len().max(1),
            partners: 0,
            reporting_members: 0,
            organisations: 0,
            workers: 0,
            ..counts
        }
    }
}

/// Models people for a city that has none: points inside its units, where people live.
///
/// ```
/// use evengrid::generate::{Generate, People};
///
/// let mut city = Generate::units(200).city();
/// city.members.clear();
/// city.candidates.clear();
/// city.officers.clear();
/// People::default().seed(7).populate(&mut city);
/// assert!(!city.members.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Seed of all draws.
    pub seed: u64,
    /// How many of each; `None`: [`PeopleCounts::for_city`].
    pub counts: Option<PeopleCounts>,
}

impl Default for People {
    fn default() -> Self {
        People { seed: 1, counts: None }
    }
}

impl People {
    /// The same with another seed.
    pub fn seed(self, seed: u64) -> Self {
        People { seed, ..self }
    }

    /// Adds the people to the city and says in [`City::modelled`] that they are modelled. Where
    /// nobody lives there is nobody to add.
    pub fn populate(&self, city: &mut City) {
        self.place(city);
        city.modelled.push(format!(
            "households, officers and stations: modelled by evengrid generate, seed {}; not real data",
            self.seed
        ));
    }

    /// Adds the people.
    pub(super) fn place(&self, city: &mut City) {
        let counts = self.counts.clone().unwrap_or_else(|| PeopleCounts::for_city(city));
        let homes = Homes::of(city);
        if homes.shapes.is_empty() {
            return;
        }
        let members = self.members(counts.party_members, &homes);
        let candidates = self.candidates(counts.candidates, &members, &homes);
        let officers: Vec<_> = self
            .spread(counts.officers, "officers", &homes)
            .map(|(i, position)| Officer {
                id: format!("o{i:03}"),
                position,
                prefers: Vec::new(),
                avoids: Vec::new(),
                skills: Vec::new(),
            })
            .collect();
        let mut stations = Vec::new();
        for (kind, count) in [("station", counts.stations), ("centre", counts.centres)] {
            stations.extend(self.spread(count, kind, &homes).map(|(i, position)| {
                let id = format!("{kind}-{i:02}");
                let (kind, status) = (Some(kind.to_owned()), StationStatus::default());
                Station { id, position, kind, capacity: None, status }
            }));
        }
        let partners = self.partners(counts.partners, &homes);
        let reporting =
            self.reporting_members(counts.reporting_members, counts.organisations, &homes);
        let workers = self.workers(counts.workers, &homes);

        city.members.extend(members);
        city.candidates.extend(candidates);
        city.officers.extend(officers);
        city.stations.extend(stations);
        city.partners.extend(partners);
        city.reporting_members.extend(reporting);
        city.workers.extend(workers);
        if counts.partners > 0 {
            city.community_offers = self.offers(city.communities.len());
        }
        if counts.workers > 0 {
            city.estates.extend(self.estates(city));
        }
    }

    /// Points spread evenly over the population, with their numbers from 1.
    fn spread(
        &self,
        count: usize,
        kind: &str,
        homes: &Homes<'_>,
    ) -> impl Iterator<Item = (usize, Point<f64>)> {
        let points = homes.spread(count, &mut Random::stream(self.seed, kind));
        points.into_iter().enumerate().map(|(i, point)| (i + 1, point))
    }

    fn members(&self, party_members: usize, homes: &Homes<'_>) -> Vec<MemberHousehold> {
        let mut random = Random::stream(self.seed, "members");
        let mut state = Random::stream(self.seed, "probationary");
        let mut left = party_members as u32;
        let mut members = Vec::new();
        while left > 0 {
            let size = household_size(&mut random).min(left);
            left -= size;
            let id = format!("m{:05}", members.len() + 1);
            let position = homes.anywhere(&mut random);
            let probationary = (0..size).map(|_| u32::from(state.chance(PROBATIONARY))).sum();
            members.push(MemberHousehold { id, position, members: size, probationary });
        }
        members
    }

    /// Half of them member households, taken evenly where members live; the others spread over the
    /// population. So a grid with many members has many, and one with few has some.
    fn candidates(
        &self,
        count: usize,
        members: &[MemberHousehold],
        homes: &Homes<'_>,
    ) -> Vec<CandidateHousehold> {
        let mut order: Vec<Point<f64>> = members.iter().map(|m| m.position).collect();
        order.sort_by_key(|point| z_order(point.0));
        let among_members = (count / 2).min(order.len());
        let own = (0..among_members).map(|i| order[i * order.len() / among_members]);
        let others = self.spread(count - among_members, "candidates", homes).map(|(_, at)| at);
        own.chain(others)
            .enumerate()
            .map(|(i, position)| CandidateHousehold { id: format!("h{:05}", i + 1), position })
            .collect()
    }

    fn partners(&self, count: usize, homes: &Homes<'_>) -> Vec<Partner> {
        let mut random = Random::stream(self.seed, "partners");
        let partner = |i| Partner {
            id: format!("p{i:04}"),
            position: homes.anywhere(&mut random),
            needs: some_of(&mut random, ""),
            resources: some_of(&mut random, ""),
            projects: some_of(&mut random, " project"),
        };
        (1..=count).map(partner).collect()
    }

    /// What communities need and offer. Two in five or so of all pairs of a partner and a community
    /// have nothing in common.
    fn offers(&self, communities: usize) -> Vec<Offers> {
        let mut random = Random::stream(self.seed, "offers");
        let offers = |_| Offers {
            needs: some_of(&mut random, ""),
            resources: some_of(&mut random, ""),
            projects: some_of(&mut random, " project"),
            requires: Vec::new(),
        };
        (0..communities).map(offers).collect()
    }

    fn reporting_members(
        &self,
        count: usize,
        organisations: usize,
        homes: &Homes<'_>,
    ) -> Vec<ReportingMember> {
        let mut random = Random::stream(self.seed, "reporting members");
        let member = |i| ReportingMember {
            id: format!("r{i:05}"),
            organisation: format!("organisation {:03}", random.below(organisations) + 1),
            position: homes.anywhere(&mut random),
        };
        (1..=count).map(member).collect()
    }
}

impl People {
    fn workers(&self, count: usize, homes: &Homes<'_>) -> Vec<Worker> {
        let mut random = Random::stream(self.seed, "workers");
        let worker = |i: usize| {
            // The i-th of `count` as the same share of the default roster.
            let mut rank = i * WORKERS / count;
            let main = SKILLS.iter().position(|&(_, n)| match rank.checked_sub(n) {
                Some(rest) => {
                    rank = rest;
                    false
                }
                None => true,
            });
            let main = main.unwrap_or(0);
            let mut skills = vec![SKILLS[main].0.to_owned()];
            let second = random.below(SKILLS.len());
            if random.chance(SECOND_SKILL) && second != main {
                skills.push(SKILLS[second].0.to_owned());
            }
            let position = homes.anywhere(&mut random);
            Worker { id: format!("w{:04}", i + 1), position, skills }
        };
        (0..count).map(worker).collect()
    }

    /// A committee and a company for some of the estates, in order of first appearance.
    fn estates(&self, city: &City) -> Vec<EstateBodies> {
        let mut random = Random::stream(self.seed, "estates");
        let (committees, companies, kept) = ESTATE_BODIES;
        let mut seen = std::collections::HashSet::new();
        let mut first: Vec<(&str, &Geometry<f64>)> = Vec::new();
        for unit in &city.units {
            if let Some(estate) = unit.estate.as_deref().filter(|estate| seen.insert(*estate)) {
                first.push((estate, &unit.shape));
            }
        }
        let company_count = first.len().div_ceil(kept).max(1);
        let bodies = first.into_iter().map(|(estate, shape)| {
            let position = point_inside(shape, |_| true, &mut random);
            let company = random.below(company_count) + 1;
            EstateBodies {
                estate: estate.to_owned(),
                position,
                owners_committee: random
                    .chance(committees)
                    .then(|| format!("owners' committee of {estate}")),
                property_company: random
                    .chance(companies)
                    .then(|| format!("property company {company:03}")),
            }
        });
        bodies.filter(|b| b.owners_committee.is_some() || b.property_company.is_some()).collect()
    }
}

fn household_size(random: &mut Random) -> u32 {
    let drawn = random.unit();
    if drawn < HOUSEHOLD_SIZES[0] {
        1
    } else if drawn < HOUSEHOLD_SIZES[0] + HOUSEHOLD_SIZES[1] {
        2
    } else {
        3
    }
}

/// One to three different categories.
fn some_of(random: &mut Random, suffix: &str) -> Vec<String> {
    let mut chosen: Vec<usize> =
        (0..=random.below(3)).map(|_| random.below(CATEGORIES.len())).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|c| format!("{}{suffix}", CATEGORIES[c])).collect()
}

/// Where people live: units with their share of the population.
struct Homes<'a> {
    shapes: Vec<&'a Geometry<f64>>,
    /// The community of each, which most people of a unit that reaches beyond live in, too.
    communities: Vec<usize>,
    /// Where there are boundaries, nobody lives beyond them, though a house may reach there: each
    /// with its extent, by community.
    boundaries: Vec<Option<(Rect<f64>, &'a MultiPolygon<f64>)>>,
    /// Running sums of population, in an order that keeps neighbours together.
    sums: Vec<f64>,
}

impl<'a> Homes<'a> {
    fn of(city: &'a City) -> Self {
        let mut order: Vec<(usize, u64, &Geometry<f64>, f64)> = city
            .units
            .iter()
            .filter(|unit| unit.population > 0.0)
            .map(|unit| {
                let centre = unit.shape.bounding_rect().map_or(Coord::default(), |r| r.center());
                let community = unit.community.unwrap_or(usize::MAX);
                (community, z_order(centre), &unit.shape, unit.population)
            })
            .collect();
        order.sort_by_key(|&(community, place, ..)| (community, place));
        let sums = order.iter().scan(0.0, |sum, home| {
            *sum += home.3;
            Some(*sum)
        });
        let sums = sums.collect();
        let bounded = |boundary: &'a MultiPolygon<f64>| Some((boundary.bounding_rect()?, boundary));
        let boundaries = city.communities.iter().map(|c| c.boundary.as_ref().and_then(bounded));
        Homes {
            communities: order.iter().map(|home| home.0).collect(),
            shapes: order.into_iter().map(|home| home.2).collect(),
            boundaries: boundaries.collect(),
            sums,
        }
    }

    /// A point drawn with the population.
    fn anywhere(&self, random: &mut Random) -> Point<f64> {
        let rank = random.unit();
        self.at(rank, random)
    }

    /// Points spread evenly over the population: one in each of `count` equal shares of it.
    fn spread(&self, count: usize, random: &mut Random) -> Vec<Point<f64>> {
        (0..count)
            .map(|i| {
                let rank = (i as f64 + random.between(0.35, 0.65)) / count as f64;
                self.at(rank, random)
            })
            .collect()
    }

    /// A point in the unit at `rank` (from 0 to 1) of the population.
    fn at(&self, rank: f64, random: &mut Random) -> Point<f64> {
        let Some(&total) = self.sums.last() else { return Point::new(0.0, 0.0) };
        let home = self.sums.partition_point(|&sum| sum <= rank * total);
        let home = home.min(self.shapes.len() - 1);
        let within = |point: &Point<f64>| self.is_within(point, self.communities[home]);
        point_inside(self.shapes[home], within, random)
    }

    /// Whether a point is within any boundary: most are within the one of their own community, and
    /// all others are asked only where their extent holds it.
    fn is_within(&self, point: &Point<f64>, own: usize) -> bool {
        let holds = |(extent, boundary): &(Rect<f64>, &MultiPolygon<f64>)| {
            extent.intersects(point) && boundary.intersects(point)
        };
        let near = self.boundaries.get(own).and_then(Option::as_ref);
        near.is_some_and(holds)
            || self.boundaries.iter().all(Option::is_none)
            || self.boundaries.iter().flatten().any(holds)
    }
}

/// A point inside a shape and `within` what else it must be in, drawn evenly, with seven decimals.
fn point_inside(
    shape: &Geometry<f64>,
    within: impl Fn(&Point<f64>) -> bool,
    random: &mut Random,
) -> Point<f64> {
    let Some(bounds) = shape.bounding_rect() else { return Point::new(0.0, 0.0) };
    let drawn = (0..DRAWS).find_map(|_| {
        let x = random.between(bounds.min().x, bounds.max().x);
        let y = random.between(bounds.min().y, bounds.max().y);
        let point = Point(degrees(position(Coord { x, y })));
        (shape.intersects(&point) && within(&point)).then_some(point)
    });
    let middle = || shape.centroid().unwrap_or_else(|| bounds.center().into());
    drawn.unwrap_or_else(|| Point(degrees(position(middle().0))))
}

/// Morton's key: nearby places mostly get nearby keys.
fn z_order(place: Coord<f64>) -> u64 {
    let spread = |value: f64| {
        let mut bits = ((value + 180.0) / 360.0 * f64::from(u32::MAX)) as u64;
        for (shift, mask) in [
            (16, 0x0000_FFFF_0000_FFFF_u64),
            (8, 0x00FF_00FF_00FF_00FF),
            (4, 0x0F0F_0F0F_0F0F_0F0F),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | bits << shift) & mask;
        }
        bits
    };
    spread(place.x) | spread(place.y) << 1
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
