"""A plan near the one that stands."""

from qgis.core import (
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ..base import Algorithm, progress, wait
from ..layers import package
from ..texts import tr
from . import asks
from .answers import write_plan


class Replan(Algorithm):
    """Today's units and the present plan in, a plan in which few people move out."""

    NAME = "replan"
    TITLE = ("Change a plan, moving few people", "调整方案（少动人）")
    HELP = (
        "Takes in changed populations, new and vanished units, another number of grids, and restores "
        "the tolerances while few people get another grid. Units are matched by id. With 0 grids "
        "communities keep their numbers.",
        "人口变化、单元增减或网格数变化后，以尽量少的居民换格恢复容差。单元按编号对应；网格数填 0 表示各社区保持原数。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        current = tr("Folder of the present plan", "现行方案文件夹")
        self.addParameter(
            QgsProcessingParameterFile("CURRENT", current, QgsProcessingParameterFile.Folder)
        )
        lock = tr("Codes of grids that stay as they are, set apart by commas", "保持不变的网格编码（逗号分隔）")
        self.addParameter(QgsProcessingParameterString("LOCK", lock, "", optional=True))
        asks.define(self)
        self.parameterDefinition("TARGET_POPULATION").setDefaultValue(0)
        self.parameterDefinition("TARGET_POPULATION").setMinimum(0)

    def work(self, parameters, context, feedback):
        units, layers = asks.layers(self, parameters, context)
        settings = asks.settings(self, parameters, context)
        if settings.get("target-population") == 0:
            del settings["target-population"]
        folder = self.parameterAsFile(parameters, "CURRENT", context)
        current = wait(feedback, lambda: package().Plan.read(folder))
        lock = [code.strip() for code in self.parameterAsString(parameters, "LOCK", context).split(",")]
        lock = [code for code in lock if code]
        plan = current.replan("QGIS", layers, settings, lock, [], progress=progress(feedback))
        for move in plan.record()["replan"]["moves"][:20]:
            feedback.pushInfo(f"{move['unit']}: {move['from']} → {move['to']}: {move['reason']}")
        return write_plan(self, parameters, context, feedback, units, plan)
