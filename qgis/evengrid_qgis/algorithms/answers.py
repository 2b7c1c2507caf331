"""Plans as output layers."""

import json

from qgis.core import QgsFeature, QgsField, QgsFields, QgsWkbTypes
from qgis.PyQt.QtCore import QVariant

from ..layers import fields_of, layer, write
from ..style import graduated


def write_plan(algorithm, parameters, context, feedback, units, plan):
    """Writes units and grids into their sinks, and the plan folder where one is asked for."""
    fields = QgsFields(units.fields())
    old = fields.lookupField("grid")
    if old < 0:
        fields.append(QgsField("grid", QVariant.String))
    sink, out_units = algorithm.parameterAsSink(
        parameters, "OUTPUT_UNITS", context, fields, units.wkbType(), units.sourceCrs()
    )
    for feature, grid in zip(units.getFeatures(), plan.grid_of_unit()):
        attributes = feature.attributes()
        if old < 0:
            attributes.append(grid)
        else:
            attributes[old] = grid
        of = QgsFeature(fields)
        of.setGeometry(feature.geometry())
        of.setAttributes(attributes)
        sink.addFeature(of)
    out_grids = write_features(
        algorithm, parameters, context, "OUTPUT_GRIDS", plan.grids(), units.sourceCrs(), QgsWkbTypes.MultiPolygon
    )
    graduated(context, out_grids, "population_deviation")
    folder = algorithm.text_or_none(parameters, "PLAN", context)
    if folder:
        plan.save(folder, geojson(units, context), True)
    for line in plan.summary().splitlines():
        feedback.pushInfo(line)
    return {"OUTPUT_UNITS": out_units, "OUTPUT_GRIDS": out_grids, "PLAN": folder}


def write_features(algorithm, parameters, context, name, features, crs, kind):
    """Writes records with shapes into a sink."""
    records, shapes = features
    fields = fields_of(records)
    sink, destination = algorithm.parameterAsSink(parameters, name, context, fields, kind, crs)
    write(sink, fields, records, shapes, crs, context)
    return destination


def geojson(source, context):
    """A source as the text of a GeoJSON file in longitude and latitude."""
    from qgis.core import QgsGeometry

    given = layer("units", source, context)
    features = []
    for row, shape in enumerate(given["wkb"]):
        geometry = QgsGeometry()
        if shape is not None:
            geometry.fromWkb(shape)
        properties = {name: values[row] for name, values in given["columns"]}
        text = "null" if shape is None else geometry.asJson(12)
        features.append(
            f'{{"type": "Feature", "properties": {json.dumps(properties, ensure_ascii=False)}, "geometry": {text}}}'
        )
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"
