import json
import os

import geopandas
import pytest
from shapely.geometry import MultiPolygon, Point, box

import evengrid


def test_squares_are_shared_out(squares):
    p = evengrid.plan(squares, grids=5, seed=1)
    assert p.complete and len(p.violations) == 0
    assert list(p.units.columns) == ["id", "population", "geometry", "grid"]
    assert p.units.groupby("grid").population.sum().tolist() == [240] * 5
    assert p.grids.population.tolist() == [240] * 5
    for grid, shape in p.grids.set_index("grid").geometry.items():
        whole = squares.geometry[p.units.grid == grid].union_all()
        assert shape.symmetric_difference(whole).area < 1e-15
    assert p.cells is None, "units that tile are their own ground"
    assert "5 grids" in repr(p)


def test_same_plan_as_the_command_line(tmp_path, denver, command):
    units, communities = denver
    p = evengrid.plan(units, communities=communities, target_population=1000, seed=7)
    folder = evengrid_data("denver")
    command("plan", folder, "-o", tmp_path / "cli", "--target-population", 1000, "--seed", 7)
    theirs = geopandas.read_file(tmp_path / "cli" / "units.geojson")
    assert theirs.grid.tolist() == p.units.grid.tolist()
    p.save(tmp_path / "python")
    record = [json.loads((tmp_path / of / "plan.json").read_text()) for of in ("cli", "python")]
    for name in ("parameters", "totals", "objective", "violations"):
        assert record[0][name] == record[1][name], name
    grids = [(tmp_path / of / "grids.geojson").read_bytes() for of in ("cli", "python")]
    assert grids[0] == grids[1]
    with pytest.raises(OSError, match="--force"):
        p.save(tmp_path / "python")
    p.save(tmp_path / "python", force=True)


def test_a_folder_and_frames_of_it_agree(denver):
    units, communities = denver
    a = evengrid.plan_folder(evengrid_data("denver"), grids=700, effort="fast")
    b = evengrid.plan(units, communities=communities, grids=700, effort="fast", threads=1)
    assert a.units.grid.tolist() == b.units.grid.tolist()


def test_the_reference_system_of_the_units_is_kept(squares):
    projected = squares.to_crs("EPSG:32631")
    p = evengrid.plan(projected, grids=3)
    assert p.grids.crs == projected.crs
    whole = p.grids.geometry.union_all()
    assert abs(whole.area / projected.geometry.union_all().area - 1) < 1e-6
    assert p.locate(projected.set_geometry(projected.representative_point())).grid.tolist() == \
        p.units.grid.tolist()


def test_people_are_placed(squares):
    def points(**columns):
        n = len(next(iter(columns.values())))
        at = [Point(0.0005 + i / 1000, 0.0015) for i in range(n)]
        return geopandas.GeoDataFrame(columns, geometry=at, crs="EPSG:4326")

    p = evengrid.plan(
        squares,
        grids=2,
        members=points(id=["m0", "m1", "m2", "m3", "m4", "m5"]),
        households=points(id=["h0", "h1", "h2", "h3", "h4", "h5"]),
        officers=points(id=["o1"]),
    )
    kinds = p.assignments.kind.value_counts()
    assert kinds["link"] == 6 and kinds["officer"] == 1 and kinds["central_household"] >= 2
    chain = p.locate(points(id=[1])).iloc[0]
    assert chain.officer == "o1" and chain.central_household.startswith("h")


def test_outside_of_all_grids_is_none_or_near(squares):
    p = evengrid.plan(squares, grids=2)
    far = geopandas.GeoDataFrame(geometry=[Point(-0.0001, 0.0005), Point(9, 9), None])
    assert "grid" not in p.locate(far).columns or p.locate(far).grid.isna().all()
    near = p.locate(far, within_m=20)
    assert near.grid.notna().tolist() == [True, False, False]
    assert 11 < near.distance_m[0] < 11.2


def test_audit_explain_and_pages(squares, tmp_path):
    p = evengrid.plan(squares, grids=5)
    audit = p.audit()
    assert audit.passes and len(audit.failures) == 0 and len(audit.grids) == 5
    strict = p.audit(most_diameter=1)
    assert not strict.passes and (strict.failures.subject == "ease-of-management").any()
    assert p.units.grid[0] in p.explain("u00")
    p.to_html(tmp_path / "map.html")
    assert "<html" in (tmp_path / "map.html").read_text()
    assert p._repr_svg_().startswith("<svg")


def test_a_written_plan_is_read_back(squares, tmp_path):
    p = evengrid.plan(squares, grids=5, seed=1, max_diameter=1000)
    p.save(tmp_path / "plan")
    back = evengrid.read_plan(tmp_path / "plan")
    assert back.complete and back.record["totals"]["grids"] == 5
    assert back.units.grid.tolist() == p.units.grid.tolist()
    strict = [plan.audit(most_diameter=1).failures for plan in (back, p)]
    assert back.audit().passes and len(strict[0]) == 5 and strict[0].grid.equals(strict[1].grid)
    middle = squares.set_geometry(squares.representative_point())
    assert back.locate(middle).grid.equals(p.locate(middle).grid)
    assert back.explain("u00") == p.explain("u00")
    next_plan = back.replan(squares)
    assert next_plan.units.grid.tolist() == p.units.grid.tolist()
    assert next_plan.record["parameters"]["max-diameter"] == 1000
    with pytest.raises(OSError, match="plan.json"):
        evengrid.read_plan(tmp_path)


