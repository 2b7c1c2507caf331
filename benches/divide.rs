//! The public functions of `divide`, on square meshes with uneven people and areas, 200 units a
//! grid.

use criterion::{Criterion, criterion_group, criterion_main};
use evengrid::Graph;
use evengrid::divide::{
    Divider, Effort, Footing, Shaping, Standing, Tolerance, Watch, unavoidable_violation,
};

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

fn tolerances() -> Vec<Tolerance> {
    vec![Tolerance::both(0.05), Tolerance::above(1.0)]
}

/// `Divider::divide`: by size, by effort, with a second tight tolerance, and to a proof.
fn divide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("divide");
    group.sample_size(10);
    let mut run = |name: &str, side: usize, k: usize, divider: Divider| {
        let graph = mesh(side);
        let name = format!("{name}_{}_units_{k}_grids", graph.len());
        group.bench_function(name, |bencher| bencher.iter(|| divider.divide(&graph, k)));
    };
    let by = |effort| Divider { effort, ..Divider::new(tolerances()) };
    for effort in [Effort::Fast, Effort::Balanced] {
        run(&effort.to_string(), 100, 50, by(effort));
        run(&effort.to_string(), 316, 500, by(effort));
    }
    let tight = vec![Tolerance::both(0.05), Tolerance::above(0.25)];
    run("two_weights", 100, 50, Divider::new(tight));
    run("proved", 5, 4, by(Effort::Balanced));
    group.finish();
}

/// `Divider::divide_shaped`, round blocks that reach no farther than they may.
fn divide_shaped(criterion: &mut Criterion) {
    let side = 60;
    let graph = mesh(side);
    let square = |v: usize| {
        let [x, y] = [(v % side) as f64 * 30.0, (v / side) as f64 * 30.0];
        let corners = [[x, y], [x + 30.0, y], [x, y + 30.0], [x + 30.0, y + 30.0]];
        let (area, [x, y]) = (900.0, [x + 15.0, y + 15.0]);
        let around = area * area / 6.0;
        Footing::new([area, area * x, area * y, area * (x * x + y * y) + around], corners)
    };
    let shaping = Shaping {
        compactness: 1.0,
        evenness: 0.0,
        max_diameter: Some(600.0),
        cost_per_metre: 1.0,
        footings: (0..graph.len()).map(square).collect(),
    };
    let divider = Divider::new(tolerances());
    let mut group = criterion.benchmark_group("divide_shaped");
    group.sample_size(10);
    group.bench_function("3600_units_18_grids", |bencher| {
        bencher.iter(|| divider.divide_shaped(&graph, 18, &shaping, Watch::default()));
    });
    group.finish();
}

/// `Divider::mend`, after some people came and one grid more was asked for.
fn mend(criterion: &mut Criterion) {
    let graph = mesh(60);
    let divider = Divider::new(tolerances());
    let block = divider.divide(&graph, 18).expect("it can be divided").labels;
    let standing = Standing {
        place: vec![u32::MAX; graph.len()],
        stay: (0..graph.len()).map(|v| 100 * graph.weights(v)[0]).collect(),
        closed: vec![false; 18],
        tolerated: vec![(i64::MAX, 0); 2 * 18],
        stay_first: true,
        diameters: None,
        block,
    };
    let mut group = criterion.benchmark_group("mend");
    group.sample_size(10);
    group.bench_function("3600_units_18_to_19_grids", |bencher| {
        bencher.iter(|| divider.mend(&graph, 19, &standing));
    });
    group.finish();
}

/// `unavoidable_violation`: sums of weights.
fn bound(criterion: &mut Criterion) {
    let graph = mesh(100);
    criterion.bench_function("unavoidable_violation_10000_units", |bencher| {
        bencher.iter(|| unavoidable_violation(&graph, 50, 0, Tolerance::both(0.05)));
    });
}

criterion_group!(benches, divide, divide_shaped, mend, bound);
criterion_main!(benches);
