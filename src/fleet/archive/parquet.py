"""Raw rows in Parquet, written and read in bounded memory: a row group at a time."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet as pq

from fleet.archive.rows import ArchivedRow

GROUP_BYTES = 16_000_000
GROUP_ROWS = 20_000
BATCH_ROWS = 500
REPEATING = ["source", "topic", "content_type", "verified_by"]

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("source", pa.string()),
        ("account_id", pa.int32()),
        ("topic", pa.string()),
        ("content_type", pa.string()),
        ("body", pa.binary()),
        ("request_meta", pa.string()),
        ("verified_by", pa.string()),
    ]
)


def write(file: Any, pages: Iterable[list[ArchivedRow]]) -> None:
    """Write pages of rows to an open file."""
    waiting: list[ArchivedRow] = []
    waiting_bytes = 0
    with pq.ParquetWriter(file, SCHEMA, compression="zstd", use_dictionary=REPEATING) as writer:
        for page in pages:
            waiting += page
            waiting_bytes += sum(len(row.body) + len(row.request_meta) for row in page)
            if waiting_bytes >= GROUP_BYTES or len(waiting) >= GROUP_ROWS:
                writer.write_table(_table(waiting))
                waiting, waiting_bytes = [], 0
        if waiting:
            writer.write_table(_table(waiting))


def read(file: IO[bytes]) -> Iterator[list[ArchivedRow]]:
    """The rows of an open file, page by page, in their order."""
    with pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20) as parquet:
        for group in range(parquet.num_row_groups):  # a batch would otherwise join groups of few large rows
            for batch in parquet.iter_batches(BATCH_ROWS, row_groups=[group], use_threads=False):
                yield list(_rows(batch))


def _rows(batch: pa.RecordBatch) -> Iterator[ArchivedRow]:
    columns = [column.to_pylist() for column in batch.columns]
    columns[1] = [moment.astimezone(UTC) for moment in columns[1]]
    return (ArchivedRow(*values) for values in zip(*columns, strict=True))


def _table(rows: list[ArchivedRow]) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)