def test_replan_moves_few_and_keeps_codes(squares):
    p = evengrid.plan(squares, grids=5, seed=1)
    same = p.replan(squares)
    assert same.units.grid.tolist() == p.units.grid.tolist() and len(same.moves) == 0
    grown = squares.assign(population=[80 if i == 0 else 40 for i in range(30)])
    q = p.replan(grown, population_tolerance=0.2)
    assert set(q.grids.grid) == set(p.grids.grid)
    changed = (q.units.grid != p.units.grid).sum()
    assert changed == len(q.moves) < 10


def test_buildings_get_ground():
    at = [(x / 1000, y / 1000) for y in range(4) for x in range(4)]
    houses = geopandas.GeoDataFrame(
        {"population": [10] * 16},
        geometry=[box(x, y, x + 0.0003, y + 0.0003) for x, y in at],
        crs="EPSG:4326",
    )
    city = geopandas.GeoDataFrame(
        {"id": ["c"]}, geometry=[box(-0.0005, -0.0005, 0.0038, 0.0038)], crs="EPSG:4326"
    )
    houses["community"] = "c"
    p = evengrid.plan(houses, communities=city, grids=4, units_are="buildings")
    assert len(p.cells) >= 16
    covered = p.grids.geometry.union_all().symmetric_difference(city.geometry[0]).area
    assert covered < 1e-12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": [40] * 29 + [-1]}, r'units, feature 30 \(id "u54"\): property "population" is -1'),
        ({"population": [40] * 29 + [None]}, r'feature 30 .* property "population" is missing'),
        ({"id": ["a"] * 30}, "the id stands already at feature 1"),
    ],
)
def test_faults_name_layer_feature_and_cure(squares, change, message):
    with pytest.raises(evengrid.InputError, match=message):
        evengrid.plan(squares.assign(**change), grids=2)


def test_wrong_arguments_are_value_errors(squares):
    for asked, message in [
        ({"gridz": 3}, "gridz"),
        ({"grids": "many"}, "."),
        ({"grids": 31}, "grid"),
        ({"grids": 3, "target_population": 5}, "more than one"),
        ({"grids": 3, "effort": "lazy"}, "lazy"),
        ({"grids": 3, "communities": 5}, "GeoDataFrame"),
        ({"grids": 3, "weight": {"elderly": 0.2}}, "elderly"),
    ]:
        with pytest.raises(ValueError, match=message):
            evengrid.plan(squares, **asked)
    with pytest.raises(ValueError, match="GeoDataFrame"):
        evengrid.plan(5, grids=2)
    with pytest.raises(ValueError, match="no limit"):
        evengrid.plan(squares, grids=2).audit(most=3)
    with pytest.raises(ValueError, match="not in the plan"):
        evengrid.plan(squares, grids=2).explain("nobody")
    with pytest.raises(ValueError, match="is no point"):
        evengrid.plan(squares, grids=2).locate(squares)


def test_empty_and_missing_shapes(squares):
    for shape in (None, MultiPolygon()):
        broken = squares.set_geometry([shape, *squares.geometry[1:]])
        with pytest.raises(evengrid.InputError, match="feature 1 .*no geometry"):
            evengrid.plan(broken, grids=2)


def test_progress_is_told_and_its_exceptions_come_out(squares):
    told = []
    evengrid.plan(squares, grids=2, progress=lambda *told_now: told.append(told_now))
    assert {stage for stage, _, _ in told} == {"survey", "divide", "staff"}

    def refuse(*_):
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        evengrid.plan(squares, grids=2, progress=refuse)


def test_work_stops_where_progress_raises(denver):
    units, communities = denver
    told = []

    def impatient(stage, done, everything):
        told.append((stage, done))
        if stage == "divide" and done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evengrid.plan(units, communities=communities, grids=700, progress=impatient)
    # Each thread that was about to tell as well has told once more; then all have stopped.
    begun = [stage for stage, done in told if stage == "divide" and done > 0]
    assert 1 <= len(begun) <= os.cpu_count() and told[-1][0] == "divide"


def test_a_plan_does_not_depend_on_threads(denver):
    units, communities = denver
    plans = [
        evengrid.plan(units, communities=communities, grids=300, effort="fast", threads=n)
        for n in (1, 2, 8)
    ]
    assert plans[0].units.grid.equals(plans[1].units.grid)
    assert plans[0].units.grid.equals(plans[2].units.grid)


def evengrid_data(city):
    from conftest import DATA

    return DATA / city
