"""What all algorithms share: names, progress, cancelling, messages."""

import threading

from qgis.core import QgsProcessingAlgorithm, QgsProcessingException

from .texts import tr

#: How much of the whole each stage is, in percent: where it begins, and how long it is.
STAGES = {"survey": (0, 10), "divide": (10, 80), "staff": (90, 10)}
#: Seconds between two looks at whether the user has cancelled.
PAUSE = 0.1


class Cancelled(Exception):
    """The user has cancelled."""


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm with its texts in English and Chinese: NAME, TITLE and HELP."""

    NAME = ""
    TITLE = ("", "")
    HELP = ("", "")

    def createInstance(self):  # noqa: N802
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):  # noqa: N802
        return tr(*self.TITLE)

    def shortHelpString(self):  # noqa: N802
        return tr(*self.HELP)

    def processAlgorithm(self, parameters, context, feedback):  # noqa: N802
        """Runs the algorithm; errors of the package become messages."""
        try:
            return self.work(parameters, context, feedback)
        except Cancelled:
            return {}
        except (ValueError, OSError) as error:
            raise QgsProcessingException(str(error)) from error

    def work(self, parameters, context, feedback):
        """What the algorithm does. (`run` is what QGIS calls itself.)"""
        raise NotImplementedError

    def text_or_none(self, parameters, name, context):
        """A text that was given."""
        return self.parameterAsString(parameters, name, context).strip() or None


def progress(feedback):
    """A function that the package calls; it raises where the user has cancelled."""

    def told(stage, done, everything):
        if feedback.isCanceled():
            raise Cancelled
        begin, share = STAGES.get(stage, (0, 100))
        feedback.setProgress(begin + share * done / max(everything, 1))

    return told


def wait(feedback, work):
    """Does work aside, and stops waiting for it where the user cancels."""
    answer = {}

    def aside():
        try:
            answer["is"] = work()
        except BaseException as error:  # noqa: BLE001 (it is raised where it is waited for)
            answer["raised"] = error

    thread = threading.Thread(target=aside, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(PAUSE)
        if feedback.isCanceled():
            raise Cancelled
    if "raised" in answer:
        raise answer["raised"]
    return answer["is"]
