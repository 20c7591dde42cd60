"""Messages leave the book in a form a person asked for: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from romduol.desk.reading import require_free
from romduol.vault import durable

Tables = Iterable[tuple[str, str, pa.Table]]  # (alias, item code, rows)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_messages(tables: Tables, form: str, out: Path | None) -> None:
    """Write all of ``tables`` to ``out``, whole or not at all, or to standard output.

    Raises ``OutputExists`` rather than write over a file, or ``NoSuchFolder``.
    """
    if out is None:
        _write(tables, form, sys.stdout.buffer)
        return
    require_free(out)
    with durable.part_file(out.absolute().parent) as part:
        _write(tables, form, cast("BinaryIO", part))
    durable.move_into_place(part.path, out)


def _write(tables: Tables, form: str, out: BinaryIO) -> None:
    {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}[form](tables, out)


def _jsonl(tables: Tables, out: BinaryIO) -> None:
    for row in _rows(tables):
        out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _csv(tables: Tables, out: BinaryIO) -> None:
    """UTF-8 with a byte order mark, for spreadsheets; no cell can start a formula."""
    out.write("\ufeff".encode())
    header = False
    for row in _rows(tables):
        line = io.StringIO()
        writer = csv.DictWriter(line, row, lineterminator="\r\n")
        if not header:
            writer.writeheader()
            header = True
        writer.writerow({name: _cell(value) for name, value in row.items()})
        out.write(line.getvalue().encode())


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _parquet(tables: Tables, out: BinaryIO) -> None:
    whole = io.BytesIO()
    writer: pq.ParquetWriter | None = None
    for alias, item, table in tables:
        rows = table.append_column("woman", pa.repeat(alias, table.num_rows))
        rows = rows.append_column("item", pa.repeat(item, table.num_rows))
        writer = writer or pq.ParquetWriter(whole, rows.schema, compression="zstd")
        writer.write_table(rows)
    if writer is not None:
        writer.close()
    out.write(whole.getvalue())


def _rows(tables: Tables) -> Iterator[dict[str, Any]]:
    for alias, item, table in tables:
        for batch in table.to_batches(max_chunksize=8192):
            for row in batch.to_pylist():
                yield _as_said(row, alias, item)


def _as_said(row: dict[str, Any], alias: str, item: str) -> dict[str, Any]:
    """The row with its item and woman, ids in hex and times in ISO 8601."""
    told = {"message": row.pop("message").hex(), "item": item, "woman": alias}
    for name in ("sent_at", "sent_at_other", "edited_at"):
        row[name] = row[name].isoformat().replace("+00:00", "Z") if row[name] else None
    return told | row
