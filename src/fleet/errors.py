"""Every error the platform raises on purpose. The message says what is wrong and what to do."""


class FleetError(Exception):
    """Base of all errors of the platform; its text is written for the person who reads it."""


class SettingMissing(FleetError):
    """A setting that has no safe default is not in the environment."""


class SettingInvalid(FleetError):
    """A setting is there but cannot be used."""


class WrongUsage(FleetError):
    """A command was given what it cannot do."""


class AddressTaken(FleetError):
    """The address to listen on cannot be had."""


class DatabaseUnavailable(FleetError):
    """The database cannot be reached or refused the work; trying again later may help."""


class UnsafeServer(FleetError):
    """The database server is configured so that an acknowledged commit could be lost."""


class UpstreamError(FleetError):
    """The vendor's cloud did not answer as its contract says."""
