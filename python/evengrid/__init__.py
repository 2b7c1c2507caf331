"""Divide a city's communities into even, contiguous, compact service grids (网格).

GeoDataFrames in, GeoDataFrames out; the work is done by the Rust library of the same name, so the
same layers and settings give the same plan as its command line.

>>> import geopandas, evengrid
>>> units = geopandas.read_file("/vsigzip/examples/data/denver/units.geojson.gz")  # doctest: +SKIP
>>> p = evengrid.plan(units, target_population=1000)                      # doctest: +SKIP
>>> p.plot()                                                              # doctest: +SKIP
"""

from ._evengrid import InputError, __version__
from ._plan import Audit, Plan, plan, plan_folder

__all__ = ["Audit", "InputError", "Plan", "__version__", "plan", "plan_folder"]
