import json

import geopandas
import pytest
from shapely.geometry import LineString, Point

import evengrid
from conftest import DATA, read

#: What both say of an answer; the rest names files and seconds.
TOLD = ["assignment", "parameters", "measure", "goal", "objective", "bound", "lower_bound", "upper_bound", "gap", "figures", "wants"]


@pytest.fixture(scope="module")
def jinchang():
    units, communities = read("jinchang", "units"), read("jinchang", "communities")
    return evengrid.plan(units, communities=communities, grids=463, seed=1)


@pytest.fixture(scope="module")
def planned(command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jinchang") / "plan"
    command("plan", DATA / "jinchang", "-o", folder, "--grids", 463, "--seed", 1)
    return folder


def same(answer, folder):
    """Whether an answer is that of a folder, figure by figure and link by link."""
    record = json.loads((folder / "assignment.json").read_text())
    assert {name: answer.record[name] for name in TOLD} == {name: record[name] for name in TOLD}
    theirs = json.loads((folder / "assignments.geojson").read_text())["features"]
    ours = json.loads(answer.features.to_json(drop_id=True, na="drop"))["features"]
    assert [f["properties"] for f in ours] == [f["properties"] for f in theirs]
    assert [f["geometry"] for f in ours] == [f["geometry"] for f in theirs]


def test_officers_are_those_of_the_command_line(jinchang, planned, command, tmp_path):
    command("assign", "officers", DATA / "jinchang", planned, "-o", tmp_path / "cli")
    answer = jinchang.assign_officers(
        read("jinchang", "officers"), communities=read("jinchang", "communities")
    )
    same(answer, tmp_path / "cli")
    assert answer.complete and len(answer.left_out) == 0 and answer.gap == 0
    assert answer.lower_bound <= answer.objective
    assert sorted(answer.links.community) == sorted(jinchang.grids.community.unique())
    assert list(answer.links.columns) == ["kind", "distance_m", "officer", "community", "geometry"]
    answer.save(tmp_path / "python")
    saved = (tmp_path / "python" / "assignments.geojson").read_text()
    assert len(json.loads(saved)["features"]) == len(answer.features)
    with pytest.raises(OSError, match="--force"):
        answer.save(tmp_path / "python")


def test_households_are_those_of_the_command_line(jinchang, planned, command, tmp_path):
    command("assign", "households", DATA / "jinchang", planned, "-o", tmp_path / "cli", "--places", 659)
    people = {name: read("jinchang", name) for name in ("households", "members")}
    answer = jinchang.assign_households(**people, places=659)
    same(answer, tmp_path / "cli")
    assert len(answer.people) == 659 and len(answer.links) == 4_365
    assert answer.links.groupby("central_household").size().max() <= 10


def test_stations_are_those_of_the_command_line(jinchang, command, tmp_path):
    sites = read("jinchang", "stations")
    command("assign", "stations", DATA / "jinchang", "-o", tmp_path / "fewest", "--isochrones")
    answer = jinchang.stations(sites, isochrones=True)
    same(answer, tmp_path / "fewest")
    assert not answer.complete and answer.left_out.reason.str.contains("no site within reach").all()
    assert len(answer.areas) == len(answer.people) == answer.objective
    asked = ["--model", "people", "-p", 9, "--reach", 800, "--detour", 1.2, "--existing", "free"]
    command("assign", "stations", DATA / "jinchang", "-o", tmp_path / "people", *asked)
    answer = jinchang.stations(sites, model="people", p=9, reach=800, detour=1.2, existing="free")
    same(answer, tmp_path / "people")
    assert answer.record["measure"] == "people within reach" and answer.goal == "most"
    assert answer.lower_bound == answer.objective <= answer.bound == answer.upper_bound


def test_a_plan_that_is_read_back_is_staffed(jinchang, planned):
    back = evengrid.read_plan(planned)
    officers, communities = read("jinchang", "officers"), read("jinchang", "communities")
    a = back.assign_officers(officers, communities=communities)
    b = jinchang.assign_officers(officers)
    assert dict(zip(a.links.officer, a.links.community)) == dict(zip(b.links.officer, b.links.community))
    assert a.objective == pytest.approx(b.objective, rel=1e-6)
    with pytest.raises(ValueError, match="the city has no officers; add officers.geojson"):
        back.assign_officers()


def points(**columns):
    n = len(next(iter(columns.values())))
    at = [Point(0.0005 + i / 1000, 0.0015) for i in range(n)]
    return geopandas.GeoDataFrame(columns, geometry=at, crs="EPSG:4326")


def test_who_is_left_out_is_named(squares):
    squares = squares.assign(community=["west" if i % 6 < 3 else "east" for i in range(30)])
    p = evengrid.plan(squares.to_crs("EPSG:32631"), grids=4)
    answer = p.assign_officers(points(id=["o"], avoids=["west"]))
    assert not answer.complete and answer.left_out.of.tolist() == ["west"]
    assert "everybody avoids it" in answer.left_out.reason[0] and answer.left_out.cure[0]
    assert answer.features.crs == "EPSG:32631" and answer.links.length[0] == pytest.approx(
        answer.links.distance_m[0] / 1.3, rel=1e-3
    )
    assert "not met: west" in repr(answer)
    assert answer._repr_svg_().startswith("<svg")


def test_on_foot_and_roles(squares):
    p = evengrid.plan(squares, grids=2, stations=points(id=["s"]))
    walk = geopandas.GeoDataFrame(geometry=[LineString([(0, 0.0015), (0.006, 0.0015)])], crs="EPSG:4326")
    straight, walked = p.stations(reach=300), p.stations(walks=walk, on_foot=True, reach=300)
    assert 0 < len(walked.links) <= len(straight.links)
    assert walked.links.distance_m.tolist() != straight.links.distance_m.tolist()
    assert walked.record["parameters"]["on-foot"] and walked.record["parameters"]["detour"] is None
    assert p.assign_officers(points(id=["i"]), role="instructors").record["assignment"] == "instructors"


def test_wrong_arguments_are_value_errors(squares):
    p = evengrid.plan(squares, grids=2)
    site, people = points(id=["s"]), points(id=["a", "b"])
    for ask, message in [
        (lambda: p.stations(), "the city has no stations; add stations.geojson"),
        (lambda: p.assign_households(), "households.geojson and members.geojson"),
        (lambda: p.stations(site, model="distance", p=2), "2 sites"),
        (lambda: p.stations(site, model="best"), "best"),
        (lambda: p.stations(site, reach=-5), "reach"),
        (lambda: p.stations(site, raech=5), "raech"),
        (lambda: p.stations(site, p="many"), "."),
        (lambda: p.stations(site, detour=0), "factor of 0"),
        (lambda: p.stations(site, on_foot=True), "walks.geojson"),
        (lambda: p.stations(site, on_foot=True, detour=1.2), "detour"),
        (lambda: p.stations(points(id=["s"], status=["maybe"])), "stations, feature 1 .*maybe"),
        (lambda: p.stations(5), "GeoDataFrame"),
        (lambda: p.assign_officers(people, preference=-1), "--preference -1"),
        (lambda: p.assign_officers(people, spare="all"), "all"),
        (lambda: p.assign_households(people, people, links=0), "--links 0"),
        (lambda: p.assign_officers(points(id=["a", "a"])), "the id stands already at feature 1"),
    ]:
        with pytest.raises(ValueError, match=message):
            ask()
