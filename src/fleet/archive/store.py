"""Where the archive lies: a folder or a bucket of an S3-compatible store, by the setting ARCHIVE_URL.

A file is written under a temporary name and published by renaming, so that no name ever stands for half a file.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from fleet.config import ArchiveSettings
from fleet.errors import FleetError, SettingMissing

PIECE_BYTES = 1_000_000
CONNECT_WITHIN_S = 10.0
ANSWER_WITHIN_S = 60.0
ATTEMPTS = 3
UNFINISHED = ".unfinished"


class ArchiveUnavailable(FleetError):
    """The archive cannot be written or read now."""


class ArchiveDamaged(FleetError):
    """A file of the archive is not what was written."""


class Store:
    """Files below one address, by relative paths. Every method raises ArchiveUnavailable when it cannot be reached."""

    def __init__(self, url: str, files: fs.FileSystem, root: str) -> None:
        self.url = url.rstrip("/")
        self._files = files
        self._root = root.rstrip("/")

    @classmethod
    def from_settings(cls, settings: ArchiveSettings) -> "Store | None":
        """The store of ARCHIVE_URL; None when it is not set."""
        if settings.archive_url is None:
            return None
        parts = urlsplit(settings.archive_url)
        if parts.scheme == "file":
            return cls(settings.archive_url, fs.LocalFileSystem(), unquote(parts.path))
        return cls(settings.archive_url, _s3(settings), f"{parts.netloc}{parts.path}")

    @contextmanager
    def written(self, path: str) -> Iterator["HashingFile"]:
        """A file to write, published under `path` when the block ends; gone when it fails."""
        target = f"{self._root}/{path}"
        with self._explained(f"{self.url}/{path} cannot be written"):
            self._check_root()
            if self._is_local:
                self._files.create_dir(os.path.dirname(target), recursive=True)
            try:
                with self._files.open_output_stream(target + UNFINISHED) as stream:
                    yield HashingFile(stream)
                self._settle(target + UNFINISHED)
                self._files.move(target + UNFINISHED, target)
                self._settle(os.path.dirname(target))
            except BaseException:
                with contextlib.suppress(OSError, pa.ArrowException):
                    self._files.delete_file(target + UNFINISHED)
                raise

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes]]:
        """A file to read, at any place."""
        with (
            self._explained(f"{self.url}/{path} cannot be read"),
            self._files.open_input_file(f"{self._root}/{path}") as file,
        ):
            yield file

    def sha256(self, path: str, still: Callable[[], None]) -> str:
        """The hash of a file's bytes as they are in the store now; `still` is called between pieces."""
        digest = hashlib.sha256()
        with self.opened(path) as file:
            while piece := file.read(PIECE_BYTES):
                still()
                digest.update(piece)
        return digest.hexdigest()

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is removed already."""
        target = f"{self._root}/{path}"
        with self._explained(f"{self.url}/{path} cannot be removed"):
            if self._files.get_file_info(target).type != fs.FileType.NotFound:
                self._files.delete_file(target)

    @property
    def _is_local(self) -> bool:
        return isinstance(self._files, fs.LocalFileSystem)

    def _check_root(self) -> None:
        """A folder that has vanished (a disk that is not mounted) must not be made anew on another disk."""
        if self._files.get_file_info(self._root.partition("/")[0] or self._root).type == fs.FileType.NotFound:
            raise ArchiveUnavailable(f"There is no {self.url}: make it, or mount what it lies on.")

    def _settle(self, path: str) -> None:
        """On a disk of ours: on the disk, not in memory alone."""
        if self._is_local:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as failed:
            reason = str(failed).strip().split("\n", 1)[0] or type(failed).__name__
            raise ArchiveUnavailable(f"{what}: {reason}") from failed


class HashingFile:
    """A file to write that knows its length and hash."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes_written = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Append bytes."""
        self._digest.update(data)
        self._stream.write(data)
        self.bytes_written += len(data)
        return len(data)

    def tell(self) -> int:
        """How much was written."""
        return self.bytes_written

    def flush(self) -> None:
        """Nothing: the store closes the stream."""

    def close(self) -> None:
        """No more is written; the store closes the stream."""
        self.closed = True

    def hexdigest(self) -> str:
        """SHA-256 of all that was written."""
        return self._digest.hexdigest()


def required(settings: ArchiveSettings) -> Store:
    """The store of the settings. Errors: SettingMissing where there is none."""
    store = Store.from_settings(settings)
    if store is None:
        raise SettingMissing("Set ARCHIVE_URL to where the archive lies: see docs/settings.md.")
    return store


def _s3(settings: ArchiveSettings) -> fs.FileSystem:
    key, secret = settings.archive_s3_key, settings.archive_s3_secret
    endpoint = urlsplit(str(settings.archive_s3_endpoint)) if settings.archive_s3_endpoint else None
    return fs.S3FileSystem(
        access_key=key.get_secret_value() if key else None,
        secret_key=secret.get_secret_value() if secret else None,
        region=settings.archive_s3_region,
        endpoint_override=endpoint.netloc if endpoint else None,
        scheme=endpoint.scheme if endpoint else "https",
        connect_timeout=CONNECT_WITHIN_S,
        request_timeout=ANSWER_WITHIN_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    )
