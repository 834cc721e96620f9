"""The bytes of a raw row, shown so that no byte does anything to whoever looks; secrets were masked on receipt."""

import base64
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a body: where it begins in the whole, and how long the whole is."""

    content: bytes
    offset: int
    size: int

    def as_document(self) -> dict[str, Any]:
        """As JSON: the text, and the very bytes in base64 where they are no text."""
        document = {
            "size": self.size,
            "offset": self.offset,
            "truncated": len(self.content) < self.size,
            "body": self.content.decode("utf-8", errors="backslashreplace"),
        }
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            document["body_base64"] = base64.b64encode(self.content).decode()
        return document

    def printable(self) -> str:
        """For a terminal: control characters, which could rewrite what is shown, stand as escapes."""
        before = "… " if self.offset else ""
        after = " …" if self.offset + len(self.content) < self.size else ""
        return before + printable(self.content.decode("utf-8", errors="backslashreplace")) + after


def excerpt(body: bytes, about: bytes, most_bytes: int) -> Excerpt:
    """Of a long body the stretch around the first place where `about` stands, else its beginning."""
    found = body.find(about)
    offset = max(0, min(found - most_bytes // 2, len(body) - most_bytes)) if found >= 0 else 0
    return Excerpt(body[offset : offset + most_bytes], offset, len(body))


def printable(text: str) -> str:
    """The text with everything that is not plainly visible escaped, line ends and tabs apart."""
    return "".join(
        char if char in "\n\t" or char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
