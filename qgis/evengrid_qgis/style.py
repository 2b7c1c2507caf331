"""How output layers look."""

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsClassificationEqualInterval,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProcessingLayerPostProcessorInterface,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsStyle,
)

#: Markers by kind: shape and colour.
MARKERS = {
    "central_household": ("pentagon", "#e15759"),
    "officer": ("triangle", "#4e79a7"),
    "station": ("square", "#59a14f"),
}


class Styled(QgsProcessingLayerPostProcessorInterface):
    """Gives an output its look when QGIS loads it."""

    # QGIS keeps no reference to it, so we do.
    kept = []

    def __init__(self, renderer_of):
        super().__init__()
        self.renderer_of = renderer_of
        Styled.kept.append(self)

    def postProcessLayer(self, layer, context, feedback):  # noqa: N802
        layer.setRenderer(self.renderer_of(layer))
        layer.triggerRepaint()


def styled(context, destination, renderer_of):
    """Gives an output its look when QGIS loads it."""
    if context.willLoadLayerOnCompletion(destination):
        context.layerToLoadOnCompletionDetails(destination).setPostProcessor(Styled(renderer_of))


def graduated(context, destination, field, classes=7):
    """Polygons coloured by a figure."""

    def renderer_of(layer):
        renderer = QgsGraduatedSymbolRenderer(field)
        outline = {"outline_color": "white", "outline_width": "0.3"}
        renderer.setSourceSymbol(QgsFillSymbol.createSimple(outline))
        renderer.setSourceColorRamp(QgsStyle.defaultStyle().colorRamp("RdYlBu"))
        renderer.setClassificationMethod(QgsClassificationEqualInterval())
        renderer.updateClasses(layer, classes)
        return renderer

    styled(context, destination, renderer_of)


def markers(context, destination):
    """Points by kind: central households, officers, stations."""

    def renderer_of(layer):
        categories = []
        for kind, (shape, colour) in MARKERS.items():
            look = {"name": shape, "color": colour, "outline_color": "white", "size": "3"}
            symbol = QgsMarkerSymbol.createSimple(look)
            categories.append(QgsRendererCategory(kind, symbol, kind.replace("_", " ")))
        return QgsCategorizedSymbolRenderer("kind", categories)

    styled(context, destination, renderer_of)


def lines(context, destination):
    """Links, and dashed those of an officer who looks after a neighbouring community."""

    def renderer_of(layer):
        usual = {"color": "#6b7680", "width": "0.3"}
        shared = {"color": "#e15759", "width": "0.4", "line_style": "dash"}
        categories = [
            QgsRendererCategory("shared_officer_link", QgsLineSymbol.createSimple(shared), "shared"),
            # An empty value stands for all others.
            QgsRendererCategory("", QgsLineSymbol.createSimple(usual), "link"),
        ]
        return QgsCategorizedSymbolRenderer("kind", categories)

    styled(context, destination, renderer_of)


def areas(context, destination):
    """What is within reach, see-through where areas overlap."""
    look = {"color": "89,161,79,50", "outline_color": "#59a14f", "outline_width": "0.3"}
    symbol = QgsFillSymbol.createSimple(look)
    styled(context, destination, lambda layer: QgsSingleSymbolRenderer(symbol.clone()))
