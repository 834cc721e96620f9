"""Rebuilds that were begun and never finished: to see and to discard."""
