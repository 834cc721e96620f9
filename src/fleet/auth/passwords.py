"""Password checks that take the same time whether the account exists or not."""

import asyncio

import bcrypt

MAX_PASSWORD_BYTES = 72
"""bcrypt reads no further; a longer password would be cut, so it is refused."""

_NOBODY = bcrypt.hashpw(b"nobody", bcrypt.gensalt()).decode()


async def password_matches(password: str, stored_hash: str | None) -> bool:
    """Whether the password is the one of the hash; False for no hash. Runs beside the event loop."""
    given = password.encode()
    if len(given) > MAX_PASSWORD_BYTES:
        return False
    matches = await asyncio.to_thread(bcrypt.checkpw, given, (stored_hash or _NOBODY).encode())
    return matches and stored_hash is not None
