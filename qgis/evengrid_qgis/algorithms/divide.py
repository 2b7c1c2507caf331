"""Divide units into service grids."""

from ..base import Algorithm, progress
from ..layers import package
from . import asks
from .answers import write_plan


class Divide(Algorithm):
    """Units in, grids out."""

    NAME = "divide"
    TITLE = ("Divide into service grids", "划分网格")
    HELP = (
        "Divides communities into even, contiguous, compact service grids by population and area; "
        "grids follow barriers, tile their community, and keep estates whole. Where layers of people "
        "are given, central households and officers are placed as well.",
        "按人口和面积把社区划分为均衡、连片、紧凑的网格；网格边界沿道路、河流等界线，不重不漏，小区不拆分。"
        "若提供人员图层，同时配置党员中心户与辅警。",
    )

    def initAlgorithm(self, configuration=None):  # noqa: N802
        asks.define(self)

    def work(self, parameters, context, feedback):
        units, layers = asks.layers(self, parameters, context)
        city = package().City.of_layers("QGIS", layers, asks.settings(self, parameters, context))
        plan = city.plan(progress=progress(feedback))
        return write_plan(self, parameters, context, feedback, units, plan)
