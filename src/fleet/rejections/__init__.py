"""Rejected items: to list, to look at beside their bytes, and to parse again. Reads events.rejected and events.raw."""
