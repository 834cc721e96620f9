"""What the handlers of one gateway process share."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool

from fleet.config import GatewaySettings
from fleet.db import Connection


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and the two logins of the API: `reader` sees serve.*, `session` auth.*."""

    settings: GatewaySettings
    reader: AsyncConnectionPool[Connection]
    session: AsyncConnectionPool[Connection]

    @property
    def jwt_key(self) -> str:
        """The key that access tokens are signed with."""
        return self.settings.jwt_secret.get_secret_value()
