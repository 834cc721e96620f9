"""The forms that settings must have, so that a wrong one is told at the start and not at the first request."""

import re
from ipaddress import ip_network
from typing import Annotated

from cryptography.fernet import Fernet
from pydantic import AfterValidator, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(min_length=1)]
BCRYPT_READS_BYTES = 72


def _fernet_keys(keys: SecretStr) -> SecretStr:
    """Each of the comma-separated keys must be one."""
    for key in keys.get_secret_value().split(","):
        try:
            Fernet(key.strip())
        except ValueError:
            raise PydanticCustomError("fernet", "each key is 32 bytes in URL-safe base64") from None
    return keys


def _bcrypt_password(password: SecretStr) -> SecretStr:
    """bcrypt reads no further than 72 bytes."""
    if not 8 <= len(password.get_secret_value().encode()) <= BCRYPT_READS_BYTES:
        raise PydanticCustomError("password", "between 8 and 72 bytes long")
    return password


def _url_segment(secret: SecretStr) -> SecretStr:
    """It stands in an address, as it is."""
    if not re.fullmatch(r"[A-Za-z0-9._~-]{8,200}", secret.get_secret_value()):
        raise PydanticCustomError("url_segment", "8 to 200 letters, digits, dots, dashes, underscores or tildes")
    return secret


def _networks(listed: str) -> str:
    """Addresses and networks, comma-separated."""
    for network in listed.split(","):
        try:
            ip_network(network.strip())
        except ValueError:
            raise PydanticCustomError("network", "addresses or networks (10.0.0.0/8), separated by commas") from None
    return listed


def _archive_url(url: str) -> str:
    """A folder or a bucket."""
    if not re.fullmatch(r"file:///.+|s3://[^/]+(/.*)?", url):
        raise PydanticCustomError("archive_url", "file:///folder or s3://bucket/prefix")
    return url


SecretsKey = Annotated[SecretStr, AfterValidator(_fernet_keys)]
Password = Annotated[SecretStr, AfterValidator(_bcrypt_password)]
UrlSegment = Annotated[SecretStr, AfterValidator(_url_segment)]
Networks = Annotated[str, AfterValidator(_networks)]
ArchiveUrl = Annotated[str, AfterValidator(_archive_url)]
