import os
import pathlib
import subprocess

import geopandas
import pytest
from shapely.geometry import box

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"


def read(city: str, layer: str) -> geopandas.GeoDataFrame:
    """A layer of a bundled city."""
    return geopandas.read_file(f"/vsigzip/{DATA / city / layer}.geojson.gz")


@pytest.fixture(scope="session")
def denver():
    return read("denver", "units"), read("denver", "communities")


@pytest.fixture
def squares():
    """Thirty squares of some 100 m, 40 people each."""
    cells = [(x, y) for y in range(5) for x in range(6)]
    return geopandas.GeoDataFrame(
        {"id": [f"u{x}{y}" for x, y in cells], "population": [40] * len(cells)},
        geometry=[box(x / 1000, y / 1000, (x + 1) / 1000, (y + 1) / 1000) for x, y in cells],
        crs="EPSG:4326",
    )


@pytest.fixture(scope="session")
def command():
    """Runs the command line, built from the same source: EVENGRID_PROGRAM, or by cargo."""

    def run(*arguments):
        cargo = ["cargo", "run", "--release", "--locked", "--quiet", "--bin", "evengrid", "--"]
        program = [built] if (built := os.environ.get("EVENGRID_PROGRAM")) else cargo
        done = subprocess.run([*program, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    return run
