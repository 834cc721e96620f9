"""Databases and platforms that stand for a whole module, as the other suites have them."""

from database.conftest import standing_database
from pipeline.conftest import standing

__all__ = ["standing", "standing_database"]
