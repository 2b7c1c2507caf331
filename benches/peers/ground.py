"""Measures evengrid's ground beside the usual GIS tools, and checks that both find the same.

    pip install -r benches/peers/requirements.txt
    python benches/peers/ground.py [--repeats 3] [--only contiguity,pipeline,dissolve,million,cells]

Both sides run in turn on the same files, `--repeats` times, and the least times count: seconds on
the clock, and seconds of the processors (all threads, user and system). evengrid is measured as a
whole process, its start included; the others from the call on, their imports not counted. What comes
out is a table in Markdown. Exit code 1: the two sides disagree.
"""

import json
import time

import geopandas
import libpysal
import momepy
import numpy as np
import pandas
import pymetis
import pyogrio
import pyproj
import shapely

from measuring import HERE, Times, disagree, run, table
from tiling import tiling

EVENGRID = HERE / "target/release/evengrid"
GROUND_TIMES = HERE / "target/release/examples/ground_times"


# ---- Inputs ------------------------------------------------------------------------------------

def buildings(folder, blocks=20, per_side=5):
    """10,000 footprints in 400 blocks between streets, in one community."""
    rng = np.random.default_rng(2)
    block, step = 0.0012, 0.00024
    x0, y0 = 121.4, 31.2
    side = blocks * block
    footprints = []
    for bx in range(blocks):
        for by in range(blocks):
            for i in range(per_side):
                for j in range(per_side):
                    w, h = rng.uniform(0.00006, 0.00014, 2)
                    cx = x0 + bx * block + (i + 0.5) * step + rng.uniform(-0.00003, 0.00003)
                    cy = y0 + by * block + (j + 0.5) * step + rng.uniform(-0.00003, 0.00003)
                    footprints.append(shapely.box(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2))
    # Streets reach a little beyond the community, so that they surely cut it.
    ends = [-block / 10, side + block / 10]
    streets = [shapely.LineString([(x0 + k * block, y0 + end) for end in ends]) for k in range(1, blocks)]
    streets += [shapely.LineString([(x0 + end, y0 + k * block) for end in ends]) for k in range(1, blocks)]
    people = rng.poisson(30, len(footprints))
    write = lambda name, rows: (folder / name).write_text(json.dumps({
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
            for properties, shape in rows
        ],
    }))
    folder.mkdir(exist_ok=True)
    write("units.geojson", [({"id": str(n), "population": int(p)}, s) for n, (p, s) in enumerate(zip(people, footprints))])
    write("barriers.geojson", [({"class": "residential"}, street) for street in streets])
    write("communities.geojson", [({"id": "1", "name": "one"}, shapely.box(x0, y0, x0 + side, y0 + side))])


def local(bounds):
    """The frame that evengrid measures in: transverse Mercator on the centre of the extent."""
    lon, lat = float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2
    return pyproj.CRS(f"+proj=tmerc +lat_0={lat!r} +lon_0={lon!r} +k=1 +ellps=WGS84 +units=m")


# ---- Rows --------------------------------------------------------------------------------------

def contiguity(work, repeats):
    units = work / "tiling/units.geojson"
    peer, ours = Times(), Times()
    for _ in range(repeats):
        def gis():
            frame = pyogrio.read_dataframe(units)
            return frame, libpysal.graph.Graph.build_contiguity(frame, rook=True)
        frame, graph = peer.measure(gis)
        ours.measure(lambda: run(GROUND_TIMES, units))
    run(GROUND_TIMES, units, work / "pairs.csv")
    pairs = pandas.read_csv(work / "pairs.csv", names=["a", "b", "metres"])
    theirs = graph.adjacency.reset_index()
    theirs = theirs[(theirs.weight > 0) & (theirs.focal < theirs.neighbor)]
    if set(zip(pairs.a, pairs.b)) != set(zip(theirs.focal, theirs.neighbor)):
        disagree("the pairs of neighbours")
    sample = pairs.sample(2000, random_state=1)
    shapes = frame.geometry.to_crs(local(frame.total_bounds)).array
    shared = shapely.length(shapely.intersection(np.asarray(shapes[sample.a]), np.asarray(shapes[sample.b])))
    worst = np.abs(shared - sample.metres).max()
    if worst > 1e-3:
        disagree(f"shared lengths, by {worst} m")
    size = units.stat().st_size / 1e6
    return f"read {len(frame):,} polygons ({size:.0f} MB GeoJSON), rook contiguity", "pyogrio + libpysal", peer, ours, \
        f"same {len(pairs):,} pairs, lengths within {worst:.0e} m"


