"""What the handlers of one gateway process share."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool

from fleet.config import GatewaySettings
from fleet.db import Connection
from fleet.log.append import GroupCommit


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, the two logins of the API (`reader` sees serve.*, `session` auth.*), and the log to append to."""

    settings: GatewaySettings
    reader: AsyncConnectionPool[Connection]
    session: AsyncConnectionPool[Connection]
    raw_log: GroupCommit

    @property
    def jwt_key(self) -> str:
        """The key that access tokens are signed with."""
        return self.settings.jwt_secret.get_secret_value()
