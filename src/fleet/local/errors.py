"""What can go wrong when the platform runs on this machine; each message says what to do about it."""

from fleet.errors import FleetError


class LocalRunError(FleetError):
    """Something that the local run needs did not work."""


class ServerMissing(LocalRunError):
    """No usable PostgreSQL server binaries are installed."""


class ServerRefusesRoot(LocalRunError):
    """The user is root and there is no unprivileged account to run the database server as."""


class VersionMismatch(LocalRunError):
    """The data folder was made by a PostgreSQL version that is not installed."""


class DiskFull(LocalRunError):
    """There is no space left where the data is kept."""


class PortInUse(LocalRunError):
    """Another program listens on a port that the platform needs."""


class ClusterBusy(LocalRunError):
    """Another process runs this cluster at the moment."""


class ClusterFailed(LocalRunError):
    """The database server did not start or stop; the end of its log is in the message."""


class AlreadyUp(LocalRunError):
    """The platform already runs in this folder."""


class StepFailed(LocalRunError):
    """A command that prepares the platform ended with an error; the end of its output is in the message."""
