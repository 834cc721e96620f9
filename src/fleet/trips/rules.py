"""Every threshold of the fold, and no other place has one. Change one and raise VERSION: days fold differently then."""

VERSION = 1

MOVING_KMH = 5.0
"""At or above it a fix drives; steps below it add no distance."""

PAUSE_S = 300
"""So long without engine and motion ends a trip, so long without a fix is a silence, so long with engine on and
standing is an idle; and a fix so near to midnight says that what it shows goes on beyond it."""

LONG_GAP_S = 1800
"""A silence longer than this is a long gap; from PAUSE_S up to it, a stop without fixes."""

IGNITION_HOLDS_S = 300
"""A fix that does not tell the engine's state takes it from the last that told, if that is no older."""

DRIFT_KMH = 20.0
"""A lone fix below it, between standing ones and with the engine not known to be on, is drift and does not drive."""

SAME_PLACE_M = 200.0
"""A parked vehicle that was silent, and is no farther away afterwards, stood there all the while."""

IMPOSSIBLE_KMH = 200.0
"""What no van or motorcycle does between two fixes: the law of the land ends at 110 km/h."""

TELEPORT_M = 500.0
"""Nearer than this it is the noise of a receiver, however fast it would have been."""

TELEPORT_FIXES = 10
"""At most so many fixes in a row are taken for one teleport; after more, the vehicle is really there."""

ODOMETER_SLACK_M = 1000.0
"""An odometer may gain this much more than the fastest vehicle would; they count in whole kilometres at times."""

PATH_TOLERANCE_M = 10.0
"""No dropped fix lies farther than this from the simplified path."""
