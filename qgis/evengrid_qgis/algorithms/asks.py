"""Parameters of algorithms that divide."""

from qgis.core import (
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..layers import ANY, LINES, POINTS, POLYGONS, layer
from ..texts import tr

EFFORTS = ["fast", "balanced", "thorough"]

#: Optional layers: parameter, layer of the package, kind, English and Chinese name.
LAYERS = [
    ("COMMUNITIES", "communities", [POLYGONS], "Communities (boundaries)", "社区边界"),
    ("BARRIERS", "barriers", [LINES, POLYGONS], "Barriers (streets, rivers, walls)", "道路、河流、围墙等界线"),
    ("MEMBERS", "members", [POINTS], "Households of party members", "党员家庭"),
    ("HOUSEHOLDS", "households", [POINTS], "Candidates for central households", "党员中心户候选户"),
    ("OFFICERS", "officers", [POINTS], "Auxiliary officers", "辅警"),
    ("STATIONS", "stations", [POINTS], "Stations", "党群服务站"),
]

#: Fields of units: parameter, setting, English and Chinese name, and what it is called where none is
#: named.
FIELDS = [
    ("ID_FIELD", "id-field", "Field: id", "字段：编号", "id"),
    ("POPULATION_FIELD", "population-field", "Field: population", "字段：人口", "population"),
    ("COMMUNITY_FIELD", "community-field", "Field: community", "字段：所属社区", "community"),
    ("ESTATE_FIELD", "estate-field", "Field: estate (kept whole)", "字段：小区（不拆分）", "estate"),
]


def define(algorithm):
    """Adds the parameters to an algorithm."""
    units = tr("Units: parcels, blocks or buildings", "单元：地块、街区或楼栋")
    algorithm.addParameter(QgsProcessingParameterFeatureSource("UNITS", units, [ANY]))
    for name, _, english, chinese, usual in FIELDS:
        title = tr(f"{english} [{usual}]", f"{chinese} [{usual}]")
        algorithm.addParameter(QgsProcessingParameterField(name, title, None, "UNITS", optional=True))
    number = QgsProcessingParameterNumber
    grids = tr("Number of grids (0: by people per grid)", "网格总数（0：按每格人口）")
    algorithm.addParameter(number("GRIDS", grids, number.Integer, 0, False, 0))
    people = tr("People per grid", "每格人口")
    algorithm.addParameter(number("TARGET_POPULATION", people, number.Double, 1000, False, 1))
    for name, _, kinds, english, chinese in LAYERS:
        source = QgsProcessingParameterFeatureSource(name, tr(english, chinese), kinds, optional=True)
        algorithm.addParameter(source)
    texts = [
        ("POPULATION_TOLERANCE", "Tolerance in population, LOWER:UPPER as shares", "人口容差（下限:上限，比例）", "0.05"),
        ("AREA_TOLERANCE", "Tolerance in area, LOWER:UPPER as shares", "面积容差（下限:上限，比例）", ":1.0"),
    ]
    for name, english, chinese, default in texts:
        advanced(algorithm, QgsProcessingParameterString(name, tr(english, chinese), default))
    effort = tr("How long to look", "求解力度")
    advanced(algorithm, QgsProcessingParameterEnum("EFFORT", effort, EFFORTS, defaultValue=1))
    seed = tr("Seed of everything random", "随机种子")
    advanced(algorithm, number("SEED", seed, number.Integer, 1, False, 0))
    algorithm.addParameter(
        QgsProcessingParameterFeatureSink("OUTPUT_UNITS", tr("Units with grids", "单元（含网格编码）"))
    )
    algorithm.addParameter(QgsProcessingParameterFeatureSink("OUTPUT_GRIDS", tr("Grids", "网格"), POLYGONS))
    folder = tr("Plan folder (for audit, locate, replan)", "方案文件夹（用于审核、定位、调整）")
    algorithm.addParameter(
        QgsProcessingParameterFolderDestination("PLAN", folder, optional=True, createByDefault=False)
    )


def advanced(algorithm, parameter):
    """Adds a parameter that is folded away."""
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.FlagAdvanced)
    algorithm.addParameter(parameter)


def settings(algorithm, parameters, context):
    """What is asked, by the names of the command line."""
    asked = {"seed": algorithm.parameterAsInt(parameters, "SEED", context)}
    grids = algorithm.parameterAsInt(parameters, "GRIDS", context)
    if grids > 0:
        asked["grids"] = grids
    else:
        asked["target-population"] = algorithm.parameterAsDouble(parameters, "TARGET_POPULATION", context)
    for name, setting in [
        ("POPULATION_TOLERANCE", "population-tolerance"),
        ("AREA_TOLERANCE", "area-tolerance"),
    ]:
        text = algorithm.text_or_none(parameters, name, context)
        if text:
            asked[setting] = text
    asked["effort"] = EFFORTS[algorithm.parameterAsEnum(parameters, "EFFORT", context)]
    for name, setting, *_ in FIELDS:
        field = algorithm.text_or_none(parameters, name, context)
        if field:
            asked[setting] = field
    return asked


def layers(algorithm, parameters, context):
    """The units as a source, and all layers as the package takes them."""
    units = algorithm.parameterAsSource(parameters, "UNITS", context)
    given = [layer("units", units, context)]
    for name, of, *_ in LAYERS:
        source = algorithm.parameterAsSource(parameters, name, context)
        if source is not None:
            given.append(layer(of, source, context))
    return units, given
