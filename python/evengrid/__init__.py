"""Divide a city's communities into even, contiguous, compact service grids (网格).

GeoDataFrames in, GeoDataFrames out; the work is done by the Rust library of the same name, so the
same layers and settings give the same plan as its command line.

>>> import geopandas, evengrid
>>> units = geopandas.read_file("/vsigzip/examples/data/denver/units.geojson.gz")  # doctest: +SKIP
>>> p = evengrid.plan(units, target_population=1000)                      # doctest: +SKIP
>>> p.plot()                                                              # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from ._evengrid import InputError, __version__

if TYPE_CHECKING:
    from ._assignment import Assignment
    from ._plan import Audit, Plan, plan, plan_folder, read_plan

__all__ = [
    "Assignment",
    "Audit",
    "InputError",
    "Plan",
    "__version__",
    "plan",
    "plan_folder",
    "read_plan",
]


def __getattr__(name: str) -> Any:
    """Frames need geopandas; who works with layers of another kind (QGIS) does not."""
    if name in __all__:
        from . import _plan

        globals().update({each: getattr(_plan, each) for each in __all__ if hasattr(_plan, each)})
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
