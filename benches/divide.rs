//! Dividing: jittered meshes of 10⁴ and 10⁵ units, two weights, 200 units a grid.

use criterion::{Criterion, criterion_group, criterion_main};
use evengrid::Graph;
use evengrid::divide::{Divider, Tolerance};

/// A square mesh with uneven populations and areas.
fn mesh(side: usize) -> Graph {
    let mut state = 1u64;
    let mut random = |bound: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut edges = Vec::with_capacity(2 * side * side);
    let mut weights = Vec::with_capacity(2 * side * side);
    for v in 0..side * side {
        weights.extend([random(60) as i64, 500 + random(1_000) as i64]);
        if (v + 1) % side != 0 {
            edges.push((v as u32, v as u32 + 1, 20 + random(20) as i64));
        }
        if v + side < side * side {
            edges.push((v as u32, (v + side) as u32, 20 + random(20) as i64));
        }
    }
    Graph::new(2, weights, &edges).expect("the mesh is sound")
}

fn divide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("divide");
    group.sample_size(10);
    for side in [100, 316] {
        let graph = mesh(side);
        let k = graph.len() / 200;
        let divider = Divider::new(vec![Tolerance::both(0.05), Tolerance::above(1.0)]);
        group.bench_function(format!("{}_units_{k}_grids", graph.len()), |bencher| {
            bencher.iter(|| divider.divide(&graph, k));
        });
    }
    group.finish();
}

criterion_group!(benches, divide);
criterion_main!(benches);
