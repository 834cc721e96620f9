"""Trips, day buckets and hours of one vehicle's EAT day: a pure fold of its primary tracker's good fixes.

No database, no clock: the same set of fixes gives the same day, in whatever order, split or repetition it came.
"""

from fleet.trips.day import VehicleDay, fold_day
from fleet.trips.fix import Fix
from fleet.trips.rules import VERSION

__all__ = ["VERSION", "Fix", "VehicleDay", "fold_day"]
