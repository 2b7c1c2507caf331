use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::error::{Error, Result};

/// Up to so many sites, each client's are all measured and sorted; beyond, a spatial index finds
/// the near ones.
const ALL_MEASURED: usize = 4_096;

/// How far clients are from sites: a metric on points, or lists of what can be reached.
///
/// Points are never measured all against all at once: solvers ask for the nearest few, or for those
/// within a radius.
#[derive(Debug, Clone)]
pub struct Distances {
    clients: usize,
    sites: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Straight lines times a factor.
    Points {
        clients: Vec<[f64; 2]>,
        sites: Vec<[f64; 2]>,
        factor: f64,
    },
    Lists(Lists),
}

/// Of every client the sites near to it with their distances, nearest first, equally near ones by
/// number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lists {
    first: Vec<usize>,
    sites: Vec<u32>,
    lengths: Vec<f64>,
}

impl Lists {
    fn from_rows(rows: Vec<Vec<(f64, u32)>>) -> Lists {
        let entries = rows.iter().map(Vec::len).sum();
        let mut lists = Lists {
            first: Vec::with_capacity(rows.len() + 1),
            sites: Vec::with_capacity(entries),
            lengths: Vec::with_capacity(entries),
        };
        lists.first.push(0);
        for row in rows {
            lists.sites.extend(row.iter().map(|&(_, site)| site));
            lists.lengths.extend(row.iter().map(|&(length, _)| length));
            lists.first.push(lists.sites.len());
        }
        lists
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// Whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a client's list is empty.
    pub fn is_empty_at(&self, client: usize) -> bool {
        self.first[client] == self.first[client + 1]
    }

    /// The sites of a client, nearest first.
    pub fn sites(&self, client: usize) -> &[u32] {
        &self.sites[self.first[client]..self.first[client + 1]]
    }

    /// The distances of a client's sites, ascending.
    pub fn lengths(&self, client: usize) -> &[f64] {
        &self.lengths[self.first[client]..self.first[client + 1]]
    }

    /// The sites of a client with their distances.
    pub fn of(&self, client: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let sites = self.sites(client).iter().map(|&site| site as usize);
        sites.zip(self.lengths(client).iter().copied())
    }

    /// Turned around: of every site its clients, ascending.
    pub(super) fn by_site(&self, sites: usize) -> Lists {
        self.by_site_below(sites, |_| f64::INFINITY, |_| true)
    }

    /// As [`by_site`](Lists::by_site), with distances below a client's limit and some sites only.
    pub(super) fn by_site_below(
        &self,
        sites: usize,
        limit: impl Fn(usize) -> f64,
        counts: impl Fn(usize) -> bool,
    ) -> Lists {
        let near = |client| {
            let limit = limit(client);
            self.of(client).take_while(move |&(_, d)| d < limit).filter(|&(site, _)| counts(site))
        };
        let mut first = vec![0usize; sites + 1];
        for client in 0..self.len() {
            near(client).for_each(|(site, _)| first[site + 1] += 1);
        }
        for site in 0..sites {
            first[site + 1] += first[site];
        }
        let mut next = first.clone();
        let entries = first[sites];
        let mut turned = Lists { first, sites: vec![0; entries], lengths: vec![0.0; entries] };
        for client in 0..self.len() {
            for (site, length) in near(client) {
                turned.sites[next[site]] = client as u32;
                turned.lengths[next[site]] = length;
                next[site] += 1;
            }
        }
        turned
    }

    /// Number of entries in all lists.
    pub(super) fn entries(&self) -> usize {
        self.sites.len()
    }
}

impl Distances {
    /// Straight lines between points, times a factor (1 for the straight line itself).
    ///
    /// # Errors
    /// Where a coordinate is not finite or the factor not positive.
    pub fn between(clients: Vec<[f64; 2]>, sites: Vec<[f64; 2]>, factor: f64) -> Result<Self> {
        if !(factor > 0.0 && factor.is_finite()) {
            let problem = format!("a distance factor of {factor}");
            return Err(Error::request(problem, "give a positive number"));
        }
        if clients.iter().chain(&sites).flatten().any(|x| !x.is_finite()) {
            let problem = "a coordinate that is not finite";
            return Err(Error::request(problem, "give coordinates in metres"));
        }
        let (c, s) = (clients.len(), sites.len());
        Ok(Distances { clients: c, sites: s, kind: Kind::Points { clients, sites, factor } })
    }