def pipeline(work, repeats):
    units = work / "tiling/units.geojson"
    peer, ours, peer_rest, our_rest = Times(), Times(), Times(), Times()
    for _ in range(repeats):
        dividing = 0.0

        def gis():
            nonlocal dividing
            frame = pyogrio.read_dataframe(units)
            graph = libpysal.graph.Graph.build_contiguity(frame, rook=True)
            sparse = graph.sparse.tocsr()
            area = frame.geometry.to_crs(local(frame.total_bounds)).area
            weights = np.column_stack([frame.population, area.round()]).astype(int)
            begin = time.perf_counter()
            _, zones = pymetis.part_graph(
                500, pymetis.CSRAdjacency(sparse.indptr, sparse.indices), vweights=weights.ravel().tolist(),
                options=pymetis.Options(contig=1), recursive=False,
            )
            dividing = time.perf_counter() - begin
            frame["grid"] = zones
            order = np.argsort(zones, kind="stable")
            bounds = np.flatnonzero(np.diff(np.asarray(zones)[order])) + 1
            shapes = np.asarray(frame.geometry.array)
            dissolved = [shapely.coverage_union_all(shapes[group]) for group in np.split(order, bounds)]
            pyogrio.write_dataframe(frame, work / "peer-units.geojson")
            grids = geopandas.GeoDataFrame({"grid": range(len(dissolved))}, geometry=dissolved, crs=4326)
            pyogrio.write_dataframe(grids, work / "peer-grids.geojson")
        wall = time.perf_counter()
        peer.measure(gis)
        peer_rest.add(time.perf_counter() - wall - dividing, 0)

        wall = time.perf_counter()
        ours.measure(lambda: run(EVENGRID, "divide", "--units", units, "--grids", 500, "-o", work / "plan", "--force"))
        wall = time.perf_counter() - wall
        timings = json.loads((work / "plan/plan.json").read_text())["timings"]
        our_rest.add(wall - timings["divide"], 0)
    frame = pyogrio.read_dataframe(work / "plan/grids.geojson")
    if len(frame) != 500 or not shapely.coverage_is_valid(np.asarray(frame.geometry.array)):
        disagree("the grids are no valid coverage")
    note = f"without dividing {peer_rest.wall:.2f} s against {our_rest.wall:.2f} s: {peer_rest.wall / our_rest.wall:.1f} ×"
    return "the whole pipeline, GeoJSON → 500 zones", "pyogrio + libpysal + METIS + GEOS + write", peer, ours, note


def dissolve(work, repeats):
    units = work / "tiling/units.geojson"
    frame = pyogrio.read_dataframe(units)
    columns, rows = (int(part) for part in (work / "tiling/size").read_text().split())
    across = -(-columns // 14)
    unit = np.arange(len(frame))
    labels = unit // rows // 14 * (-(-rows // 14)) + unit % rows // 14
    (work / "labels.txt").write_text("\n".join(map(str, labels)) + "\n")
    shapes = np.asarray(frame.geometry.array)
    order = np.argsort(labels, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(labels[order])) + 1)
    peer, ours = Times(), Times()
    for _ in range(repeats):
        peer.measure(lambda: [shapely.coverage_union_all(group) for group in groups])
        told, _ = run(GROUND_TIMES, units, work / "pairs.csv", work / "labels.txt", work / "zones.csv")
        ours.add(json.loads(told)["dissolve_s"], float("inf"))
    metres = np.asarray(frame.geometry.to_crs(local(frame.total_bounds)).array)[order]
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    theirs = np.array([shapely.area(shapely.coverage_union_all(group)) for group in np.split(metres, bounds)])
    worst = np.abs(np.loadtxt(work / "zones.csv") / theirs - 1).max()
    if worst > 1e-9:
        disagree(f"areas of zones, by {worst}")
    return f"dissolve {len(frame):,} cells into {len(groups)} zones", "GEOS coverage union", peer, ours, \
        f"areas equal to {worst:.0e}; ours with centres and perimeters"


