"""Stations of the 15-minute circle."""

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from ..base import Algorithm, wait
from ..layers import ANY, POINTS, layer, package
from ..texts import tr
from . import assign
from .asks import FIELDS, advanced

MODELS = ["fewest", "people", "distance", "longest"]
EXISTING = ["required", "free", "closed"]


class Stations(Algorithm):
    """Units and sites in, open stations, links and areas within reach out."""

    NAME = "stations"
    TITLE = ("Choose stations (15-minute circle)", "站点选址（十五分钟服务圈）")
    HELP = (
        "Chooses stations among sites: the fewest that bring everybody within reach, or so many that "
        "most people are within reach, the walking in all is least, or the longest way is least. The "
        "fields status (existing, candidate, closed) and capacity are heeded. Says how far from the "
        "best the answer can be, and who is beyond reach.",
        "在候选地点中选定站点：使所有居民可达的最少站点，或在给定数量下覆盖人口最多、总步行最短、最远步行最短。"
        "考虑 status（existing 现有、candidate 候选、closed 关闭）与 capacity（容量）字段；"
        "给出与最优的最大差距，并列出不可达的居民。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        units = ("Units: parcels, blocks or buildings", "单元：地块、街区或楼栋")
        assign.define_source(self, "UNITS", [ANY], *units)
        for name, _, english, chinese, usual in FIELDS[:2]:
            title = tr(f"{english} [{usual}]", f"{chinese} [{usual}]")
            self.addParameter(QgsProcessingParameterField(name, title, None, "UNITS", optional=True))
        assign.define_source(self, "STATIONS", [POINTS], "Stations and sites", "现有站点与候选地点")
        choices = [
            tr("the fewest for everybody (LSCP)", "全覆盖的最少站点（LSCP）"),
            tr("most people within reach (MCLP)", "覆盖人口最多（MCLP）"),
            tr("least walking in all (p-median)", "总步行距离最短（p-中值）"),
            tr("least longest way (p-center)", "最远步行距离最短（p-中心）"),
        ]
        model = tr("What they are chosen for", "选址目标")
        self.addParameter(QgsProcessingParameterEnum("MODEL", model, choices, defaultValue=0))
        number = QgsProcessingParameterNumber
        p = tr("Stations to open, but for the first model (0: all sites)", "站点数（第一种目标不用；0：全部地点）")
        self.addParameter(number("P", p, number.Integer, 0, False, 0))
        reach = tr("Longest way that counts as reach (m)", "可达的最远步行距离（米）")
        self.addParameter(number("REACH", reach, number.Double, 1000, False, 0))
        assign.define_way(self)
        times = tr("Stations that everybody has within reach (first model)", "每户可达的站点数（第一种目标）")
        advanced(self, number("TIMES", times, number.Integer, 1, False, 1))
        choices = [tr("stay", "保留"), tr("may go", "可撤"), tr("go", "撤销")]
        existing = tr("Existing stations", "现有站点")
        advanced(self, QgsProcessingParameterEnum("EXISTING", existing, choices, defaultValue=0))
        room = tr("Serve no more people than a capacity says", "不超过站点容量")
        advanced(self, QgsProcessingParameterBoolean("CAPACITIES", room, False))
        assign.define_outputs(self, "people", "links", "areas")

    def work(self, parameters, context, feedback):
        settings = {}
        for name, setting, *_ in FIELDS[:2]:
            field = self.text_or_none(parameters, name, context)
            if field:
                settings[setting] = field
        units = self.parameterAsSource(parameters, "UNITS", context)
        sites = self.parameterAsSource(parameters, "STATIONS", context)
        walks, way = assign.way(self, parameters, context)
        layers = [layer("units", units, context), layer("stations", sites, context), *walks]
        asked = {
            "model": MODELS[self.parameterAsEnum(parameters, "MODEL", context)],
            "reach": self.parameterAsDouble(parameters, "REACH", context),
            "times": self.parameterAsInt(parameters, "TIMES", context),
            "existing": EXISTING[self.parameterAsEnum(parameters, "EXISTING", context)],
            "capacities": self.parameterAsBool(parameters, "CAPACITIES", context),
            "isochrones": True,
        }
        p = self.parameterAsInt(parameters, "P", context)
        if p > 0:
            asked["p"] = p
        feedback.setProgress(10)
        city = wait(feedback, lambda: package().City.of_layers("QGIS", layers, settings))
        feedback.setProgress(30)
        answer = wait(
            feedback, lambda: package().Assignment.of_city(city, "stations", asked, **way)
        )
        crs = units.sourceCrs()
        return assign.write_answer(
            self, parameters, context, feedback, answer, crs, "people", "links", "areas"
        )
