"""Measures what is done with a plan: places found, plans audited, people organised, plans changed.

    pip install -r benches/peers/requirements.txt
    python benches/peers/plans.py [--repeats 3] [--only locate,audit,organise,replan]

Places are looked up by geopandas on the same points, and both sides must find the same grids; for the
other rows nothing else does the work. Organise is a whole process, files read and written; of the
others the work alone counts, that of locate on one thread. Exit code 1: the two sides disagree.
"""

import json
import re

import geopandas
import numpy as np
import pyogrio
import shapely

from measuring import HERE, Times, disagree, run, table
from tiling import tiling

EVENGRID = HERE / "target/release/evengrid"
EXAMPLES = HERE / "target/release/examples"
CITIES = HERE / "examples/data"


def plan(work, city, name, *asked):
    """A plan of a city, made once."""
    folder = work / name
    if not (folder / "plan.json").exists():
        run(EVENGRID, "plan", city, "-o", folder, "--force", *asked)
    return folder


def locate(work, repeats):
    grids = plan(work, CITIES / "denver", "denver", "--grids", 500) / "grids.geojson"
    frame = pyogrio.read_dataframe(grids)
    west, south, east, north = frame.total_bounds
    rng = np.random.default_rng(1)
    at = np.column_stack([rng.uniform(west, east, 10**6), rng.uniform(south, north, 10**6)])
    np.savetxt(work / "points.csv", at, fmt="%.17g", delimiter=",")
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*at.T), crs=4326)
    peer, ours, all_threads, index = Times(), Times(), Times(), Times()
    for _ in range(repeats):
        joined = peer.measure(lambda: geopandas.sjoin(points, frame[["grid", "geometry"]], predicate="within", how="left"))
        told = json.loads(run(EXAMPLES / "locate_times", grids, work / "points.csv", work / "found.txt")[0])
        ours.add(told["one_thread_s"], float("inf"))
        all_threads.add(told["all_threads_s"], float("inf"))
        index.add(told["index_s"], float("inf"))
    theirs = joined.index_right.fillna(-1).to_numpy().astype(int)
    if not np.array_equal(theirs, np.loadtxt(work / "found.txt", dtype=int)):
        disagree("the grids of points")
    speed = lambda times: f"{1 / times.wall:.1f} M points/s"
    note = f"same grids; {speed(peer)} against {speed(ours)} on one thread, {speed(all_threads)} on all; " \
        f"index in {1e3 * index.wall:.0f} ms"
    return f"10⁶ points in {len(frame)} grids of Denver", "geopandas sjoin", peer, ours, note


def audit(work, repeats):
    city = work / "million"
    city.mkdir(exist_ok=True)
    if not (city / "units.geojson").exists():
        tiling(1000, 1000, city / "units.geojson", 32)
    folder = plan(work, city, "million-plan", "--target-population", 14_000, "--effort", "fast")
    ours, reading, memory = Times(), Times(), 0
    for _ in range(repeats):
        told, most = run(EXAMPLES / "audit_times", folder)
        told, memory = json.loads(told), max(memory, most)
        ours.add(told["audit_s"], float("inf"))
        reading.add(told["read_s"], float("inf"))
    return f"audit of {told['units']:,} units in {told['grids']:,} grids", "", None, ours, \
        f"{told['failures']} failures; reading {reading}; {memory / 2**30:.2f} GiB"


def organise(work, repeats):
    city = CITIES / "jinchang"
    folder = plan(work, city, "jinchang", "--grids", 463, "--places", 659)
    ours = Times()
    for _ in range(repeats):
        ours.measure(lambda: run(EVENGRID, "organise", city, folder, "-o", work / "organised", "--force"))
    return "organise the city at the scale of Jinchang, from files to files", "", None, ours, ""


def replan(work, repeats):
    told, _ = run(EXAMPLES / "replan_city", *range(1, 41))
    number = lambda pattern: [float(found) for found in re.findall(pattern, told)]
    times = number(r"between neighbours \(([\d.]+) times\)")
    out, seconds = number(r"(\d+) grids out of tolerance; "), number(r"; ([\d.]+) s\n")
    started_out = int(re.search(r"grids, (\d+) out of tolerance", told)[1])
    if max(out) > started_out:
        disagree("grids out of tolerance after replanning")
    ours = Times()
    ours.add(float(np.median(seconds)), float("inf"))
    return f"replan Denver, 100 grids, 3 % of blocks changed, {len(times)} seeds", "", None, ours, \
        f"median time, longest {max(seconds):.2f} s; people moved {np.mean(times):.2f} times what must move between " \
        f"neighbours on average, at most 1.25 times in {sum(t <= 1.25 for t in times)} of {len(times)}"


if __name__ == "__main__":
    table(
        __doc__,
        [locate, audit, organise, replan],
        build=["--example", "locate_times", "--example", "audit_times", "--example", "replan_city"],
        versions=f"geopandas {geopandas.__version__}, GEOS {shapely.geos_version_string}",
    )
