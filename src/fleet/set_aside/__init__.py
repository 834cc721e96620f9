"""Facts that a projector could not fold: to list, and to fold again. Reads and empties events.set_aside."""
