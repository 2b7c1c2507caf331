"""How output layers look."""

from qgis.core import (
    QgsClassificationEqualInterval,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsProcessingLayerPostProcessorInterface,
    QgsStyle,
)


class Graduated(QgsProcessingLayerPostProcessorInterface):
    """Colours polygons by a figure."""

    # QGIS keeps no reference to it, so we do.
    kept = []

    def __init__(self, field, classes=7):
        super().__init__()
        self.field, self.classes = field, classes
        Graduated.kept.append(self)

    def postProcessLayer(self, layer, context, feedback):  # noqa: N802
        symbol = QgsFillSymbol.createSimple({"outline_color": "white", "outline_width": "0.3"})
        renderer = QgsGraduatedSymbolRenderer(self.field)
        renderer.setSourceSymbol(symbol)
        renderer.setSourceColorRamp(QgsStyle.defaultStyle().colorRamp("RdYlBu"))
        renderer.setClassificationMethod(QgsClassificationEqualInterval())
        renderer.updateClasses(layer, self.classes)
        layer.setRenderer(renderer)
        layer.triggerRepaint()


def graduated(context, destination, field):
    """Colours an output by a figure when QGIS loads it."""
    if context.willLoadLayerOnCompletion(destination):
        context.layerToLoadOnCompletionDetails(destination).setPostProcessor(Graduated(field))