    /// A table, client by client; a distance that is not finite says that the site cannot serve.
    ///
    /// # Errors
    /// Where there is not a distance for every pair, or a negative one.
    pub fn table(table: &[f64], clients: usize, sites: usize) -> Result<Self> {
        if clients.checked_mul(sites) != Some(table.len()) {
            return Err(Error::request(
                format!("{} distances are no table of {clients} × {sites}", table.len()),
                "give a distance for every pair, client by client",
            ));
        }
        let rows = table.chunks(sites.max(1)).map(|row| {
            let finite = row.iter().enumerate().filter(|(_, d)| d.is_finite());
            finite.map(|(site, &d)| (site, d)).collect::<Vec<_>>()
        });
        let empty = (0..if sites == 0 { clients } else { 0 }).map(|_| Vec::new());
        Self::lists(rows.chain(empty), sites)
    }

    /// Lists: of every client the sites that can serve it, and how far they are.
    ///
    /// # Errors
    /// Where a site does not exist or stands twice, or a distance is negative or not finite.
    pub fn lists(
        clients: impl IntoIterator<Item = Vec<(usize, f64)>>,
        sites: usize,
    ) -> Result<Self> {
        let mut rows = Vec::new();
        for (client, list) in clients.into_iter().enumerate() {
            let mut row = Vec::with_capacity(list.len());
            for (site, length) in list {
                if site >= sites || !(length >= 0.0 && length.is_finite()) {
                    return Err(Error::request(
                        format!("client {client} at distance {length} from site {site}"),
                        format!("give distances of 0 or more to the {sites} sites"),
                    ));
                }
                row.push((length, site as u32));
            }
            sort(&mut row);
            let mut numbers: Vec<u32> = row.iter().map(|r| r.1).collect();
            numbers.sort_unstable();
            if numbers.windows(2).any(|w| w[0] == w[1]) {
                let problem = format!("client {client} names a site twice");
                return Err(Error::request(problem, "name each site once"));
            }
            rows.push(row);
        }
        let kind = Kind::Lists(Lists::from_rows(rows));
        let clients = if let Kind::Lists(lists) = &kind { lists.len() } else { 0 };
        Ok(Distances { clients, sites, kind })
    }

