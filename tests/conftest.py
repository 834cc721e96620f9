"""Fixtures of every test; each facility is a plugin of its own in `fixtures/`."""

pytest_plugins = ["fixtures.shared_data", "fixtures.database", "fixtures.roles"]
