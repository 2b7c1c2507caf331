"""An independent judge of written plans: GEOS by shapely, PROJ by pyproj. Shares no code with evengrid.

geos.py tiling CITY_DIR PLAN_DIR   judges cells.geojson and grids.geojson; prints one JSON line
geos.py pairs UNITS.geojson        prints rook pairs of clean units, a line each: unit, unit, millimetres
"""
import collections, gzip, json, os, sys

import numpy as np
import shapely
from shapely.geometry import shape


def features(path):
    path = path if os.path.exists(path) else path + ".gz"
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        return json.load(file)["features"]


def shapes(path):
    return [shape(feature["geometry"]) for feature in features(path) if feature["geometry"]]


def tiling(city, plan):
    cells, grids = shapes(f"{plan}/cells.geojson"), shapes(f"{plan}/grids.geojson")
    ground = shapely.union_all(shapes(f"{city}/communities.geojson"))
    covered = shapely.coverage_union_all(cells)
    # A square degree is some 10^10 m²; areas of slivers are told in 10^-10 of it.
    square_metres = 1e10 * np.cos(np.radians(ground.centroid.y)) * 1.2364
    return {
        "cells": len(cells),
        "valid": bool(all(shapely.is_valid(cells)) and all(shapely.is_valid(grids))),
        "cells_are_a_coverage": bool(shapely.coverage_is_valid(cells)),
        "grids_are_a_coverage": bool(shapely.coverage_is_valid(grids)),
        "uncovered_m2": round(shapely.difference(ground, covered).area * square_metres, 1),
        "outside_m2": round(shapely.difference(covered, ground).area * square_metres, 1),
        "grids_are_the_cells": bool(shapely.symmetric_difference(covered, shapely.union_all(grids)).area == 0),
    }


def pairs(path):
    from pyproj import Transformer

    units = features(path)
    bounds = shapely.total_bounds([shape(unit["geometry"]) for unit in units])
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    frame = f"+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +ellps=WGS84"
    project = Transformer.from_crs("EPSG:4326", frame, always_xy=True).transform
    owners = collections.defaultdict(set)
    for index, unit in enumerate(units):
        geometry = unit["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            for a, b in zip(ring, ring[1:]):
                owners[min((*a, *b), (*b, *a))].add(index)
    lengths = collections.Counter()
    for (ax, ay, bx, by), both in owners.items():
        if len(both) == 2:
            (ax, bx), (ay, by) = project([ax, bx], [ay, by])
            lengths[tuple(sorted(both))] += np.hypot(ax - bx, ay - by)
    for (a, b), length in sorted(lengths.items()):
        if length >= 0.1:
            print(a, b, round(1000 * length))


if __name__ == "__main__":
    if sys.argv[1] == "tiling":
        print(json.dumps(tiling(*sys.argv[2:4])))
    else:
        pairs(sys.argv[2])
