"""Central households, and whom each links."""

from qgis.core import QgsProcessingParameterNumber

from ..base import Algorithm, wait
from ..layers import POINTS, layer, package
from ..texts import tr
from . import assign


class AssignHouseholds(Algorithm):
    """A plan folder and households in, central households and links out."""

    NAME = "assignhouseholds"
    TITLE = ("Assign central households", "配置党员中心户")
    HELP = (
        "Chooses central households (“1+10+N”) grid by grid and links member households to them, with "
        "the least walking in all. Says how far from the best the answer can be, and who is left out.",
        "按网格选定党员中心户（“1+10+N”），并把党员家庭就近联系到中心户，总步行距离最短；"
        "给出与最优的最大差距，并列出未能联系的家庭及原因。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        assign.define_plan(self)
        assign.define_source(
            self, "HOUSEHOLDS", [POINTS], "Candidates for central households", "党员中心户候选户"
        )
        assign.define_source(self, "MEMBERS", [POINTS], "Households of party members", "党员家庭")
        number = QgsProcessingParameterNumber
        places = tr("Places over the city (0: as few as the links allow)", "全市中心户总数（0：按联系上限取最少）")
        self.addParameter(number("PLACES", places, number.Integer, 0, False, 0))
        links = tr("Member households that one links at most", "每个中心户最多联系的党员家庭数")
        self.addParameter(number("LINKS", links, number.Integer, 10, False, 1))
        assign.define_outputs(self, "people", "links")

    def work(self, parameters, context, feedback):
        asked = {"links": self.parameterAsInt(parameters, "LINKS", context)}
        places = self.parameterAsInt(parameters, "PLACES", context)
        if places > 0:
            asked["places"] = places
        households = self.parameterAsSource(parameters, "HOUSEHOLDS", context)
        members = self.parameterAsSource(parameters, "MEMBERS", context)
        layers = [layer("households", households, context), layer("members", members, context)]
        folder = self.parameterAsFile(parameters, "PLAN", context)
        feedback.setProgress(10)
        plan = wait(feedback, lambda: package().Plan.read(folder))
        feedback.setProgress(30)
        answer = wait(
            feedback, lambda: package().Assignment.of_plan(plan, "households", asked, layers)
        )
        crs = households.sourceCrs()
        return assign.write_answer(self, parameters, context, feedback, answer, crs, "people", "links")
