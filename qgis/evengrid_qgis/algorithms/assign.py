"""What the algorithms that put people and places share: inputs and outputs."""

from qgis.core import (
    QgsFeature,
    QgsField,
    QgsFields,
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from ..layers import LINES, POINTS, layer
from ..style import areas, lines, markers
from ..texts import tr
from .answers import write_features
from .asks import advanced

#: Of those that could not be met, so many are told in the log; the table has all.
TOLD = 20

#: Outputs: parameter, kinds of shapes, type of the sink, type of its features, style, names.
OUTPUTS = {
    "people": ("OUTPUT_PLACES", ["Point"], POINTS, QgsWkbTypes.Point, markers, "Chosen people and places", "选定的人员与地点"),
    "links": ("OUTPUT_LINKS", ["LineString"], LINES, QgsWkbTypes.LineString, lines, "Links", "对应关系"),
    "areas": (
        "OUTPUT_AREAS",
        ["Polygon", "MultiPolygon"],
        QgsProcessing.TypeVectorPolygon,
        QgsWkbTypes.MultiPolygon,
        areas,
        "Areas within reach",
        "可达范围",
    ),
}


def define_plan(algorithm):
    """A plan folder, in whose grids people are placed."""
    plan = tr("Plan folder", "方案文件夹")
    algorithm.addParameter(QgsProcessingParameterFile("PLAN", plan, QgsProcessingParameterFile.Folder))


def define_source(algorithm, name, kinds, english, chinese, optional=False):
    """A layer that is read."""
    source = QgsProcessingParameterFeatureSource(name, tr(english, chinese), kinds, optional=optional)
    algorithm.addParameter(source)


def define_way(algorithm):
    """How ways are measured."""
    define_source(
        algorithm,
        "WALKS",
        [LINES],
        "Ways on foot (without them: straight lines)",
        "步行道路（不提供时按直线距离）",
        optional=True,
    )
    detour = tr("Straight lines are this much shorter than ways", "绕行系数（直线距离的倍数）")
    number = QgsProcessingParameterNumber
    advanced(algorithm, number("DETOUR", detour, number.Double, 1.3, False, 1))


def define_outputs(algorithm, *kinds):
    """Layers, a table of what could not be met, the folder, and figures."""
    for kind in kinds:
        name, _, sink, _, _, english, chinese = OUTPUTS[kind]
        output = QgsProcessingParameterFeatureSink(name, tr(english, chinese), sink)
        algorithm.addParameter(output)
    left = tr("Left out, with reason and cure", "未能满足的（原因与办法）")
    algorithm.addParameter(
        QgsProcessingParameterFeatureSink("OUTPUT_LEFT_OUT", left, QgsProcessing.TypeVector, optional=True)
    )
    folder = tr("Folder with map and record", "结果文件夹（地图与记录）")
    algorithm.addParameter(
        QgsProcessingParameterFolderDestination("FOLDER", folder, optional=True, createByDefault=False)
    )
    for name, english, chinese in [
        ("OBJECTIVE", "Value of the answer", "目标值"),
        ("BOUND", "No answer is better than this", "最优值的界"),
        ("LOWER_BOUND", "Lower bound", "下界"),
        ("GAP", "Distance from the best at most, as a share", "与最优的最大差距（比例）"),
        ("LEFT_OUT", "Left out", "未满足数"),
    ]:
        algorithm.addOutput(QgsProcessingOutputNumber(name, tr(english, chinese)))


def way(algorithm, parameters, context):
    """Layers of ways, and how they are measured."""
    walks = algorithm.parameterAsSource(parameters, "WALKS", context)
    if walks is None:
        return [], {"detour": algorithm.parameterAsDouble(parameters, "DETOUR", context)}
    return [layer("walks", walks, context)], {"on_foot": True}


def write_answer(algorithm, parameters, context, feedback, answer, crs, *kinds):
    """Writes an answer into its outputs, and says what it is."""
    feedback.setProgress(80)
    features = list(zip(*answer.features()))
    outputs = {}
    for kind in kinds:
        name, shapes, _, of, style, *_ = OUTPUTS[kind]
        chosen = [(record, shape) for record, shape in features if shape_of(shape) in shapes]
        records, of_kind = [record for record, _ in chosen], [shape for _, shape in chosen]
        destination = write_features(algorithm, parameters, context, name, (records, of_kind), crs, of)
        style(context, destination)
        outputs[name] = destination
    record = answer.record()
    wants = record["wants"]
    outputs["OUTPUT_LEFT_OUT"] = write_left_out(algorithm, parameters, context, wants)
    for line in answer.summary().splitlines():
        feedback.pushInfo(line)
    for want in wants[:TOLD]:
        feedback.pushWarning(f"{want['of']}: {want['reason']}; {want['cure']}")
    folder = algorithm.text_or_none(parameters, "FOLDER", context)
    if folder:
        answer.save(folder, True)
    feedback.setProgress(100)
    return {
        **outputs,
        "FOLDER": folder,
        "OBJECTIVE": record["objective"],
        "BOUND": record["bound"],
        "LOWER_BOUND": record["lower_bound"],
        "GAP": record["gap"],
        "LEFT_OUT": len(wants),
    }


def write_left_out(algorithm, parameters, context, wants):
    """Writes the table of what could not be met, where it is asked for."""
    fields = QgsFields()
    for name in ("of", "reason", "cure"):
        fields.append(QgsField(name, QVariant.String))
    sink, destination = algorithm.parameterAsSink(
        parameters, "OUTPUT_LEFT_OUT", context, fields, QgsWkbTypes.NoGeometry
    )
    for want in wants if sink is not None else []:
        feature = QgsFeature(fields)
        feature.setAttributes([want["of"], want["reason"], want["cure"]])
        sink.addFeature(feature, QgsFeatureSink.FastInsert)
    return destination


def shape_of(wkb):
    """The kind of a shape, by the number that its bytes begin with."""
    kind = int.from_bytes(bytes(wkb[1:5]), "little" if wkb[0] == 1 else "big")
    return QgsWkbTypes.displayString(kind)
