"""What a push must know to be believed. Reads auth.push_credentials through the session login."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from fleet.db import Connection
from fleet.observe import log

SIGNATURE_TOLERANCE_S = 300


@dataclass(frozen=True, slots=True)
class Credential:
    """One way to be believed: a shared secret (by its hash) or an HMAC key."""

    name: str
    source: str
    secret_sha256: bytes | None
    hmac_key: bytes | None
    account_id: int


class Keyring:
    """The active credentials of the moment. All comparisons take constant time."""

    def __init__(self, credentials: Iterable[Credential] = ()) -> None:
        self._by_source: dict[str, list[Credential]] = {}
        for credential in credentials:
            self._by_source.setdefault(credential.source, []).append(credential)

    @property
    def sources(self) -> frozenset[str]:
        """Sources that have a credential at all."""
        return frozenset(self._by_source)

    def by_secret(self, source: str, secret: str) -> Credential | None:
        """The credential of a shared secret, or None."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        believed = None
        for credential in self._by_source.get(source, ()):
            if credential.secret_sha256 and hmac.compare_digest(digest, credential.secret_sha256):
                believed = credential
        return believed

    def by_signature(self, source: str, header: str, body: bytes, now_s: float) -> Credential | None:
        """The credential that signed `"<t>." + body` (header `t=<unix s>,v1=<hex>`), or None."""
        fields = dict(part.strip().partition("=")[::2] for part in header.split(","))
        stamp, signature = fields.get("t", ""), fields.get("v1", "")
        is_time = len(stamp) <= 12 and stamp.isascii() and stamp.isdigit()
        if not is_time or abs(now_s - int(stamp)) > SIGNATURE_TOLERANCE_S:
            return None
        believed = None
        for credential in self._by_source.get(source, ()):
            if credential.hmac_key is None:
                continue
            expected = hmac.new(credential.hmac_key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            if hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace")):
                believed = credential
        return believed


async def load_keyring(connection: Connection, secrets_key: str) -> Keyring:
    """The keyring as the database has it now. `secrets_key`: comma list of Fernet keys, newest first."""
    opener = MultiFernet([Fernet(key.strip()) for key in secrets_key.split(",")])
    rows = await (await connection.execute("select * from auth.active_push_credentials()")).fetchall()
    return Keyring(
        Credential(name, source, None if digest is None else bytes(digest), _opened(opener, name, sealed), account_id)
        for name, source, digest, sealed, account_id in rows
    )


def _opened(opener: MultiFernet, name: str, sealed: str | None) -> bytes | None:
    """The key; None where there is none, or where it was sealed with a SECRETS_KEY that is not ours."""
    try:
        return None if sealed is None else opener.decrypt(sealed.encode())
    except InvalidToken:
        log.error("credential_unreadable", credential=name, advice="add the key it was sealed with to SECRETS_KEY")
        return None
