"""Plans: what is asked, and what comes of it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any, Callable, Optional

import geopandas
import pandas

from . import _layers
from ._assignment import Assignment
from ._evengrid import Assignment as _Assignment
from ._evengrid import City as _City
from ._evengrid import Plan as _Plan

Progress = Callable[[str, int, int], object]


def plan(
    units: geopandas.GeoDataFrame,
    *,
    name: str = "city",
    threads: Optional[int] = None,
    progress: Optional[Progress] = None,
    **asked: Any,
) -> "Plan":
    """Divide units into service grids (网格), and put people in them where layers of people are given.

    Parameters
    ----------
    units
        Parcels, blocks or buildings: polygons or points with ``population``; where known ``id``,
        ``community``, ``estate``, ``households``, ``lock``, ``apart``, ``special``, ``seed``.
    communities, barriers, members, households, officers, stations, seeds, partners, reporting, \
roster, estates, walks
        Further layers as GeoDataFrames, with the columns of the files of these names in a city
        folder.
    name
        What the city is called in the summary and on the map.
    threads
        Threads to work on; all by default. The plan is the same on any number.
    progress
        Called as ``progress(stage, done, all)`` now and then.
    **asked
        Settings by the names of the command line, with ``_`` for ``-``: ``grids=463``,
        ``target_population=1000``, ``population_tolerance=0.05``, ``weight={"elderly": 0.2}``,
        ``mix=["tenure"]``, ``apart=[["u1", "u2"]]``, ``effort="thorough"``, ``seed=1``,
        ``population_field="POP"``.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        (a ``ValueError``) Where the data cannot be used; the message names layer, feature and cure.
    ValueError
        Where a setting is unknown or cannot be met.
    """
    city = _City.of_layers(name, *_layers_and_settings(units, asked))
    return Plan(city.plan(threads=threads, progress=progress), units)


def plan_folder(
    folder: "str | os.PathLike[str]",
    *,
    threads: Optional[int] = None,
    progress: Optional[Progress] = None,
    **asked: Any,
) -> "Plan":
    """Plan a city folder, with its ``evengrid.toml``, as the command line does.

    Errors are those of :func:`plan`, and ``OSError`` where a file is missing.
    """
    city = _City.read(folder, _settings(asked))
    path = os.path.join(folder, "units.geojson")
    units = geopandas.read_file(path if os.path.exists(path) else f"/vsigzip/{path}.gz")
    return Plan(city.plan(threads=threads, progress=progress), units)


def read_plan(folder: "str | os.PathLike[str]") -> "Plan":
    """Read back a plan folder, whoever wrote it: the command line, QGIS, or :meth:`Plan.save`.

    Raises ``OSError`` where the folder holds no plan.
    """
    inner = _Plan.read(folder)
    return Plan(inner, geopandas.read_file(os.path.join(folder, "units.geojson")))


class Plan:
    """A city in service grids, with those who answer for them.

    Frames come in the reference system of the units that were given.
    """

    def __init__(self, inner: _Plan, units: geopandas.GeoDataFrame):
        self._inner = inner
        self._units = units

    def __repr__(self) -> str:
        totals = self.record["totals"]
        short = totals["grids_in_violation"]
        kept = "every promise kept" if self.complete else f"{short} grids out of a tolerance"
        return f"<evengrid.Plan: {totals['units']} units in {totals['grids']} grids, {kept}>"

    @property
    def complete(self) -> bool:
        """Whether everything asked is kept and nobody is left over."""
        return self._inner.complete

    @cached_property
    def units(self) -> geopandas.GeoDataFrame:
        """The units as they were given, with ``grid``: the code of the grid of each."""
        return self._units.assign(grid=self._inner.grid_of_unit())

    @cached_property
    def grids(self) -> geopandas.GeoDataFrame:
        """A row a grid, with the columns of ``grids.geojson``: ``grid``, ``community``,
        ``population``, ``area_m2`` (m²), ``perimeter_m`` (m), ``polsby_popper``,
        ``population_deviation``, what else was asked, ``officer``, ``central_households``."""
        return _layers.frame(self._inner.grids(), self._units.crs)

    @cached_property
    def cells(self) -> Optional[geopandas.GeoDataFrame]:
        """The ground of every unit (``unit``; none for open ground) with its ``grid``, where units
        are buildings or had to be repaired; else ``None``: the units are their own ground."""
        cells = self._inner.cells()
        return None if cells is None else _layers.frame(cells, self._units.crs)

    @cached_property
    def assignments(self) -> geopandas.GeoDataFrame:
        """Central households and officers as points, who belongs to them as lines (``kind``)."""
        return _layers.frame(self._inner.assignments(), self._units.crs, columns=["kind"])

    @cached_property
    def record(self) -> "dict[str, Any]":
        """What ``plan.json`` says: settings, figures with their bounds, violations, staff."""
        return self._inner.record()

    @cached_property
    def violations(self) -> pandas.DataFrame:
        """Where the plan falls short of what was asked, a row a promise that a grid breaks, with
        ``value``, ``limit`` and ``reason``."""
        columns = ["grid", "community", "promise", "field", "value", "limit", "unavoidable", "reason"]
        return pandas.DataFrame(self.record["violations"]).reindex(columns=columns)

    @cached_property
    def moves(self) -> pandas.DataFrame:
        """Units that have another grid than before, with the reason; for a plan of :meth:`replan`."""
        moves = (self.record.get("replan") or {}).get("moves", [])
        return pandas.DataFrame(moves).reindex(columns=["unit", "from", "to", "people", "reason"])

    def summary(self) -> str:
        """The summary that the command line prints."""
        return self._inner.summary()

    def locate(
        self, points: geopandas.GeoDataFrame, *, within_m: Optional[float] = None
    ) -> geopandas.GeoDataFrame:
        """Who answers for each point: the points with the responsibility chain (责任链) beside them.

        Outside of all grids the chain is empty, or, with ``within_m``, that of the nearest grid
        within so many metres, with ``distance_m``.
        """
        shapes = _layers.wkb(_layers.in_degrees("points", points))
        chains = self._inner.locate(shapes, within_m)
        table = pandas.DataFrame([chain or {} for chain in chains], index=points.index)
        return points.drop(columns=table.columns, errors="ignore").join(table)

    def audit(
        self,
        *,
        communities: Optional[geopandas.GeoDataFrame] = None,
        barriers: Optional[geopandas.GeoDataFrame] = None,
        current: "Optional[Plan]" = None,
        **limits: float,
    ) -> "Audit":
        """Audit the plan by the eight principles of GB/T 30428.1, computed anew from the polygons.

        ``communities`` and ``barriers`` are those of the plan where none are given; a plan that was
        read back holds none.
        ``limits`` may be ``most_diameter`` (m), ``least_compactness``, ``least_barrier_share``,
        ``most_moved`` (share of people, against ``current``), ``seam`` (m²), ``seam_width`` (m),
        ``cut_share``.
        """
        known = {
            "most_diameter",
            "least_compactness",
            "least_barrier_share",
            "most_moved",
            "seam",
            "seam_width",
            "cut_share",
        }
        for limit, value in limits.items():
            if limit not in known:
                raise ValueError(f"there is no limit {limit!r}; name one of {', '.join(sorted(known))}")
            if not value >= 0:
                raise ValueError(f"{limit}={value}; give a number of 0 or more")
        frames = {"communities": communities, "barriers": barriers}
        layers = [_layers.layer(name, frame) for name, frame in frames.items() if frame is not None]
        present = None if current is None else current._inner
        return Audit(*self._inner.audit(limits, layers, present))

    def explain(self, unit: str) -> str:
        """Why a unit is in its grid, and what moving it would do, in sentences."""
        return self._inner.explain(str(unit))[0]

    def replan(
        self,
        units: geopandas.GeoDataFrame,
        *,
        lock: "list[str] | tuple[str, ...]" = (),
        forget: "list[str] | tuple[str, ...]" = (),
        stability: Optional[float] = None,
        name: str = "city",
        threads: Optional[int] = None,
        progress: Optional[Progress] = None,
        **asked: Any,
    ) -> "Plan":
        """A plan for what is there now, in which few people get another grid than in this one.

        Units are matched by ``id``; layers and settings are those of :func:`plan`; what is not asked
        anew is asked as before. ``lock``: codes of grids that stay as they are. ``forget``: what was
        asked and shall not be asked again (``["apart", "weight=elderly"]``). ``stability``: metres of
        border that a person's staying is worth; people come before borders by default.
        """
        layers, settings = _layers_and_settings(units, asked)
        inner = self._inner.replan(
            name, layers, settings, list(lock), list(forget), stability, threads, progress
        )
        return Plan(inner, units)

    def assign_households(
        self,
        households: Optional[geopandas.GeoDataFrame] = None,
        members: Optional[geopandas.GeoDataFrame] = None,
        **asked: Any,
    ) -> Assignment:
        """Choose central households (党员中心户) and link member households, grid by grid, with the
        least walking in all.

        Parameters
        ----------
        households, members
            Points: households that could be a central household, and households of party members,
            with the columns of the files of these names. Those of the plan where none are given; a
            plan that was read back holds none.
        **asked
            ``places`` over the city (as few as the links allow by default), or
            ``places_per_grid``; ``links``: member households that a central household links at
            most (10).

        Raises
        ------
        ValueError
            As :func:`plan`, and where there is nobody to be placed.
        """
        return self._assign("households", asked, households=households, members=members)

    def assign_officers(
        self,
        officers: Optional[geopandas.GeoDataFrame] = None,
        *,
        communities: Optional[geopandas.GeoDataFrame] = None,
        walks: Optional[geopandas.GeoDataFrame] = None,
        on_foot: bool = False,
        detour: Optional[float] = None,
        **asked: Any,
    ) -> Assignment:
        """Assign auxiliary officers (辅警), one a community, with the least way in all; or whoever
        else is to be one a community.

        Parameters
        ----------
        officers
            Points with ``id`` and, where known, ``home``, ``prefers``, ``avoids``, ``skills``,
            ``languages``. Those of the plan where none are given; a plan that was read back holds
            none.
        communities
            What communities ``requires`` (skills or languages), by ``id``, for a plan that was read
            back.
        walks, on_foot
            Ways on foot along these lines (those of the plan where none are given) rather than
            straight lines.
        detour
            Straight lines are this much shorter than ways: 1.3 by default. (The officers of
            :func:`plan` have straight lines, as with 1.)
        **asked
            ``preference``: metres by which a preferred community counts as nearer, and one for each
            skill it needs (1,000); ``spare``: what becomes of officers beyond one a community,
            ``"workload"`` (the default), ``"minimax"`` or ``"left"``; ``role``: what they are called
            in the record.

        Raises
        ------
        ValueError
            As :func:`plan`, and where there are no officers, or no walks to go on foot.
        """
        way = {"on_foot": on_foot, "detour": detour}
        layers = {"officers": officers, "communities": communities, "walks": walks}
        return self._assign("officers", asked, way, **layers)

    def stations(
        self,
        stations: Optional[geopandas.GeoDataFrame] = None,
        *,
        walks: Optional[geopandas.GeoDataFrame] = None,
        on_foot: bool = False,
        detour: Optional[float] = None,
        **asked: Any,
    ) -> Assignment:
        """Choose stations of the 15-minute circle (十五分钟服务圈) among sites, and say whom each
        serves.

        Parameters
        ----------
        stations
            Points with ``id`` and, where known, ``status`` (``existing``, ``candidate``,
            ``closed``), ``kind`` and ``capacity``. Those of the plan where none are given; a plan that was
            read back holds none.
        walks, on_foot, detour
            As for :meth:`assign_officers`.
        **asked
            ``model``: ``"fewest"`` that bring everybody within reach (the default), most
            ``"people"`` within reach of ``p`` stations, least ``"distance"`` in all to ``p``, or
            the least ``"longest"`` way to ``p``; ``p`` (all sites); ``kind``: the only kind of sites
            to choose among; ``reach`` (1,000 m);
            ``times``: stations that everybody is to have within reach (1); ``existing``:
            ``"required"`` (the default), ``"free"`` or ``"closed"``; ``capacities=True``: serve no
            more people than a station's capacity says; ``isochrones=True``: also give what is
            within reach as ``areas``.

        Raises
        ------
        ValueError
            As :func:`plan`, and where there are no sites, fewer than ``p``, or no walks to go on
            foot.
        """
        way = {"on_foot": on_foot, "detour": detour}
        return self._assign("stations", asked, way, stations=stations, walks=walks)

    def _assign(
        self,
        question: str,
        asked: "dict[str, Any]",
        way: "Optional[dict[str, Any]]" = None,
        **frames: Optional[geopandas.GeoDataFrame],
    ) -> Assignment:
        layers = [_layers.layer(name, frame) for name, frame in frames.items() if frame is not None]
        inner = _Assignment.of_plan(self._inner, question, _settings(asked), layers, **(way or {}))
        return Assignment(inner, self._units.crs)

    def save(self, folder: "str | os.PathLike[str]", *, force: bool = False) -> None:
        """Write the plan folder that the command line writes: whole or not at all.

        ``force`` replaces a plan that stands there, and nothing else.
        """
        shapes = _layers.in_degrees("units", self._units)
        text = self._units.set_geometry(shapes).to_json(drop_id=True, ensure_ascii=False)
        self._inner.save(folder, text, force)

    def to_html(self, path: "str | os.PathLike[str]") -> None:
        """Write the map for the browser, which needs no network."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._inner.page("map.html"))

    def _repr_svg_(self) -> str:
        return self._inner.page("map.svg")

    def plot(self, column: str = "population_deviation", **options: Any) -> Any:
        """Draw the grids, coloured by a column, with matplotlib; returns the axes."""
        usual = {"edgecolor": "white", "linewidth": 0.5, "legend": True}
        return self.grids.plot(column=column, **{**usual, **options})


