"""A country on Spark: every city is divided into service grids, with the wheel of `python/`.

    pip install ./python pyspark "pandas<3" pyarrow      # on every machine
    python examples/spark_plan.py pack CITY_DIR … -o country          # city folders to GeoParquet
    spark-submit --master spark://HOST:7077 examples/spark_plan.py plan country -o plans \\
        --set target-population=1000

`country/LAYER/*.parquet` holds the layers (`units`; where known `communities`, `barriers`,
`households`, …), with a column `city` and the columns of the files of a city folder; geometry is WKB
in longitude and latitude. `plans/city=NAME/` then holds `units.parquet` (the units with `grid`),
`grids.parquet` and `people.parquet` (GeoParquet), and `plan.json` with what was asked and met.

A city is whole or not there, whatever is killed: it is made aside and put into place by one renaming.
The same input gives the same bytes, on any number of machines and after any number of retries; a city
that stands already, made of the same input by the same version, is not made again. `country` and
`plans` are paths that all machines see.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import sys
import uuid

import geopandas
import pandas

import evengrid

#: Layers of a city folder that a plan is made of.
LAYERS = [
    *("units", "communities", "barriers", "members", "households", "officers"),
    *("stations", "seeds", "partners", "reporting"),
]
#: Endings of a layer that is packed, and of tables that the command line reads besides.
SHAPES, TABLES = (".geojson", ".geojson.gz"), (".csv", ".xlsx", ".xls", ".ods")
#: What is told of a city, one row each.
SUMMARY = {
    "city": "string",
    "units": "long",
    "grids": "long",
    "population": "double",
    "border_m": "double",
    "violations": "long",
    "complete": "boolean",
    "fault": "string",
}


def main(arguments: "list[str] | None" = None) -> int:
    """The command line; the exit code is 0 where every city is planned, 1 where one could not be."""
    parser = argparse.ArgumentParser(description="Plans a country's cities on Spark.")
    commands = parser.add_subparsers(required=True)
    packs = commands.add_parser("pack", help="city folders to GeoParquet tables")
    packs.add_argument("folders", nargs="+", type=pathlib.Path, metavar="CITY_DIR")
    packs.add_argument("-o", "--output", required=True, type=pathlib.Path, metavar="COUNTRY")
    packs.set_defaults(run=lambda given: pack(given.folders, given.output))
    plans = commands.add_parser("plan", help="plans every city of the tables")
    plans.add_argument("country", type=pathlib.Path, metavar="COUNTRY")
    plans.add_argument("-o", "--output", required=True, type=pathlib.Path, metavar="PLANS")
    plans.add_argument("--master", metavar="URL", help="the cluster, where spark-submit does not name one")
    plans.add_argument("--set", action="append", default=[], type=setting, metavar="NAME=VALUE")
    plans.set_defaults(run=lambda given: plan(given.country, given.output, dict(given.set), given.master))
    given = parser.parse_args(arguments)
    return given.run(given)


def hold_to(threads: int) -> None:
    """Holds all that a task does to as many threads as Spark has given it: beside the division also
    what is read and written. It has to be said before the process has begun any."""
    import pyarrow

    os.environ["RAYON_NUM_THREADS"] = str(threads)
    pyarrow.set_cpu_count(threads)
    pyarrow.set_io_thread_count(threads)


def setting(text: str) -> "tuple[str, object]":
    """A setting by its name on the command line of evengrid, such as `target-population=1000`."""
    name, _, value = text.partition("=")
    try:
        return name.replace("-", "_"), json.loads(value)
    except ValueError:
        return name.replace("-", "_"), value


def pack(folders: "list[pathlib.Path]", country: pathlib.Path) -> int:
    """Writes the layers of city folders as GeoParquet, a file a city and layer.

    What would make another plan if it were left out is refused before anything is written; all else
    that is passed over is told."""
    refused = [reason for folder in folders for reason in unpackable(folder)]
    if refused:
        raise SystemExit("\n".join(refused))
    for folder in folders:
        layers = {layer: path for layer in LAYERS for path in shapes_of(folder, layer)}
        for layer, path in layers.items():
            source = f"/vsigzip/{path}" if path.suffix == ".gz" else path
            frame = geopandas.read_file(source).to_crs("EPSG:4326")
            table = country / layer / f"{folder.name}.parquet"
            table.parent.mkdir(parents=True, exist_ok=True)
            frame.assign(city=folder.name).to_parquet(table)
        for path in sorted(set(folder.iterdir()) - set(layers.values())):
            print(f"{path}: passed over, not a layer of which a plan is made")
    return 0


def shapes_of(folder: pathlib.Path, layer: str) -> "list[pathlib.Path]":
    """The files of a layer."""
    return [path for path in (folder / f"{layer}{ending}" for ending in SHAPES) if path.exists()]


def unpackable(folder: pathlib.Path) -> "list[str]":
    """What stands in the way of packing a city folder, with the cure."""
    reasons = []
    settings = folder / "evengrid.toml"
    lines = settings.read_text(encoding="utf-8").splitlines() if settings.exists() else []
    if any(line.strip() and not line.strip().startswith("#") for line in lines):
        reasons.append(
            f"{settings}: settings of one city are not packed; give them to all by `plan --set`, or as columns "
            "(`grids` of communities, `hard` of barriers), and take the file away"
        )
    for layer in LAYERS:
        if len(shapes_of(folder, layer)) > 1:
            reasons.append(f"{folder}: {layer} is there twice, packed and unpacked; take one away")
        tables = [folder / f"{layer}{ending}" for ending in TABLES]
        reasons += [f"{path}: tables are not packed; save it as {layer}.geojson" for path in tables if path.exists()]
    if not shapes_of(folder, "units"):
        reasons.append(f"{folder}: units.geojson is not there")
    return reasons


def plan(
    country: pathlib.Path, plans: pathlib.Path, asked: "dict[str, object]", master: "str | None" = None
) -> int:
    """Plans every city on the cluster, and says what came of it."""
    from pyspark.sql import SparkSession

    if isinstance(asked.get("effort"), (int, float)):
        raise SystemExit("effort in seconds differs from run to run; ask for fast, balanced or thorough")
    builder = SparkSession.builder.appName("evengrid")
    spark = (builder.master(master) if master else builder).getOrCreate()
    threads = int(spark.conf.get("spark.task.cpus", "1"))
    plans.mkdir(parents=True, exist_ok=True)
    cities = rows_by_city(spark, country)
    where = str(plans.resolve())

    def planned(rows: pandas.DataFrame) -> pandas.DataFrame:
        hold_to(threads)
        told = pandas.DataFrame([plan_city(rows, where, asked, threads)])
        return told.reindex(columns=list(SUMMARY))

    schema = ", ".join(f"{name} {kind}" for name, kind in SUMMARY.items())
    told = cities.applyInPandas(planned, schema=schema).toPandas().sort_values("city")
    spark.stop()
    sweep(plans)
    print(told.to_string(index=False))
    names = {folder_of(plans, city).name for city in told.city}
    for stale in sorted(path.name for path in plans.glob("city=*") if path.name not in names):
        print(f"{stale} stands from before and is not in {country}")
    return 1 if told.fault.notna().any() else 0


def rows_by_city(spark, country: pathlib.Path):
    """All layers as one table of rows, grouped by city: the largest cities are begun first."""
    from pyspark.sql import functions as f

    whole = None
    for table in (country / layer for layer in LAYERS if (country / layer).is_dir()):
        for files in files_by_schema(table):
            layer = spark.read.option("basePath", str(table)).parquet(*files)
            others = [name for name in layer.columns if name not in ("city", "geometry")]
            properties = f.to_json(f.struct(*others)) if others else f.lit("{}")
            name = f.lit(table.name).alias("layer")
            rows = layer.select("city", name, "geometry", properties.alias("properties"))
            whole = rows if whole is None else whole.unionByName(rows)
    if whole is None:
        raise SystemExit(f"{country}: no layer is there; make units/*.parquet, or pack city folders")
    sizes = whole.groupBy("city").count().collect()
    order = [row.city for row in sorted(sizes, key=lambda row: (-row["count"], row.city))]
    ranks = spark.createDataFrame(list(enumerate(order)), "rank int, city string")
    ranked = whole.join(f.broadcast(ranks), "city")
    return ranked.repartitionByRange(len(order), "rank").groupBy("rank", "city")


def files_by_schema(table: pathlib.Path) -> "list[list[str]]":
    """The files of a table, those of one schema together: cities need not agree in columns and types."""
    from pyarrow import parquet

    files: "dict[str, list[str]]" = {}
    for path in sorted(table.rglob("*.parquet")):
        schema = parquet.read_schema(path).remove_metadata()
        files.setdefault(str(schema), []).append(str(path))
    return list(files.values())


def plan_city(rows: pandas.DataFrame, plans: str, asked: "dict[str, object]", threads: int) -> "dict[str, object]":
    """Plans a city and puts its folder into place. Rows come in any order, and leave in one."""
    city = rows.city.iloc[0]
    rows = rows.sort_values(["layer", "properties", "geometry"], ignore_index=True)
    key = key_of(rows, asked)
    target = folder_of(pathlib.Path(plans), city)
    stands = read_summary(target, key)
    if stands is not None:
        return stands
    layers = {layer: frame_of(group) for layer, group in rows.groupby("layer")}
    try:
        done = evengrid.plan(name=city, threads=threads, **layers, **asked)
    except ValueError as fault:  # It would be the same on every retry: the others go on, and it is told.
        return {"city": city, "complete": False, "fault": str(fault)}
    totals, objective = done.record["totals"], done.record["objective"]
    summary = {
        "city": city,
        "units": totals["units"],
        "grids": totals["grids"],
        "population": float(done.grids.population.sum()),
        "border_m": float(objective["border_m"]),
        "violations": len(done.violations),
        "complete": done.complete,
        "fault": None,
    }
    aside = pathlib.Path(plans) / f"_{uuid.uuid4().hex}"
    aside.mkdir()
    done.units.to_parquet(aside / "units.parquet")
    done.grids.to_parquet(aside / "grids.parquet")
    done.assignments.to_parquet(aside / "people.parquet")
    violations = done.violations.to_dict("records")
    record = {"key": key, "summary": summary, "parameters": done.record["parameters"], "violations": violations}
    (aside / "plan.json").write_text(json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n")
    put_into_place(aside, target, key)
    return summary


def folder_of(plans: pathlib.Path, city: str) -> pathlib.Path:
    """The folder of a city, whatever it is called."""
    return plans / f"city={str(city).replace('%', '%25').replace('/', '%2F')}"


def key_of(rows: pandas.DataFrame, asked: "dict[str, object]") -> str:
    """What a plan depends on, as a hash: input, settings, version."""
    digest = hashlib.sha256(json.dumps([evengrid.__version__, asked], sort_keys=True).encode())
    for layer, properties, geometry in zip(rows.layer, rows.properties, rows.geometry):
        for part in (layer.encode(), properties.encode(), geometry or b""):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def frame_of(rows: pandas.DataFrame) -> geopandas.GeoDataFrame:
    """Rows of one layer as a frame, with the columns that they had."""
    columns = pandas.DataFrame([json.loads(properties) for properties in rows.properties])
    shapes = geopandas.GeoSeries.from_wkb(rows.geometry.reset_index(drop=True), crs="EPSG:4326")
    return geopandas.GeoDataFrame(columns, geometry=shapes)


def read_summary(target: pathlib.Path, key: str) -> "dict[str, object] | None":
    """The summary of a city that stands already, if it was made of the same."""
    try:
        record = json.loads((target / "plan.json").read_text())
    except FileNotFoundError:
        return None
    return record["summary"] if record["key"] == key else None


def put_into_place(aside: pathlib.Path, target: pathlib.Path, key: str) -> None:
    """Renames a finished folder; one of other input makes room, and one of the same stays."""
    while True:
        try:
            os.rename(aside, target)
            return
        except OSError:
            if not target.exists():
                raise
        if read_summary(target, key) is not None:
            # Another try of the same task was quicker, with the same bytes.
            shutil.rmtree(aside)
            return
        with contextlib.suppress(FileNotFoundError):
            os.rename(target, target.with_name(f"_{uuid.uuid4().hex}"))


def sweep(plans: pathlib.Path) -> None:
    """Clears away what tries that were killed have left aside."""
    for aside in plans.glob("_*"):
        shutil.rmtree(aside, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
