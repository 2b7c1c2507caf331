"""`examples/spark_plan.py`: its parts everywhere, the whole where pyspark is installed."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys

import geopandas
import pandas
import pytest

import evengrid
from conftest import ROOT

EXAMPLE = ROOT / "examples" / "spark_plan.py"


@pytest.fixture(scope="module")
def spark_plan():
    spec = importlib.util.spec_from_file_location("spark_plan", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def country(squares, tmp_path, spark_plan):
    """Two sound cities and one with a fault, as tables."""
    folders = []
    for name, people in (("east/west", 40), ("north", 55), ("south", None)):
        folder = tmp_path / name.replace("/", "_")
        folder.mkdir()
        squares.assign(population=[people] + [40] * 29).to_file(folder / "units.geojson")
        folders.append(folder)
    spark_plan.pack(folders, tmp_path / "country")
    slash = tmp_path / "country" / "units" / "east_west.parquet"
    geopandas.read_parquet(slash).assign(city="east/west").to_parquet(slash)
    return tmp_path / "country"


def test_what_would_be_lost_is_not_packed(squares, tmp_path, spark_plan, capsys):
    city, country = tmp_path / "city", tmp_path / "country"
    city.mkdir()
    squares.assign(population=40).to_file(city / "units.geojson")
    (city / "units.geojson.bak").write_text("old")
    (city / "evengrid.toml").write_text("# nothing set\n")
    spark_plan.pack([city], country)
    assert [path.name for path in country.rglob("*.parquet")] == ["city.parquet"]
    told = capsys.readouterr().out
    assert "units.geojson.bak: passed over" in told and "evengrid.toml: passed over" in told
    for name, content in (
        ("evengrid.toml", "grids = 4\n"),
        ("members.xlsx", ""),
        ("units.geojson.gz", ""),
    ):
        before = (city / name).read_text() if (city / name).exists() else None
        (city / name).write_text(content)
        with pytest.raises(SystemExit, match=name.partition(".")[0]):
            spark_plan.pack([city], tmp_path / "other")
        (city / name).unlink() if before is None else (city / name).write_text(before)
    assert not (tmp_path / "other").exists()


def bytes_of(plans):
    files = sorted(path for path in plans.rglob("*") if path.is_file())
    return {str(f.relative_to(plans)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def rows_of(country, name):
    """The rows of a city as Spark hands them over."""
    table = pandas.read_parquet(country / "units" / f"{name}.parquet")
    others = table.drop(columns=["city", "geometry"])
    properties = [json.dumps({k: v for k, v in row.items() if v == v}) for row in others.to_dict("records")]
    return pandas.DataFrame(
        {"city": table.city, "layer": "units", "geometry": table.geometry, "properties": properties}
    )


def test_a_city_is_the_same_in_any_order_and_is_not_made_twice(spark_plan, country, tmp_path):
    rows = rows_of(country, "north")
    asked = {"grids": 5, "seed": 1}
    plans = [tmp_path / "a", tmp_path / "b"]
    for place, order in zip(plans, (rows, rows.sample(frac=1, random_state=1))):
        place.mkdir()
        told = spark_plan.plan_city(order, str(place), asked, 1)
        assert (told["city"], told["units"], told["grids"], told["population"]) == ("north", 30, 5, 1215)
    assert bytes_of(plans[0]) == bytes_of(plans[1])
    assert sorted(bytes_of(plans[0])) == [f"city=north/{name}" for name in sorted(os.listdir(plans[0] / "city=north"))]
    units = geopandas.read_parquet(plans[0] / "city=north" / "units.parquet").drop(columns="grid")
    p = evengrid.plan(units, grids=5, seed=1)
    theirs = geopandas.read_parquet(plans[0] / "city=north" / "units.parquet")
    assert theirs.grid.tolist() == p.units.grid.tolist() and theirs.crs == "EPSG:4326"
    before = (plans[0] / "city=north" / "plan.json").stat().st_mtime_ns
    again = spark_plan.plan_city(rows, str(plans[0]), asked, 1)
    assert (plans[0] / "city=north" / "plan.json").stat().st_mtime_ns == before and again["grids"] == 5
    # Other settings make another plan, in the place of the first.
    assert spark_plan.plan_city(rows, str(plans[0]), {"grids": 3}, 1)["grids"] == 3
    assert len(geopandas.read_parquet(plans[0] / "city=north" / "grids.parquet")) == 3
    spark_plan.sweep(plans[0])
    assert os.listdir(plans[0]) == ["city=north"]


def test_of_two_tries_the_first_stands(spark_plan, country, tmp_path):
    plans = tmp_path / "plans"
    plans.mkdir()
    rows = rows_of(country, "north")
    spark_plan.plan_city(rows, str(plans), {"grids": 5}, 1)
    target = plans / "city=north"
    key = json.loads((target / "plan.json").read_text())["key"]
    late = plans / "_late"
    shutil.copytree(target, late)
    stood = target.stat().st_ino
    spark_plan.put_into_place(late, target, key)
    assert target.stat().st_ino == stood and not late.exists()


def test_a_fault_is_told_and_leaves_nothing(spark_plan, country, tmp_path):
    told = spark_plan.plan_city(rows_of(country, "south"), str(tmp_path), {"grids": 5}, 1)
    assert 'property "population" is missing' in told["fault"] and not told["complete"]
    assert not list(tmp_path.glob("city=*")) and not list(tmp_path.glob("_*"))


def test_a_country_on_spark(country, tmp_path):
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    plans = tmp_path / "plans"

    def run():
        asked = ["--set", "grids=5", "--set", "seed=1", "--master", "local[2]"]
        command = [sys.executable, EXAMPLE, "plan", country, "-o", plans, *asked]
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        return subprocess.run([*map(str, command)], env=environment, capture_output=True, text=True)

    done = run()
    assert done.returncode == 1, done.stderr
    assert 'property "population" is missing' in done.stdout
    assert sorted(path.name for path in plans.iterdir()) == ["city=east%2Fwest", "city=north"]
    north = geopandas.read_parquet(plans / "city=north" / "units.parquet")
    assert len(north) == 30 and north.grid.nunique() == 5
    p = evengrid.plan(north.drop(columns="grid"), grids=5, seed=1)
    assert north.grid.tolist() == p.units.grid.tolist()
    before = bytes_of(plans)
    (plans / "_killed").mkdir()
    assert run().returncode == 1 and bytes_of(plans) == before and not (plans / "_killed").exists()
