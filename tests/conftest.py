"""Fixtures of every test; each facility is a plugin of its own in `fixtures/`."""

import pytest

pytest_plugins = ["fixtures.shared_data", "fixtures.database", "fixtures.roles"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults first: their files take the longest, and would keep one of two workers busy alone at the end."""
    items.sort(key=lambda item: item.path.parent.name != "fault")
