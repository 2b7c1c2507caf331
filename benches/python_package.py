"""The Python package beside the command line: the same 100,000 polygons, from a GeoDataFrame in memory to
a plan with frames of units and grids, and from a city folder to a plan folder. Runs alternate; of each
the least of processor and wall time is told.

    pip install ./python && cargo build --release && python benches/python_package.py
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

import geopandas

import evengrid

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "evengrid"
LAYERS = ["units", "communities", "barriers"]


def of_command(city, plan, effort):
    """Processor and wall seconds of the command line."""
    asked = ["--target-population", "1000", "--effort", effort, "--quiet", "--force"]
    start, before = time.perf_counter(), os.times()
    subprocess.run([PROGRAM, "plan", city, "-o", plan, *asked], check=False)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.perf_counter() - start


def of_package(frames, effort, folder=None):
    """Processor and wall seconds of the package, and its plan; written as well where there is a folder."""
    start, used = time.perf_counter(), time.process_time()
    plan = evengrid.plan(**frames, target_population=1000, effort=effort)
    _ = plan.units, plan.grids
    if folder:
        plan.save(folder, force=True)
    return (time.process_time() - used, time.perf_counter() - start), plan


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", default="100000")
    parser.add_argument("--effort", default="fast")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        city = place / "city"
        subprocess.run([PROGRAM, "generate", "--units", given.units, "-o", city, "--quiet"], check=True)
        for file in city.iterdir():
            if file.name.split(".")[0] not in LAYERS:
                file.unlink()
        paths = {layer: city / f"{layer}.geojson" for layer in LAYERS}
        frames = {layer: geopandas.read_file(path) for layer, path in paths.items() if path.exists()}
        times = {"command line": [], "package": [], "package, folder written": []}
        for _ in range(given.rounds):
            times["command line"].append(of_command(city, place / "plan", given.effort))
            told, plan = of_package(frames, given.effort)
            times["package"].append(told)
            told, _ = of_package(frames, given.effort, place / "python")
            times["package, folder written"].append(told)
        theirs = geopandas.read_file(place / "plan" / "units.geojson")
        assert theirs.grid.tolist() == plan.units.grid.tolist(), "the same plan"
    base = [min(run[i] for run in times["command line"]) for i in (0, 1)]
    print(f"{len(frames['units'])} units in {len(plan.grids)} grids, effort {given.effort}")
    for name, runs in times.items():
        least = [min(run[i] for run in runs) for i in (0, 1)]
        ratios = " ".join(f"{least[i]:6.2f} s ({least[i] / base[i]:.2f} x)" for i in (0, 1))
        print(f"{name:24} processor, wall: {ratios}")


if __name__ == "__main__":
    main()
