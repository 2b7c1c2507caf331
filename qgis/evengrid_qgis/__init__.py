"""evengrid in QGIS: Processing algorithms over the Python package of the same name."""


def classFactory(iface):  # noqa: N802 (the name that QGIS calls)
    """The plugin."""
    from .plugin import EvengridPlugin

    return EvengridPlugin()
