"""Who and what goes where: answers with their bounds."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any, Optional

import geopandas
import pandas

from . import _layers
from ._evengrid import Assignment as _Assignment



class Assignment:
    """An answer of :meth:`Plan.assign_officers`, :meth:`Plan.assign_households` or
    :meth:`Plan.stations`: what ``evengrid assign`` answers to the same question. ``print`` it to read
    it.

    Frames come in the reference system of the units.
    """

    def __init__(self, inner: _Assignment, crs: Any):
        self._inner = inner
        self._crs = crs

    def __repr__(self) -> str:
        return self._inner.summary()

    @cached_property
    def record(self) -> "dict[str, Any]":
        """What ``assignment.json`` says: ``measure``, ``goal``, ``objective``, ``bound``,
        ``lower_bound``, ``upper_bound``, ``gap``, ``figures``, ``wants``, ``parameters``."""
        return self._inner.record()

    @cached_property
    def features(self) -> geopandas.GeoDataFrame:
        """All of ``assignments.geojson``: people and places as points, links as lines, areas."""
        return _layers.frame(self._inner.features(), self._crs, columns=["kind"])

    @property
    def people(self) -> geopandas.GeoDataFrame:
        """A point a person or place that has been chosen: ``kind``, ``id``."""
        return self._of("Point")

    @property
    def links(self) -> geopandas.GeoDataFrame:
        """A line a link: ``kind``, the ids of both ends (such as ``officer`` and ``community``),
        ``distance_m``."""
        return self._of("LineString")

    @property
    def areas(self) -> geopandas.GeoDataFrame:
        """What is within reach of each station, where ``isochrones`` were asked for: ``place`` (its
        id), ``reach_m``."""
        return self._of("Polygon", "MultiPolygon")

    @cached_property
    def left_out(self) -> pandas.DataFrame:
        """Who or what could not be met, a row each: ``of`` (an id or code), ``reason``, ``cure``."""
        return pandas.DataFrame(self.record["wants"], columns=["of", "reason", "cure"])

    @property
    def complete(self) -> bool:
        """Whether nobody is left out."""
        return not self.record["wants"]

    @property
    def objective(self) -> float:
        """The value of the answer, in what ``record["measure"]`` says."""
        return self.record["objective"]

    @property
    def goal(self) -> str:
        """Whether the ``"least"`` or the ``"most"`` of that is best."""
        return self.record["goal"]

    @property
    def bound(self) -> float:
        """No answer is better than this: none has a lower value where ``goal`` is ``"least"``, none
        a higher one where it is ``"most"``."""
        return self.record["bound"]

    @property
    def lower_bound(self) -> float:
        """The best value is at least this; where ``goal`` is ``"most"``, it is the value of this
        answer."""
        return self.record["lower_bound"]

    @property
    def upper_bound(self) -> float:
        """The best value is at most this; where ``goal`` is ``"least"``, it is the value of this
        answer."""
        return self.record["upper_bound"]

    @property
    def gap(self) -> Optional[float]:
        """How far from the best the answer is at most, as a share; 0 where it is proved to be the
        best, none where nothing is known."""
        return self.record["gap"]

    def summary(self) -> str:
        """The summary that the command line prints."""
        return self._inner.summary()

    def save(self, folder: "str | os.PathLike[str]", *, force: bool = False) -> None:
        """Write the folder that ``evengrid assign`` writes: whole or not at all.

        ``force`` replaces an answer that stands there, and nothing else.
        """
        self._inner.save(folder, force)

    def to_html(self, path: "str | os.PathLike[str]") -> None:
        """Write the map for the browser, which needs no network."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._inner.page("map.html"))

    def _repr_svg_(self) -> str:
        return self._inner.page("map.svg")

    def _of(self, *kinds: str) -> geopandas.GeoDataFrame:
        of = self.features[self.features.geom_type.isin(kinds)]
        # Columns of other kinds of features say nothing here.
        empty = [name for name in of.columns if name != of.geometry.name and of[name].isna().all()]
        return of.drop(columns=empty if len(of) else []).reset_index(drop=True)
