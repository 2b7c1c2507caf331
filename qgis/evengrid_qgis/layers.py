"""QGIS layers as the package takes them, and its answers as features."""

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFields,
    QgsField,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingException,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QTime, QVariant

from .texts import tr

WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")


def package():
    """The package, or a message that tells how to get it."""
    try:
        from evengrid import _evengrid
    except ImportError as error:
        raise QgsProcessingException(
            tr(
                f"The Python package evengrid is missing ({error}); in QGIS' Python: "
                "pip install --no-deps evengrid",
                f"缺少 Python 包 evengrid（{error}）；请在 QGIS 的 Python 中执行："
                "pip install --no-deps evengrid",
            )
        ) from error
    return _evengrid


def layer(name, source, context):
    """A source as a layer of the package, in longitude and latitude."""
    to_degrees = QgsCoordinateTransform(source.sourceCrs(), WGS84, context.transformContext())
    fields = [field.name() for field in source.fields()]
    shapes, rows = [], []
    for feature in source.getFeatures():
        geometry = QgsGeometry(feature.geometry())
        if source.sourceCrs().isValid() and not geometry.isNull():
            geometry.transform(to_degrees)
        shapes.append(None if geometry.isNull() else bytes(geometry.asWkb()))
        rows.append([plain(value) for value in feature.attributes()])
    columns = [(field, [row[i] for row in rows]) for i, field in enumerate(fields)]
    return {"name": name, "crs": None, "wkb": shapes, "columns": columns}


def plain(value):
    """A value as JSON has it."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, QVariant):
        value = value.value()
    if isinstance(value, (QDate, QDateTime, QTime)):
        return value.toString("yyyy-MM-dd hh:mm:ss") if not isinstance(value, QDate) else value.toString("yyyy-MM-dd")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, (str, int, float, bool, list)) else str(value)


def fields_of(records):
    """Fields for records: text, or numbers where all values are."""
    fields = QgsFields()
    for name in dict.fromkeys(key for record in records for key in record):
        values = [r[name] for r in records if r.get(name) is not None]
        numbers = bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
        fields.append(QgsField(name, QVariant.Double if numbers else QVariant.String))
    return fields


def write(sink, fields, records, shapes, crs, context):
    """Puts records with shapes into a sink that is in another reference system."""
    from_degrees = QgsCoordinateTransform(WGS84, crs, context.transformContext())
    for record, shape in zip(records, shapes):
        feature = QgsFeature(fields)
        if shape is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(bytes(shape))
            if crs.isValid():
                geometry.transform(from_degrees)
            feature.setGeometry(geometry)
        feature.setAttributes([text(record.get(field.name())) for field in fields])
        sink.addFeature(feature)


def text(value):
    """A value that a field can hold."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item.get("id", item) if isinstance(item, dict) else item) for item in value)
    return value


#: Kinds of sources.
POLYGONS = QgsProcessing.TypeVectorPolygon
POINTS = QgsProcessing.TypeVectorPoint
LINES = QgsProcessing.TypeVectorLine
ANY = QgsProcessing.TypeVectorAnyGeometry
