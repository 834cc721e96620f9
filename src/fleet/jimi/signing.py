"""The vendor's request signature: upper-case MD5 over the sorted parameters between two secrets. Pure."""

import hashlib
from collections.abc import Mapping


def sign(parameters: Mapping[str, str], secret: str) -> str:
    """The `sign` of a request, 32 capital hex digits; `sign` itself and empty parameters are left out."""
    signed = sorted(name for name, value in parameters.items() if name and name != "sign" and value)
    text = "".join(name + parameters[name] for name in signed)
    # MD5 is the vendor's choice, not ours; nothing of our own rests on it.
    return hashlib.md5(f"{secret}{text}{secret}".encode(), usedforsecurity=False).hexdigest().upper()
