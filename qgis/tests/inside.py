"""Within QGIS' own Python: algorithms can be cancelled, and outputs have their looks. Called by
`headless.py` with a plan folder and the city's data."""

import sys
import threading
import time

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

application = QgsApplication([], False)
application.initQgis()

from evengrid_qgis.provider import EvengridProvider  # noqa: E402

provider = EvengridProvider()
QgsApplication.processingRegistry().addProvider(provider)
plan, data = sys.argv[1:]


class Impatient(QgsProcessingFeedback):
    """Cancels as soon as progress has come to a share, as a user beside the work does."""

    def __init__(self, share):
        super().__init__()
        threading.Thread(target=self.look, args=[share], daemon=True).start()

    def look(self, share):
        while self.progress() < share:
            time.sleep(0.002)
        self.cancel()


def run(name, feedback, **parameters):
    """Runs an algorithm and loads its outputs; what it returned, and the layers."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    context.setFeedback(feedback)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"evengrid:{name}")
    results, well = algorithm.run(parameters, context, feedback)
    layers = {}
    for destination, details in context.layersToLoadOnCompletion().items():
        layer = context.takeResultLayer(destination) or QgsVectorLayer(destination)
        if details.postProcessor() is not None:
            details.postProcessor().postProcessLayer(layer, context, feedback)
        layers[details.outputName] = layer
    return results, well, layers


def source(name):
    layer = QgsVectorLayer(f"{data}/{name}.geojson", name, "ogr")
    assert layer.isValid(), name
    QgsProject.instance().addMapLayer(layer)
    return layer


def outputs(*names):
    """Outputs that are loaded, in memory."""
    project = QgsProject.instance()
    return {name: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project) for name in names}


units, communities = source("units"), source("communities")
asked = {"UNITS": units, "COMMUNITIES": communities, "GRIDS": 463}
sinks = outputs("OUTPUT_UNITS", "OUTPUT_GRIDS")
whole = run("divide", QgsProcessingFeedback(), **asked, **sinks)
assert whole[1] and len(whole[0]) == 3, whole[0]
feedback = Impatient(15)
results, _, _ = run("divide", feedback, **asked, EFFORT=2, **sinks)
assert results == {} and feedback.progress() < 90, (results, feedback.progress())
print(f"cancelled: divide after {feedback.progress():.0f} %")

officers = {"PLAN": plan, "OFFICERS": source("officers")}
results, _, _ = run("assignofficers", Impatient(10), **officers)
assert results == {}, results
print("cancelled: assignofficers")

sinks = outputs("OUTPUT_PLACES", "OUTPUT_LINKS", "OUTPUT_AREAS")
results, well, layers = run(
    "stations", QgsProcessingFeedback(), UNITS=units, STATIONS=source("stations"), **sinks
)
assert well, results
kinds = {name: layer.renderer().type() for name, layer in layers.items()}
assert kinds == {
    "OUTPUT_PLACES": "categorizedSymbol",
    "OUTPUT_LINKS": "categorizedSymbol",
    "OUTPUT_AREAS": "singleSymbol",
}, kinds
for layer in layers.values():
    assert layer.featureCount() > 0
grids = whole[2]["OUTPUT_GRIDS"]
assert grids.renderer().type() == "graduatedSymbol" and len(grids.renderer().ranges()) == 7
print("looks: grids by deviation, places by kind, links, areas")
