"""Who answers for a place."""

from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsField,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import QVariant

from ..base import Algorithm, wait
from ..layers import POINTS, layer, package, text
from ..texts import tr


class Locate(Algorithm):
    """Points in, points with their responsibility chain out."""

    NAME = "locate"
    TITLE = ("Who answers for these points?", "责任链定位")
    HELP = (
        "Gives every point its responsibility chain: subdistrict, community, grid, central household, "
        "officer, station.",
        "为每个点给出责任链：街道、社区、网格、党员中心户、辅警、站点。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        plan = tr("Plan folder", "方案文件夹")
        self.addParameter(QgsProcessingParameterFile("PLAN", plan, QgsProcessingParameterFile.Folder))
        self.addParameter(QgsProcessingParameterFeatureSource("POINTS", tr("Points", "点"), [POINTS]))
        within = tr("Outside of grids: take the nearest within (m)", "网格外：取此距离（米）内最近的网格")
        self.addParameter(
            QgsProcessingParameterNumber("WITHIN", within, QgsProcessingParameterNumber.Double, 0, False, 0)
        )
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Located points", "定位结果")))

    def work(self, parameters, context, feedback):
        folder = self.parameterAsFile(parameters, "PLAN", context)
        plan = wait(feedback, lambda: package().Plan.read(folder))
        feedback.setProgress(50)
        points = self.parameterAsSource(parameters, "POINTS", context)
        within = self.parameterAsDouble(parameters, "WITHIN", context)
        shapes = layer("points", points, context)["wkb"]
        chains = wait(feedback, lambda: plan.locate(shapes, within if within > 0 else None))
        feedback.setProgress(80)
        names = list(dict.fromkeys(name for chain in chains if chain for name in chain))
        fields = QgsFields(points.fields())
        added = [name for name in names if fields.lookupField(name) < 0]
        for name in added:
            kind = QVariant.Double if name == "distance_m" else QVariant.String
            fields.append(QgsField(name, kind))
        sink, destination = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, points.wkbType(), points.sourceCrs()
        )
        for feature, chain in zip(points.getFeatures(), chains):
            of = QgsFeature(fields)
            of.setGeometry(feature.geometry())
            of.setAttributes(feature.attributes() + [None] * len(added))
            for name, value in (chain or {}).items():
                of.setAttribute(name, text(value))
            sink.addFeature(of)
        outside = sum(chain is None for chain in chains)
        if outside:
            feedback.pushWarning(tr(f"{outside} points lie in no grid", f"{outside} 个点不在任何网格内"))
        return {"OUTPUT": destination}