class Audit:
    """What an audit found. ``print`` it to read it."""

    def __init__(self, text: str, report: "dict[str, Any]"):
        self._text = text
        #: The whole report, as ``evengrid audit --json`` prints it.
        self.report = report

    def __repr__(self) -> str:
        return self._text

    @property
    def passes(self) -> bool:
        """Whether nothing fails."""
        return self.report["passes"]

    @property
    def subjects(self) -> pandas.DataFrame:
        """A row a subject: ``subject``, ``verdict``, ``summary``."""
        return pandas.DataFrame(self.report["subjects"])[["subject", "verdict", "summary"]]

    @property
    def failures(self) -> pandas.DataFrame:
        """A row a fault: ``subject``, ``grid``, ``value``, ``limit``, ``reason``."""
        failures = [f for subject in self.report["subjects"] for f in subject["failures"]]
        return pandas.DataFrame(failures).reindex(
            columns=["subject", "fault", "grid", "of", "value", "limit", "reason"]
        )

    @property
    def grids(self) -> pandas.DataFrame:
        """A row a grid, with its figures and what it fails in (``fails``)."""
        return pandas.DataFrame(self.report["grids"])


def _layers_and_settings(
    units: geopandas.GeoDataFrame, asked: "dict[str, Any]"
) -> "tuple[list[dict[str, Any]], dict[str, Any]]":
    """What is asked, as layers and settings."""
    frames = {"units": units}
    for name in _layers.LAYERS:
        frame = asked.pop(name, None)
        if frame is not None:
            frames[name] = frame
    return [_layers.layer(name, frame) for name, frame in frames.items()], _settings(asked)


def _settings(asked: "dict[str, Any]") -> "dict[str, Any]":
    """Settings by the names of the command line."""
    return {
        name.replace("_", "-"): _layers.plain_value(value)
        for name, value in asked.items()
        if value is not None
    }
