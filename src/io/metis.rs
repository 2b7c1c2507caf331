//! Graphs in the format of METIS 5, so that solvers can be compared without geometry.

use crate::error::{Error, Fault, InputError, Place, Result};
use crate::graph::Graph;

/// Reads a graph in METIS 5 format from `text`; `file` names it in errors.
///
/// Vertex weights and edge weights are optional (`fmt` and `ncon` of the header); vertex sizes
/// (`fmt` 1xx) are skipped. Without vertex weights every vertex weighs 1, without edge weights
/// every edge costs 1. Source: METIS 5 manual, "Graph file".
///
/// # Errors
/// Where the text is not such a graph; the error names the line.
///
/// ```
/// let graph = evengrid::io::metis::read_graph("path.graph", "3 2\n2\n1 3\n2\n")?;
/// assert_eq!((graph.len(), graph.edge_count()), (3, 2));
/// # Ok::<(), evengrid::Error>(())
/// ```
pub fn read_graph(file: &str, text: &str) -> Result<Graph> {
    let fault = |line: usize, reason: String| -> Error {
        let reason = format!("line {line}: {reason}");
        let fault = Fault::NotReadable { format: "a METIS 5 graph", reason };
        InputError::new(Place::file(file), fault).into()
    };
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with('%'));
    let (at, header) = lines.next().ok_or_else(|| fault(1, "the file is empty".into()))?;
    let header: Vec<&str> = header.split_whitespace().collect();
    let number = |text: &str, line: usize| -> Result<i64> {
        text.parse().map_err(|_| fault(line + 1, format!("{text:?} is not a whole number")))
    };
    let (&[count, edges, ref rest @ ..], 2..=4) = (&header[..], header.len()) else {
        return Err(fault(at + 1, "the header needs 2 to 4 numbers".into()));
    };
    let n = usize::try_from(number(count, at)?)
        .map_err(|_| fault(at + 1, "the number of vertices is negative".into()))?;
    if n > text.len() {
        // Every vertex has a line: what is announced beyond that is not to take memory.
        return Err(fault(at + 1, format!("{n} vertices announced, which the file cannot hold")));
    }
    let stated_edges = number(edges, at)?;
    // Its digits from the right: costs of edges, weights, sizes.
    let mut flags = rest.first().unwrap_or(&"0").chars().rev().map(|digit| digit == '1');
    let mut flag = || flags.next().unwrap_or_default();
    let (costed, weighted, sizes) = (flag(), flag(), flag());
    let dimensions = match rest.get(1) {
        Some(text) => match number(text, at)? {
            count @ 1..=64 => count as usize,
            count => {
                return Err(fault(at + 1, format!("{count} weights a vertex, 1 to 64 can be")));
            }
        },
        None => 1,
    };

    let mut weights = Vec::with_capacity(n * dimensions);
    let mut edges = Vec::with_capacity(usize::try_from(stated_edges).unwrap_or(0).min(text.len()));
    let mut other_ends = Vec::with_capacity(edges.capacity());
    for v in 0..n {
        let (at, line) = lines
            .next()
            .ok_or_else(|| fault(v + 2, format!("{n} vertices announced, {v} found")))?;
        let mut fields = line.split_ascii_whitespace();
        if sizes {
            fields.next();
        }
        for _ in 0..dimensions {
            weights.push(if weighted {
                let text =
                    fields.next().ok_or_else(|| fault(at + 1, "a weight is missing".into()))?;
                number(text, at)?
            } else {
                1
            });
        }
        while let Some(text) = fields.next() {
            let target = number(text, at)?;
            if target < 1 || target > n as i64 {
                return Err(fault(at + 1, format!("neighbour {target} is not in 1..{n}")));
            }
            let cost = if costed {
                let text = fields
                    .next()
                    .ok_or_else(|| fault(at + 1, "an edge weight is missing".into()))?;
                number(text, at)?
            } else {
                1
            };
            match target as usize - 1 {
                other if other > v => edges.push((v as u32, other as u32, cost)),
                other => other_ends.push((other as u32, v as u32, cost)),
            }
        }
    }
    if let Some((line, text)) = lines.find(|(_, line)| !line.trim().is_empty()) {
        return Err(fault(line + 1, format!("{n} vertices announced, and then {text:?}")));
    }
    // Edges come by their lower end, other ends by the upper one: only sorted do they meet.
    let mut both = [edges.clone(), other_ends];
    both.iter_mut().for_each(|ends| ends.sort_unstable());
    if edges.len() as i64 != stated_edges || both[0] != both[1] {
        let met = both[0].iter().filter(|edge| both[1].binary_search(edge).is_ok()).count();
        let reason = format!("{stated_edges} edges announced, {met} found with both their ends");
        return Err(fault(at + 1, reason));
    }
    Graph::new(dimensions, weights, &edges)
}

#[cfg(test)]
#[path = "metis_tests.rs"]
mod tests;
