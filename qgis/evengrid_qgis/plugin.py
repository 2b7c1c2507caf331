"""The plugin: it brings its algorithms to Processing, and nothing else."""

from qgis.core import QgsApplication

from .provider import EvengridProvider


class EvengridPlugin:
    """Adds the provider and takes it away."""

    def __init__(self):
        self.provider = None

    def initProcessing(self):  # noqa: N802
        """Called alone where there is no window (`qgis_process`)."""
        self.provider = EvengridProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):  # noqa: N802
        """Called where there is a window."""
        self.initProcessing()

    def unload(self):
        """Called when the plugin is switched off."""
        QgsApplication.processingRegistry().removeProvider(self.provider)
