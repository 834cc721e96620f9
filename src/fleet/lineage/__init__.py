"""What a device said at an instant: the bytes received, and what came of them. Reads events.*, auth.read_raw."""