    /// Number of clients.
    pub fn clients(&self) -> usize {
        self.clients
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Whether any site serves any client, as points do; lists may leave some out.
    pub(super) fn is_metric(&self) -> bool {
        matches!(self.kind, Kind::Points { .. })
    }

    /// The longest distance that a list holds; 0 where there is no list.
    pub(super) fn longest_listed(&self) -> f64 {
        match &self.kind {
            Kind::Points { .. } => 0.0,
            Kind::Lists(lists) => lists.lengths.iter().copied().fold(0.0, f64::max),
        }
    }

    /// The distance of a pair; `None` where the site is not on the client's list.
    pub fn get(&self, client: usize, site: usize) -> Option<f64> {
        match &self.kind {
            Kind::Points { clients, sites, factor } => {
                Some(factor * straight(clients[client], sites[site]))
            }
            Kind::Lists(lists) => lists.of(client).find(|&(s, _)| s == site).map(|(_, d)| d),
        }
    }

    /// The nearest of `open` sites for every client, the first of equally near ones.
    pub fn nearest(&self, open: &[usize]) -> Vec<Option<(usize, f64)>> {
        match &self.kind {
            Kind::Points { clients, sites, factor } => {
                let points = open.iter().map(|&s| GeomWithData::new(sites[s], s)).collect();
                let tree = RTree::bulk_load(points);
                let nearest = |client: &[f64; 2]| {
                    let found = tree.nearest_neighbors(client).into_iter().map(|f| f.data).min()?;
                    Some((found, factor * straight(*client, sites[found])))
                };
                clients.par_iter().with_min_len(256).map(nearest).collect()
            }
            Kind::Lists(lists) => {
                let mut is_open = vec![false; self.sites];
                open.iter().for_each(|&site| is_open[site] = true);
                (0..self.clients).map(|c| lists.of(c).find(|&(s, _)| is_open[s])).collect()
            }
        }
    }

    /// Lists of the `count` nearest sites of every client that are `allowed`; all where lists are
    /// what there is.
    pub(super) fn nearest_lists(&self, count: usize, allowed: &[bool]) -> Lists {
        let Kind::Points { clients, sites, factor } = &self.kind else {
            return self.within(f64::INFINITY, allowed);
        };
        let (numbers, points) = chosen(sites, allowed);
        if points.len() <= ALL_MEASURED {
            let row = |client: &[f64; 2]| {
                let all = numbers.iter().zip(&points);
                let mut row: Vec<_> =
                    all.map(|(&n, &at)| (factor * straight(*client, at), n)).collect();
                keep_nearest(&mut row, count);
                row
            };
            return Lists::from_rows(clients.par_iter().map(row).collect());
        }
        let tree = tree_of(&numbers, &points);
        let rows = clients.par_chunks(1_024).flat_map_iter(|chunk| {
            // Neighbours in the file are often neighbours on the ground: the last radius is a
            // good first guess. What is found does not depend on it.
            let mut radius_2 = 1.0;
            let tree = &tree;
            chunk.iter().map(move |&client| {
                let mut row: Vec<(f64, u32)> = Vec::new();
                loop {
                    row.clear();
                    let found = tree.locate_within_distance(client, radius_2);
                    row.extend(found.map(|f| (factor * straight(client, *f.geom()), f.data)));
                    if row.len() >= count || row.len() == tree.size() {
                        break;
                    }
                    radius_2 *= 2.0;
                }
                if row.len() > 3 * count {
                    radius_2 *= 0.5;
                }
                keep_nearest(&mut row, count);
                row
            })
        });
        Lists::from_rows(rows.collect())
    }

    /// Lists of the sites within `radius` of every client that are `allowed`.
    pub fn within(&self, radius: f64, allowed: &[bool]) -> Lists {
        match &self.kind {
            Kind::Lists(lists) => {
                let row = |client| {
                    let near = lists.of(client).take_while(|&(_, d)| d <= radius);
                    near.filter(|&(s, _)| allowed[s]).map(|(s, d)| (d, s as u32)).collect()
                };
                Lists::from_rows((0..self.clients).map(row).collect())
            }
            Kind::Points { clients, sites, factor } => {
                let (numbers, points) = chosen(sites, allowed);
                let tree = tree_of(&numbers, &points);
                // The index compares squares; a hair more than the radius is asked for, and the
                // distance itself decides.
                let reach = (radius / factor * (1.0 + 1e-9)).min(1e150);
                let row = |client: &[f64; 2]| {
                    let found = tree.locate_within_distance(*client, reach * reach);
                    let measured = found.map(|f| (factor * straight(*client, *f.geom()), f.data));
                    let mut row: Vec<_> = measured.filter(|r| r.0 <= radius).collect();
                    sort(&mut row);
                    row
                };
                Lists::from_rows(clients.par_iter().with_min_len(64).map(row).collect())
            }
        }
    }
}

fn chosen(sites: &[[f64; 2]], allowed: &[bool]) -> (Vec<u32>, Vec<[f64; 2]>) {
    let all = sites.iter().enumerate().filter(|(site, _)| allowed[*site]);
    all.map(|(site, &at)| (site as u32, at)).unzip()
}

fn tree_of(numbers: &[u32], points: &[[f64; 2]]) -> RTree<GeomWithData<[f64; 2], u32>> {
    let items = points.iter().zip(numbers).map(|(&at, &n)| GeomWithData::new(at, n));
    RTree::bulk_load(items.collect())
}

/// Bits of a key that hold the place in a row.
const PLACE_BITS: u32 = 20;

/// Keeps the `count` nearest, in order.
///
/// Rows are sorted by whole numbers, the leading bits of a distance before its place, which takes a
/// fraction of the time; what these leave open is mended by looking at the distances themselves.
fn keep_nearest(row: &mut Vec<(f64, u32)>, count: usize) {
    if count == 0 {
        row.clear();
        return;
    }
    if row.len() >= 1 << PLACE_BITS {
        sort(row);
        row.truncate(count);
        return;
    }
    // The bits of numbers from 0 on are in the order of the numbers.
    let leading = |length: f64| length.abs().to_bits() >> PLACE_BITS;
    let key =
        |(place, &(length, _)): (usize, &(f64, u32))| leading(length) << PLACE_BITS | place as u64;
    let mut keys: Vec<u64> = row.iter().enumerate().map(key).collect();
    if keys.len() > count {
        let last = *keys.select_nth_unstable(count - 1).1 >> PLACE_BITS;
        keys.retain(|key| key >> PLACE_BITS <= last);
    }
    keys.sort_unstable();
    let place = |key: u64| (key & ((1 << PLACE_BITS) - 1)) as usize;
    let mut nearest: Vec<(f64, u32)> = keys.into_iter().map(|key| row[place(key)]).collect();
    for alike in nearest.chunk_by_mut(|a, b| leading(a.0) == leading(b.0)) {
        sort(alike);
    }
    nearest.truncate(count);
    *row = nearest;
}

fn sort(row: &mut [(f64, u32)]) {
    row.sort_unstable_by(order);
}

fn order(a: &(f64, u32), b: &(f64, u32)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

/// Straight-line distance.
fn straight([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    let (x, y) = (ax - bx, ay - by);
    (x * x + y * y).sqrt()
}

#[cfg(test)]
#[path = "distances_tests.rs"]
mod tests;
