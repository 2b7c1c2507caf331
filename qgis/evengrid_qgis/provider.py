"""The provider: the list of algorithms."""

from qgis.core import QgsProcessingProvider

from .algorithms.assign_households import AssignHouseholds
from .algorithms.assign_officers import AssignOfficers
from .algorithms.audit import Audit
from .algorithms.divide import Divide
from .algorithms.locate import Locate
from .algorithms.replan import Replan
from .algorithms.stations import Stations


class EvengridProvider(QgsProcessingProvider):
    """All algorithms, in the order in which a planner needs them."""

    def loadAlgorithms(self):  # noqa: N802
        for algorithm in (
            Divide,
            AssignHouseholds,
            AssignOfficers,
            Stations,
            Audit,
            Locate,
            Replan,
        ):
            self.addAlgorithm(algorithm())

    def id(self):
        return "evengrid"

    def name(self):
        return "evengrid"

    def longName(self):  # noqa: N802
        return "evengrid – service grids (网格划分)"
