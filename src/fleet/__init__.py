"""Fleet: every signal kept verbatim in a log, and everything else derived from it."""

__version__ = "0.1.0"