def million(work, repeats):
    folder = work / "million"
    folder.mkdir(exist_ok=True)
    if not (folder / "units.geojson").exists():
        tiling(1000, 1000, folder / "units.geojson", 32)
    ours, memory, rest = Times(), 0, Times()
    for _ in range(repeats):
        wall = time.perf_counter()
        _, most = ours.measure(lambda: run(
            EVENGRID, "plan", folder, "--target-population", 14_000, "--effort", "fast", "-o", work / "million-plan", "--force"))
        wall = time.perf_counter() - wall
        memory = max(memory, most)
        timings = json.loads((work / "million-plan/plan.json").read_text())["timings"]
        rest.add(wall - timings["divide"], 0)
    return "10⁶ polygons in 1,024 communities, file to file, effort fast", "", None, ours, \
        f"{memory / 2**30:.2f} GiB; without dividing {rest.wall:.2f} s"


def cells(work, repeats):
    folder = work / "buildings"
    buildings(folder)
    read = lambda name: pyogrio.read_dataframe(folder / name)
    community = read("communities.geojson")
    crs = local(community.total_bounds)
    footprints = read("units.geojson").to_crs(crs)
    outline = community.to_crs(crs)
    enclosures = momepy.enclosures(read("barriers.geojson").to_crs(crs).geometry, limit=outline.geometry, clip=True)
    peer, ours, survey = Times(), Times(), Times()
    for _ in range(repeats):
        tessellation = peer.measure(lambda: momepy.enclosed_tessellation(footprints, enclosures, simplify=False))
        ours.measure(lambda: run(EVENGRID, "plan", folder, "--grids", 100, "-o", work / "cells-plan", "--force"))
        survey.add(json.loads((work / "cells-plan/plan.json").read_text())["timings"]["survey"], float("inf"))
    # What its worker processes took cannot be asked.
    peer.cpu = float("inf")
    written = work / "cells-plan/cells.geojson"
    gaps = lambda shapes: abs(outline.area.sum() - shapely.area(shapely.union_all(np.asarray(shapes.array))))
    valid = shapely.coverage_is_valid(np.asarray(tessellation.geometry.array))
    note = f"momepy: {'a valid coverage' if valid else 'no valid coverage'}"
    tiles = pyogrio.read_dataframe(written)
    shapes = np.asarray(tiles.geometry.array)
    if not shapely.coverage_is_valid(shapes):
        disagree("the cells are no valid coverage")
    gap = gaps(tiles.geometry.to_crs(crs))
    if gap > 1:
        disagree(f"the cells leave {gap} m² of the community")
    # momepy gets enclosures and metres; ours makes both, and contiguity, in its survey.
    note += f"; ours: valid, {len(tiles):,} cells, {gap:.3f} m² off; with reading, 100 grids, maps and writing {ours.wall:.2f} s"
    return f"enclosed tessellation, {len(footprints):,} buildings in {len(enclosures)} blocks", "momepy", peer, survey, note


def prepare(work, rows):
    (work / "tiling").mkdir(parents=True, exist_ok=True)
    if {"contiguity", "pipeline", "dissolve"} & set(rows) and not (work / "tiling/size").exists():
        tiling(316, 317, work / "tiling/units.geojson")
        (work / "tiling/size").write_text("316 317")


if __name__ == "__main__":
    table(
        __doc__,
        [contiguity, pipeline, dissolve, million, cells],
        build=["--example", "ground_times"],
        prepare=prepare,
        versions=f"pyogrio {pyogrio.__version__} (GDAL {pyogrio.__gdal_version_string__}), "
        f"libpysal {libpysal.__version__}, GEOS {shapely.geos_version_string}, momepy {momepy.__version__}",
    )
