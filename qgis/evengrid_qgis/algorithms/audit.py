"""Does a plan stand up to the division standard?"""

from qgis.core import (
    QgsProcessingOutputBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..base import Algorithm, wait
from ..layers import LINES, POLYGONS, layer, package
from ..texts import tr


class Audit(Algorithm):
    """A plan folder in, a report out."""

    NAME = "audit"
    TITLE = ("Audit a plan (GB/T 30428.1)", "审核方案（GB/T 30428.1）")
    HELP = (
        "Judges a plan by the eight principles of GB/T 30428.1, computed anew from the polygons.",
        "按 GB/T 30428.1 的八项原则审核方案，全部指标由多边形重新计算。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        plan = tr("Plan folder", "方案文件夹")
        self.addParameter(QgsProcessingParameterFile("PLAN", plan, QgsProcessingParameterFile.Folder))
        for name, kinds, english, chinese in [
            ("COMMUNITIES", [POLYGONS], "Communities (boundaries)", "社区边界"),
            ("BARRIERS", [LINES, POLYGONS], "Barriers", "界线"),
        ]:
            self.addParameter(
                QgsProcessingParameterFeatureSource(name, tr(english, chinese), kinds, optional=True)
            )
        report = tr("Report (text)", "报告（文本）")
        self.addParameter(QgsProcessingParameterFileDestination("REPORT", report, "*.txt", optional=True))
        self.addOutput(QgsProcessingOutputBoolean("PASSES", tr("Nothing fails", "全部通过")))

    def work(self, parameters, context, feedback):
        folder = self.parameterAsFile(parameters, "PLAN", context)
        plan = wait(feedback, lambda: package().Plan.read(folder))
        feedback.setProgress(30)
        layers = []
        for parameter, name in [("COMMUNITIES", "communities"), ("BARRIERS", "barriers")]:
            source = self.parameterAsSource(parameters, parameter, context)
            if source is not None:
                layers.append(layer(name, source, context))
        text, report = wait(feedback, lambda: plan.audit({}, layers))
        for line in text.splitlines():
            feedback.pushInfo(line)
        path = self.parameterAsFileOutput(parameters, "REPORT", context)
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text + "\n")
        return {"PASSES": report["passes"], "REPORT": path}
