"""Sets evengrid's divider beside METIS, KaHIP, Mt-KaHyPar and GerryChain, in one run.

    cargo build --release --example divide_graph
    pip install -r benches/peers/requirements-divide.txt      # and gpmetis (Debian: metis) for two weights
    python3 benches/peers/divide.py [--cases 10000,denver,...] [--seeds 3] [--plot FILE.svg] [--json FILE]

Every solver has one thread and gets the same graph; every answer is judged here, from the labels alone.
What is told: processor seconds without reading (the least of all seeds: a shared machine only adds),
the mean cut, the least and largest load over all seeds, and grids in pieces and grids within the
tolerances (means). Cases: 10000 and 100000 (city-like graphs, population within 5 %), 10000-two and
100000-two (also no area above 1.25 times the mean), 1000000, denver (blocks as one community) and
tracts (Denver by tract, 1,000 people a grid).
"""

import argparse
import collections
import gzip
import json
import random
import re
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import kahip
import mtkahypar
import numpy as np
import pymetis
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

HERE = Path(__file__).resolve().parents[2]
DIVIDE = HERE / "target/release/examples/divide_graph"
TOLERANCE = 0.05
CASES = ["10000", "10000-two", "100000", "100000-two", "denver", "tracts"]


class Graph:
    """Neighbours in rows, weights of the vertices, costs of the edges."""

    def __init__(self, pairs, costs, weights):
        n = len(weights)
        both = coo_matrix((np.r_[costs, costs], (np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]])), shape=(n, n)).tocsr()
        both.sort_indices()
        self.first, self.ends, self.costs = both.indptr.astype(np.int64), both.indices.astype(np.int64), both.data.astype(np.int64)
        self.pairs, self.pair_costs, self.weights = pairs, np.asarray(costs, np.int64), np.asarray(weights, np.int64)

    def write(self, path):
        with open(path, "w") as file:
            file.write(f"{len(self.weights)} {len(self.pairs)} 011 {self.weights.shape[1]}\n")
            for v, weights in enumerate(self.weights):
                row = slice(self.first[v], self.first[v + 1])
                links = np.column_stack([self.ends[row] + 1, self.costs[row]]).ravel()
                file.write(" ".join(map(str, [*weights, *links])) + "\n")


# ---- Inputs ------------------------------------------------------------------------------------

def city_like(n):
    """Clustered points with their Delaunay edges: lognormal people, a third of the triangles as area."""
    rng = np.random.default_rng(n)
    side, clusters = 30 * n**0.5, max(5, n // 2000)
    centres = rng.uniform(0, side, (clusters, 2))
    spreads = rng.uniform(side / clusters**0.5 / 4, side / clusters**0.5, clusters)
    dense = int(0.7 * n)
    which = rng.choice(clusters, dense, p=rng.dirichlet(np.ones(clusters)))
    points = np.vstack([centres[which] + rng.normal(size=(dense, 2)) * spreads[which, None], rng.uniform(0, side, (n - dense, 2))])
    points = np.abs(points)
    points = np.unique(np.where(points > side, 2 * side - points, points).round(3), axis=0)
    rng.shuffle(points)
    mesh = Delaunay(points)
    a, b, c = (points[mesh.simplices[:, i]] for i in range(3))
    thirds = np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])) / 6
    area = np.zeros(len(points))
    for corner in range(3):
        np.add.at(area, mesh.simplices[:, corner], thirds)
    people = np.maximum(1, rng.lognormal(3, 1, len(points))).astype(int)
    edges = np.sort(mesh.simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    pairs = np.unique(edges, axis=0)
    return Graph(pairs, np.ones(len(pairs), int), np.column_stack([people, np.maximum(1, area).astype(int)]))


def denver():
    """Census blocks with the borders that they share in millimetres, and the tract of each."""
    from pyproj import Transformer

    features = json.load(gzip.open(HERE / "examples/data/denver/units.geojson.gz"))["features"]
    metres = Transformer.from_crs("EPSG:4326", "+proj=tmerc +lat_0=39.74 +lon_0=-104.9 +datum=WGS84", always_xy=True)
    owners, areas, centres, people, tracts = collections.defaultdict(list), [], [], [], []
    for v, feature in enumerate(features):
        shape, size, middle = feature["geometry"], 0.0, np.zeros(2)
        for polygon in shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]:
            for ring in polygon:
                at = np.column_stack(metres.transform(*np.array(ring).T[:2]))
                cross = at[:-1, 0] * at[1:, 1] - at[1:, 0] * at[:-1, 1]
                size, middle = size + cross.sum() / 2, at.mean(0)
                for one, two, p, q in zip(map(tuple, ring), map(tuple, ring[1:]), at, at[1:]):
                    owners[min(one, two), max(one, two)].append((v, float(np.hypot(*(p - q)))))
        areas.append(abs(size))
        centres.append(middle)
        people.append(feature["properties"].get("population") or 0)
        tracts.append(feature["properties"]["community"])
    shared = collections.Counter()
    for sides in owners.values():
        if len(sides) == 2 and sides[0][0] != sides[1][0]:
            shared[tuple(sorted((sides[0][0], sides[1][0])))] += sides[0][1]
    shared = {pair: length for pair, length in shared.items() if length >= 0.1}
    weights = np.column_stack([people, np.maximum(1, np.round(100 * np.array(areas)))]).astype(np.int64)
    return shared, weights, np.array(centres), np.array(tracts)


