"""Completeness: what was received on a day against what came of it, item by item. Owns drift.completeness."""
