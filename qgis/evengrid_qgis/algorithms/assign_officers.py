"""Officers, one a community."""

from qgis.core import (
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..base import Algorithm, wait
from ..layers import POINTS, POLYGONS, layer, package
from ..texts import tr
from . import assign
from .asks import advanced

SPARE = ["workload", "minimax", "left"]


class AssignOfficers(Algorithm):
    """A plan folder and officers in, officers with their communities out."""

    NAME = "assignofficers"
    TITLE = ("Assign officers", "配置辅警")
    HELP = (
        "Gives every community an auxiliary officer, with the least way to the communities' centres in "
        "all; the fields home, prefers, avoids, skills and languages are heeded, and what communities "
        "require. Another role of one a community can be placed as well.",
        "为每个社区配置一名辅警（一社区一辅警），到各社区中心的总路程最短；考虑 home（住所社区）、prefers（意愿）、"
        "avoids（回避）、skills（技能）、languages（语言）字段以及社区的要求。也可用于其他“一社区一人”的岗位。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        assign.define_plan(self)
        assign.define_source(self, "OFFICERS", [POINTS], "Auxiliary officers", "辅警")
        assign.define_source(
            self,
            "COMMUNITIES",
            [POLYGONS],
            "Communities with what they require",
            "社区（含 requires 要求字段）",
            optional=True,
        )
        spare = tr("Officers beyond one a community", "超出每社区一名的辅警")
        choices = [
            tr("by population (largest remainder)", "按人口分配（最大余数法）"),
            tr("so that the most people per officer are few", "使人均服务人数的最大值最小"),
            tr("left over", "不分配"),
        ]
        self.addParameter(QgsProcessingParameterEnum("SPARE", spare, choices, defaultValue=0))
        assign.define_way(self)
        preference = tr(
            "Metres by which a preferred community counts as nearer", "意愿社区、所需技能折算的距离（米）"
        )
        number = QgsProcessingParameterNumber
        advanced(self, number("PREFERENCE", preference, number.Double, 1000, False, 0))
        role = tr("What they are called in the record", "岗位名称（写入记录）")
        advanced(self, QgsProcessingParameterString("ROLE", role, "officers"))
        assign.define_outputs(self, "people", "links")

    def work(self, parameters, context, feedback):
        officers = self.parameterAsSource(parameters, "OFFICERS", context)
        layers = [layer("officers", officers, context)]
        communities = self.parameterAsSource(parameters, "COMMUNITIES", context)
        if communities is not None:
            layers.append(layer("communities", communities, context))
        walks, way = assign.way(self, parameters, context)
        asked = {
            "spare": SPARE[self.parameterAsEnum(parameters, "SPARE", context)],
            "preference": self.parameterAsDouble(parameters, "PREFERENCE", context),
            "role": self.text_or_none(parameters, "ROLE", context) or "officers",
        }
        folder = self.parameterAsFile(parameters, "PLAN", context)
        feedback.setProgress(10)
        plan = wait(feedback, lambda: package().Plan.read(folder))
        feedback.setProgress(30)
        answer = wait(
            feedback,
            lambda: package().Assignment.of_plan(plan, "officers", asked, layers + walks, **way),
        )
        crs = officers.sourceCrs()
        return assign.write_answer(self, parameters, context, feedback, answer, crs, "people", "links")
