//! Dividing a graph, without files and shapes.

use std::ffi::c_char;

use evengrid::divide::{Divider, Tolerance};
use evengrid::{Error, Graph, Result};

use crate::border::{EvengridCode, Room, answer, array, null, text};

/// A graph in compressed sparse row form: the neighbours of vertex `v` are
/// `targets[offsets[v]]` to `targets[offsets[v + 1] - 1]`. Each edge stands twice, once at each end,
/// with the same cost.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct EvengridGraph {
    /// Number of vertices.
    pub vertices: usize,
    /// Where the neighbours of each vertex begin, and where the last ones end: `vertices + 1` numbers.
    pub offsets: *const usize,
    /// The neighbours.
    pub targets: *const u32,
    /// What cutting each edge costs, from 0, beside `targets`; NULL: 1 each.
    pub costs: *const i64,
    /// Weights per vertex: 1 where only people count, 2 with area, and so on.
    pub dimensions: usize,
    /// The weights, from 0, vertex by vertex: `vertices * dimensions` numbers.
    pub weights: *const i64,
}

/// How far the sum of a weight over a zone may lie from the mean of all zones.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct EvengridTolerance {
    /// Largest share below the mean, such as 0.05; INFINITY for no limit.
    pub lower: f64,
    /// Largest share above the mean; INFINITY for no limit.
    pub upper: f64,
}

/// The figures of a division.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct EvengridDivision {
    /// Sum over zones and weights of what lies outside of tolerance, as shares of the mean.
    pub violation: f64,
    /// A violation that no division can avoid.
    pub least_violation: f64,
    /// Sum of the costs of cut edges.
    pub cost: i64,
    /// A cost that no division without more violation falls below.
    pub least_cost: i64,
    /// Zones that are not connected; 0 unless the graph itself is in more pieces than zones.
    pub in_pieces: usize,
    /// Whether it is proved that no contiguous division is better.
    pub proved: bool,
}

/// Divides a graph into `zones` contiguous zones of even weights that cut edges of little cost.
///
/// `tolerances` has one for each weight; NULL stands for 0.05 on both sides of each. `effort` is
/// "fast", "balanced", "thorough" or a number of seconds; NULL stands for "balanced". The
/// same graph and seed give the same answer on any number of threads, but for seconds.
/// `zone_of_vertex` gets a zone, from 0, for every vertex; `division`, unless it is NULL, the figures.
///
/// Returns EVENGRID_CODE_INCOMPLETE where a zone is out of tolerance or in pieces.
///
/// # Safety
/// The pointers of `graph` point to as many values as it says, `tolerances` to `graph->dimensions`,
/// `zone_of_vertex` to room for `graph->vertices`, `effort` to text that ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn evengrid_divide(
    graph: *const EvengridGraph,
    zones: usize,
    tolerances: *const EvengridTolerance,
    effort: *const c_char,
    seed: u64,
    zone_of_vertex: *mut u32,
    division: *mut EvengridDivision,
) -> EvengridCode {
    answer(|| {
        // SAFETY: the caller vouches for the graph it points to.
        let given = unsafe { graph.as_ref() }.ok_or_else(|| null("graph"))?;
        // SAFETY: the caller vouches for its arrays.
        let graph = unsafe { read(given) }?;
        let tolerances = if tolerances.is_null() {
            vec![Tolerance::both(0.05); given.dimensions]
        } else {
            // SAFETY: the caller vouches for one for each weight.
            let given = unsafe { array(tolerances, given.dimensions, "tolerances") }?;
            given.iter().map(tolerance).collect::<Result<_>>()?
        };
        let mut divider = Divider { seed, ..Divider::new(tolerances) };
        if !effort.is_null() {
            // SAFETY: the caller vouches for the text.
            divider.effort = unsafe { text(effort, "effort") }?.parse()?;
        }
        // SAFETY: the caller vouches for the room.
        let zone_of_vertex = unsafe { Room::at(zone_of_vertex, given.vertices, "zone_of_vertex") }?;
        // SAFETY: as above.
        let division = unsafe { Room::for_one(division, "division") }?;
        let found = divider.divide(&graph, zones)?;
        zone_of_vertex.fill(&found.labels);
        division.fill(&[EvengridDivision {
            violation: found.violation,
            least_violation: found.least_violation,
            cost: found.cost,
            least_cost: found.least_cost,
            in_pieces: found.in_pieces,
            proved: found.proved,
        }]);
        let kept = found.violation == 0.0 && found.in_pieces == 0;
        let unmet = (!kept).then(|| {
            format!(
                "out of tolerance by {:.3} of a mean zone in all, {} zones in pieces",
                found.violation, found.in_pieces
            )
        });
        Ok(unmet.into())
    })
}

fn tolerance(given: &EvengridTolerance) -> Result<Tolerance> {
    let side = |share: f64| match share {
        f64::INFINITY => Ok(None),
        share if share >= 0.0 => Ok(Some(share)),
        share => Err(Error::request(
            format!("a tolerance of {share}"),
            "give shares of the mean from 0, such as 0.05, or INFINITY",
        )),
    };
    Ok(Tolerance { lower: side(given.lower)?, upper: side(given.upper)? })
}

/// The graph that C has.
///
/// # Safety
/// Its pointers point to as many values as it says.
unsafe fn read(given: &EvengridGraph) -> Result<Graph> {
    let wrong = |problem: String| Error::request(problem, "give the graph in CSR form");
    let too_many = || wrong(format!("{} vertices", given.vertices));
    let ends = given.vertices.checked_add(1).ok_or_else(too_many)?;
    // SAFETY: the caller vouches for the arrays.
    let offsets = unsafe { array(given.offsets, ends, "offsets") }?;
    if let Some(v) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(wrong(format!("offsets fall after vertex {v}")));
    }
    if offsets[0] != 0 {
        return Err(wrong(format!("offsets begin with {}, not with 0", offsets[0])));
    }
    let entries = offsets[given.vertices];
    // SAFETY: as above.
    let targets = unsafe { array(given.targets, entries, "targets") }?;
    let costs = if given.costs.is_null() {
        None
    } else {
        // SAFETY: as above.
        Some(unsafe { array(given.costs, entries, "costs") }?)
    };
    let weights = given.vertices.checked_mul(given.dimensions).ok_or_else(too_many)?;
    // SAFETY: as above.
    let weights = unsafe { array(given.weights, weights, "weights") }?;

    let (mut forth, mut back) = (Vec::new(), Vec::new());
    for v in 0..given.vertices {
        let from = u32::try_from(v).map_err(|_| too_many())?;
        for entry in offsets[v]..offsets[v + 1] {
            let (to, cost) = (targets[entry], costs.map_or(1, |costs| costs[entry]));
            match from.cmp(&to) {
                std::cmp::Ordering::Less => forth.push((from, to, cost)),
                std::cmp::Ordering::Greater => back.push((to, from, cost)),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    forth.sort_unstable();
    back.sort_unstable();
    let odd = forth.iter().zip(&back).find(|(one, other)| one != other);
    let lonely = forth.get(back.len()).or_else(|| back.get(forth.len()));
    if let Some((a, b, _)) = odd.map(|(one, other)| one.min(other)).or(lonely) {
        return Err(wrong(format!("the edge {a}-{b} does not stand at both ends alike")));
    }
    Graph::new(given.dimensions, weights.to_vec(), &forth)
}
