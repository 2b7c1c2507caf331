"""Frames as the compiled part takes them, and back."""

from __future__ import annotations

from typing import Any, Iterable, Optional

import geopandas
import numpy
import pandas
import shapely

#: Layers of a city beside its units: what a frame is called, and the file it stands for.
LAYERS = (
    "communities",
    "barriers",
    "members",
    "households",
    "officers",
    "stations",
    "seeds",
    "partners",
    "reporting",
    "roster",
    "estates",
    "walks",
)

WGS84 = "EPSG:4326"


def layer(name: str, frame: geopandas.GeoDataFrame) -> dict[str, Any]:
    """A layer: its shapes as WKB, its columns as lists of plain values."""
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ValueError(f"{name}: a {type(frame).__name__}, where a GeoDataFrame is needed")
    columns = []
    for column in frame.columns:
        if column != frame.geometry.name:
            columns.append((str(column), values(frame[column])))
    if frame.index.name == "id" and "id" not in frame.columns:
        columns.append(("id", values(frame.index.to_series())))
    return {"name": name, "crs": None, "wkb": wkb(in_degrees(name, frame)), "columns": columns}


def in_degrees(name: str, frame: geopandas.GeoDataFrame) -> geopandas.GeoSeries:
    """The geometry in longitude and latitude; a frame that does not say is taken for that."""
    shapes = frame.geometry
    return shapes if shapes.crs is None else shapes.to_crs(WGS84)


def wkb(shapes: geopandas.GeoSeries) -> list[Optional[bytes]]:
    """Shapes as WKB; none where there is no shape."""
    return shapely.to_wkb(shapes.to_numpy(), output_dimension=2).tolist()


def values(column: pandas.Series) -> list[Any]:
    """Plain values, none where one is missing."""
    if column.dtype.kind in "iub":
        return column.tolist()
    if column.dtype.kind == "f":
        plain = column.to_numpy(dtype=float)
        whole = numpy.isfinite(plain) & (plain == numpy.floor(plain)) & (abs(plain) < 2**53)
        return [
            None if number != number else int(number) if is_whole else number
            for number, is_whole in zip(plain.tolist(), whole.tolist())
        ]
    if pandas.api.types.infer_dtype(column, skipna=True) == "string":
        return column.astype(object).where(column.notna(), None).tolist()
    return [plain_value(value) for value in column]


def plain_value(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if pandas.isna(value):
        return None
    if isinstance(value, numpy.generic):
        return plain_value(value.item())
    return value if isinstance(value, float) else str(value)


def frame(
    features: tuple[list[dict[str, Any]], list[Optional[bytes]]],
    crs: Any,
    columns: Iterable[str] = (),
) -> geopandas.GeoDataFrame:
    """Records with shapes as a frame in a reference system."""
    records, shapes = features
    table = pandas.DataFrame(records, columns=None if records else list(columns))
    geometry = geopandas.GeoSeries.from_wkb(shapes, crs=WGS84, index=table.index)
    table = geopandas.GeoDataFrame(table, geometry=geometry)
    return table if crs is None else table.to_crs(crs)
