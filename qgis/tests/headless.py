"""Runs every algorithm headless by `qgis_process`, on the bundled city, and looks at what comes out.

    python3 qgis/tests/headless.py      # with a Python that has the package evengrid

Exit code 0: all is well. 75: QGIS is not there, and nothing was tried.
"""

import gzip
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data" / "jinchang"
PLUGIN = ROOT / "qgis" / "evengrid_qgis"
PASSED_OVER = 75

#: Algorithms with their titles.
TITLES = {
    "divide": ("Divide into service grids", "划分网格"),
    "assignhouseholds": ("Assign central households", "配置党员中心户"),
    "assignofficers": ("Assign officers", "配置辅警"),
    "stations": ("Choose stations (15-minute circle)", "站点选址（十五分钟服务圈）"),
    "audit": ("Audit a plan (GB/T 30428.1)", "审核方案（GB/T 30428.1）"),
    "locate": ("Who answers for these points?", "责任链定位"),
    "replan": ("Change a plan, moving few people", "调整方案（少动人）"),
}


class Qgis:
    """QGIS without a window, with a profile of its own."""

    def __init__(self, program, place):
        self.program, self.place = program, place
        plugins = place / "profile" / "profiles" / "default" / "python" / "plugins"
        shutil.copytree(PLUGIN, plugins / PLUGIN.name)
        # The compiled part is abi3: QGIS' own Python takes it from any other.
        package = pathlib.Path(importlib.util.find_spec("evengrid").origin).parent
        shutil.copytree(package, place / "site" / "evengrid")
        self.environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QGIS_CUSTOM_CONFIG_PATH": str(place / "profile"),
            "PYTHONPATH": str(place / "site"),
            "LC_ALL": "C.UTF-8",
        }
        for name in ("PYTHONHOME", "VIRTUAL_ENV"):
            self.environment.pop(name, None)
        self.process("plugins", "enable", PLUGIN.name)

    def process(self, *arguments, code=0, **environment):
        """Runs `qgis_process`; what it prints, and what it complains of."""
        command = [self.program, *map(str, arguments)]
        environment = {**self.environment, **environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (done.returncode != 0) == (code != 0), f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr if code else done.stdout

    def run(self, algorithm, **parameters):
        """Runs an algorithm; its results and its log."""
        given = [f"{name}={value}" for name, value in parameters.items()]
        told = json.loads(self.process("--json", "run", f"evengrid:{algorithm}", "--", *given))
        return told["results"], told["log"]


def unpacked(place):
    """The bundled city as files that QGIS finds; what gives the path of a layer."""
    for packed in DATA.glob("*.geojson.gz"):
        (place / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    return lambda name: place / f"{name}.geojson"


def features(path):
    """Properties of the features of a GeoJSON file."""
    return [feature["properties"] for feature in json.loads(pathlib.Path(path).read_text())["features"]]


def check(program, place):
    """Runs them all."""
    qgis = Qgis(program, place)
    for language, number in (("C.UTF-8", 0), ("zh_CN.UTF-8", 1)):
        listed = qgis.process("list", LC_ALL=language, LANGUAGE=language.split(".")[0])
        for name, titles in TITLES.items():
            assert f"evengrid:{name}\t{titles[number]}" in listed, (name, language)
    out, data = place / "out", place / "data"
    out.mkdir()
    data.mkdir()
    layer = unpacked(data)
    plan = out / "plan"

    done, _ = qgis.run(
        "divide",
        UNITS=layer("units"),
        COMMUNITIES=layer("communities"),
        GRIDS=463,
        EFFORT=0,
        OUTPUT_UNITS=out / "units.geojson",
        OUTPUT_GRIDS=out / "grids.geojson",
        PLAN=plan,
    )
    grids = features(out / "grids.geojson")
    assert len(grids) == 463 and sum(grid["population"] for grid in grids) == 300_000
    assert {unit["grid"] for unit in features(out / "units.geojson")} == {grid["grid"] for grid in grids}
    assert (plan / "map.html").exists()
    print("divide: 463 grids, 300,000 people")

    done, _ = qgis.run(
        "assignhouseholds",
        PLAN=plan,
        HOUSEHOLDS=layer("households"),
        MEMBERS=layer("members"),
        PLACES=659,
        OUTPUT_PLACES=out / "central.geojson",
        OUTPUT_LINKS=out / "links.geojson",
        OUTPUT_LEFT_OUT=out / "left.csv",
        FOLDER=out / "households",
    )
    assert len(features(out / "central.geojson")) == 659 and len(features(out / "links.geojson")) == 4_365
    assert done["LOWER_BOUND"] <= done["OBJECTIVE"] and done["LEFT_OUT"] == 0
    print(f"assignhouseholds: 659 places, {done['OBJECTIVE'] / 1e3:.0f} km, gap {done['GAP']}")

    done, _ = qgis.run(
        "assignofficers",
        PLAN=plan,
        OFFICERS=layer("officers"),
        COMMUNITIES=layer("communities"),
        OUTPUT_PLACES=out / "officers.geojson",
        OUTPUT_LINKS=out / "officer_links.geojson",
        FOLDER=out / "officers",
    )
    links = features(out / "officer_links.geojson")
    assert len({link["community"] for link in links}) == len(links) == 26 and done["GAP"] == 0
    print(f"assignofficers: 26, {done['OBJECTIVE'] / 1e3:.0f} km, gap 0")

    done, log = qgis.run(
        "stations",
        UNITS=layer("units"),
        STATIONS=layer("stations"),
        OUTPUT_PLACES=out / "stations.geojson",
        OUTPUT_LINKS=out / "station_links.geojson",
        OUTPUT_AREAS=out / "areas.geojson",
        OUTPUT_LEFT_OUT=out / "left_out.csv",
        FOLDER=out / "stations",
    )
    record = json.loads((out / "stations" / "assignment.json").read_text())
    assert len(features(out / "stations.geojson")) == done["OBJECTIVE"] == record["objective"]
    assert len(features(out / "areas.geojson")) == done["OBJECTIVE"]
    assert done["LEFT_OUT"] == len(record["wants"]) > 0
    assert len((out / "left_out.csv").read_text().splitlines()) == 1 + done["LEFT_OUT"]
    assert any("no site within reach" in warning for warning in log.get("warning", []) or [str(log)])
    print(f"stations: {done['OBJECTIVE']:.0f} open, {done['LEFT_OUT']} units beyond every site, told")

    done, _ = qgis.run("audit", PLAN=plan, COMMUNITIES=layer("communities"), REPORT=out / "audit.txt")
    assert isinstance(done["PASSES"], bool) and "seamless" in (out / "audit.txt").read_text().lower()
    print(f"audit: passes {done['PASSES']}")

    qgis.run("locate", PLAN=plan, POINTS=layer("officers"), WITHIN=500, OUTPUT=out / "located.geojson")
    codes = {grid["grid"] for grid in grids}
    located = features(out / "located.geojson")
    assert located and all(point["grid"] in codes for point in located if point.get("grid"))
    print(f"locate: {sum(bool(point.get('grid')) for point in located)} of {len(located)} points")

    qgis.run(
        "replan",
        CURRENT=plan,
        UNITS=layer("units"),
        COMMUNITIES=layer("communities"),
        EFFORT=0,
        OUTPUT_UNITS=out / "next.geojson",
        OUTPUT_GRIDS=out / "next_grids.geojson",
    )
    before = {unit["id"]: unit["grid"] for unit in features(out / "units.geojson")}
    after = {unit["id"]: unit["grid"] for unit in features(out / "next.geojson")}
    assert before == after, "nothing changed, nobody moves"
    print("replan: nothing changed, nobody moved")

    told = qgis.process(
        "run", "evengrid:stations", "--", f"UNITS={layer('units')}", f"STATIONS={layer('stations')}",
        "MODEL=2", "P=9999", f"OUTPUT_PLACES={out / 'x.geojson'}", code=1,
    )
    assert "9999" in told, told
    print("a wrong request: refused, with the reason")

    # In QGIS' own Python: cancelling, and the looks of outputs.
    inside = pathlib.Path(__file__).with_name("inside.py")
    paths = [place / "site", PLUGIN.parent]
    environment = {**qgis.environment, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin:/Applications/QGIS.app/Contents/MacOS/bin")
    has_qgis = [python, "-c", "import qgis.core"]
    if python is None or subprocess.run(has_qgis, env=environment, capture_output=True).returncode != 0:
        print("passed over: cancelling, and the looks of outputs (no Python with qgis)")
        return
    command = [python, inside, plan, data]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout.strip())


def main():
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        print("passed over: QGIS (no qgis_process)")
        return PASSED_OVER
    with tempfile.TemporaryDirectory() as place:
        check(program, pathlib.Path(place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
