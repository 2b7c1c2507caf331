"""English and Chinese texts, by the language of QGIS."""

from qgis.core import QgsApplication


def tr(english: str, chinese: str) -> str:
    """The text in the user's language: Chinese where QGIS speaks it, else English."""
    return chinese if QgsApplication.locale().lower().startswith("zh") else english