def part(shared, weights, centres, vertices):
    """The graph of some vertices; parts that do not touch are joined where they are nearest."""
    place = {int(v): i for i, v in enumerate(vertices)}
    edges = {(place[a], place[b]): round(1000 * length) for (a, b), length in shared.items() if a in place and b in place}
    at = centres[vertices]
    while True:
        ends = np.array(list(edges)).reshape(-1, 2)
        count, piece = connected_components(coo_matrix((np.ones(len(ends)), ends.T), shape=(len(at),) * 2), directed=False)
        if count == 1:
            break
        small = np.flatnonzero(piece == np.argmin(np.bincount(piece)))
        others = np.flatnonzero(piece != piece[small[0]])
        distance, nearest = cKDTree(at[others]).query(at[small])
        edges[tuple(sorted((int(small[distance.argmin()]), int(others[nearest[distance.argmin()]]))))] = 1
    pairs = np.array(sorted(edges)).reshape(-1, 2)
    return Graph(pairs, [edges[tuple(pair)] for pair in pairs.tolist()], weights[vertices])


# ---- Solvers: labels and processor seconds -----------------------------------------------------

def timed(action):
    start = time.process_time()
    labels = action()
    return np.asarray(labels), time.process_time() - start


def metis(graph, k, seed, two):
    """One weight by pymetis; two by gpmetis, which alone takes a tolerance for each (and holds neither)."""
    if two:
        with tempfile.TemporaryDirectory() as folder:
            graph.write(f"{folder}/graph")
            asked = ["-ptype=kway", "-contig", f"-seed={seed}", f"-ubvec={1 + TOLERANCE} 1.25", f"{folder}/graph", str(k)]
            run = subprocess.run(["gpmetis", *asked], capture_output=True, text=True, check=True)
            seconds = re.search(r"Partitioning:\s+([\d.]+) sec", run.stdout)
            return np.loadtxt(f"{folder}/graph.part.{k}", dtype=int), float(seconds[1])
    # METIS wants whole numbers that add up to less than 2^31.
    small = lambda values: np.maximum(values.min(), values // max(1, int(values.sum() >> 30) + 1))
    options = pymetis.Options(ncuts=1, seed=seed, contig=1)
    options.ufactor = round(1000 * TOLERANCE)
    rows = dict(xadj=graph.first, adjncy=graph.ends, eweights=np.maximum(1, small(graph.costs)), vweights=small(graph.weights[:, 0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return timed(lambda: pymetis.part_graph(k, options=options, recursive=False, **rows)[1])


def kaffpa(graph, k, seed, _):
    rows = [graph.weights[:, 0].tolist(), graph.first.tolist(), np.maximum(1, graph.costs // (int(graph.costs.sum() >> 30) + 1)).tolist(), graph.ends.tolist()]
    return timed(lambda: kahip.kaffpa(*rows, k, TOLERANCE, True, seed, kahip.ECO)[1])


def kahypar(preset):
    def solve(graph, k, seed, _):
        mtkahypar.set_seed(seed)
        context = HYPAR.context_from_preset(preset)
        context.set_partitioning_parameters(k, TOLERANCE, mtkahypar.Objective.CUT)
        context.logging = False
        costs = np.maximum(1, graph.pair_costs // (int(graph.pair_costs.sum() >> 30) + 1))
        its = HYPAR.create_graph(context, len(graph.weights), len(graph.pairs), graph.pairs.tolist(), graph.weights[:, 0].tolist(), costs.tolist())
        return timed(lambda: its.partition(context).get_partition())

    return solve


def gerrychain(graph, k, seed, _):
    import networkx
    from gerrychain import Graph as Chained
    from gerrychain.partition import recursive_tree_part

    random.seed(seed)
    its = networkx.Graph(graph.pairs.tolist())
    networkx.set_node_attributes(its, dict(enumerate(graph.weights[:, 0].tolist())), "population")
    its = Chained.from_networkx(its)
    mean = graph.weights[:, 0].sum() / k
    labels, seconds = timed(lambda: recursive_tree_part(its, range(k), mean, "population", TOLERANCE))
    labels = labels.item()
    return np.array([labels[v] for v in range(len(graph.weights))]), seconds


def evengrid(effort):
    def solve(graph, k, seed, two):
        with tempfile.TemporaryDirectory() as folder:
            graph.write(f"{folder}/graph")
            asked = ["--effort", effort, "--seed", str(seed), "--threads", "1", "--area-tolerance", ":0.25" if two else ":"]
            command = [DIVIDE, f"{folder}/graph", str(k), *asked, "-o", f"{folder}/labels"]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            told = json.loads(run.stdout)
            labels = np.loadtxt(f"{folder}/labels", dtype=int, ndmin=1)
            judged = judge(graph, labels, k, two)
            assert (told["boundary_cost"], told["noncontiguous"]) == (judged["cut"], judged["pieces"]), (told, judged)
            return labels, told["processor_seconds"]

    return solve


HYPAR = mtkahypar.initialize(1)
METIS = ("METIS k-way, contiguous", metis)
OURS = [(f"evengrid {effort}", evengrid(effort)) for effort in ("fast", "balanced", "thorough")]
QUALITY = ("Mt-KaHyPar quality", kahypar(mtkahypar.PresetType.QUALITY))
HIGHEST = ("Mt-KaHyPar highest quality", kahypar(mtkahypar.PresetType.HIGHEST_QUALITY))
ECO = ("KaHIP eco", kaffpa)


# ---- Judging -----------------------------------------------------------------------------------

def judge(graph, labels, k, two):
    """Figures of a division, from its labels alone."""
    assert len(labels) == len(graph.weights)
    loads = [np.bincount(labels, column, k) / (column.sum() / k) for column in graph.weights.T]
    cut = labels[graph.pairs[:, 0]] != labels[graph.pairs[:, 1]]
    inner = graph.pairs[~cut]
    _, piece = connected_components(coo_matrix((np.ones(len(inner), np.int8), inner.T), shape=(len(labels),) * 2), directed=False)
    pieces = np.bincount(np.unique(np.stack([labels, piece]), axis=1)[0], minlength=k)
    within = np.abs(loads[0] - 1) <= TOLERANCE + 1e-9
    if two:
        within &= loads[1] <= 1.25 + 1e-9
    return {
        "cut": int(graph.pair_costs[cut].sum()), "pieces": int((pieces != 1).sum()), "within": int(within.sum()),
        "population": [loads[0].min(), loads[0].max()], "area": loads[1].max(),
    }


def measure(graphs, solvers, seeds, two):
    """A row of figures for every solver; over several graphs they are added up."""
    rows = []
    for name, solve in solvers:
        all_seeds = []
        for seed in range(1, (1 if name == "GerryChain" else seeds) + 1):
            figures = collections.Counter()
            low, high, area = np.inf, 0, 0
            for graph, k in graphs:
                if k == 1:
                    labels, seconds = np.zeros(len(graph.weights), int), 0.0
                else:
                    labels, seconds = solve(graph, k, seed, two)
                its = judge(graph, labels, k, two)
                low, high, area = min(low, its["population"][0]), max(high, its["population"][1]), max(area, its["area"])
                figures.update({"seconds": seconds, "whole": its["within"] == k, **{key: its[key] for key in ("cut", "pieces", "within")}})
            all_seeds.append({**figures, "low": low, "high": high, "area": area})
        mean = lambda key: float(np.mean([one[key] for one in all_seeds]))
        rows.append({
            "solver": name, "seconds": min(one["seconds"] for one in all_seeds), "cut": mean("cut"), "pieces": mean("pieces"),
            "within": mean("within"), "whole": mean("whole"), "low": min(one["low"] for one in all_seeds),
            "high": max(one["high"] for one in all_seeds), "area": max(one["area"] for one in all_seeds),
        })
        print(line(rows[-1]), flush=True)
    return rows


def line(row):
    cut = f"{row['cut'] / 1e6:.1f} km" if row["cut"] > 1e6 else f"{row['cut']:,.0f}"
    return (
        f"| {row['solver']} | {row['seconds']:.3g} | {cut} | {row['low']:.2f}–{row['high']:.2f} | {row['area']:.2f} "
        f"| {row['pieces']:.3g} | {row['within']:.4g} |"
    )


def run(case, seeds):
    if case in ("denver", "tracts"):
        shared, weights, centres, tracts = denver()
        if case == "denver":
            graphs = [(part(shared, weights, centres, np.arange(len(weights))), 100)]
            return graphs, [METIS, ECO, QUALITY, HIGHEST, *OURS], False
        graphs = []
        for tract in np.unique(tracts):
            vertices = np.flatnonzero(tracts == tract)
            people = weights[vertices, 0].sum()
            k = min(range(max(1, people // 1000), people // 1000 + 2), key=lambda k: abs(people / k - 1000))
            graphs.append((part(shared, weights, centres, vertices), int(min(k, len(vertices)))))
        return graphs, [METIS, QUALITY, *OURS], False
    n, _, two = case.partition("-")
    n, two = int(n), bool(two)
    solvers = [METIS, *OURS] if two or n > 100_000 else [METIS, ECO, QUALITY, *OURS]
    if n <= 10_000 and not two:
        solvers.append(("GerryChain", gerrychain))
    if n > 10_000:
        solvers = [(name, solve) for name, solve in solvers if "thorough" not in name]
    if n > 100_000:
        solvers = solvers[:2]
    return [(city_like(n), n // 200)], solvers, two


def plot(results, path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "evengrid"
    from matplotlib import pyplot

    shown = [case for case in ("10000", "100000", "denver") if case in results]
    figure, panels = pyplot.subplots(1, len(shown), figsize=(4.2 * len(shown), 3.6), squeeze=False)
    titles = {"10000": "10,000 units, 50 grids", "100000": "100,000 units, 500 grids", "denver": "Denver's blocks, 100 grids"}
    for panel, case in zip(panels[0], shown):
        rows = [row for row in results[case] if row["solver"] != "GerryChain"]
        base = next(row["cut"] for row in rows if row["solver"].startswith("METIS"))
        for row in rows:
            ours = row["solver"].startswith("evengrid")
            whole = row["pieces"] == 0 and row["low"] > 0.95 - 1e-4
            x, y = row["seconds"], row["cut"] / base
            panel.plot(x, y, "o", color="#c0392b" if ours else "#34495e", fillstyle="full" if whole else "none")
            panel.annotate(row["solver"].split(",")[0], (x, y), fontsize=7, xytext=(5, 3), textcoords="offset points")
        ours = [row for row in rows if row["solver"].startswith("evengrid")]
        panel.plot([row["seconds"] for row in ours], [row["cut"] / base for row in ours], color="#c0392b", lw=0.8)
        panel.set_xscale("log")
        panel.margins(x=0.3)
        panel.set_title(titles[case], fontsize=9)
        panel.set_xlabel("processor seconds", fontsize=8)
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("border, METIS = 1 (hollow: grids in pieces or too light)", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--divide-graph", type=Path, default=DIVIDE, help="the built example")
    asked = parser.parse_args()
    globals()["DIVIDE"] = asked.divide_graph
    results = {}
    for case in asked.cases.split(","):
        graphs, solvers, two = run(case, asked.seeds)
        print(f"\n**{case}**: {sum(k for _, k in graphs):,} grids\n")
        print("| solver | s | cut | population | largest area | in pieces | within |\n|---|---|---|---|---|---|---|")
        results[case] = measure(graphs, solvers, asked.seeds, two)
        if asked.json:
            asked.json.write_text(json.dumps(results, indent=1))
    if asked.plot:
        plot(results, asked.plot)


if __name__ == "__main__":
    main()
