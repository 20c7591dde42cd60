"""Posts come in from memory or from files, and leave as lazy frames of the engine asked for.

The definitions of this package are written once, with Narwhals; an engine only opens files and
holds what is used twice. DuckDB spills nothing to disk here: a spilled post is a leaked post.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from romduol.analysis.refusals import EngineMissing, PostsUnreadable, UnknownKindOfFile

Lazy = nw.LazyFrame[Any]
Source = pa.Table | Sequence[Path]
NAMES = ("duckdb", "polars", "spark")
_FORMS = {".parquet": "parquet", ".csv": "csv"}


class Engine(ABC):
    """Where lazy frames are computed."""

    def scan(self, source: Source) -> Lazy:
        """``source`` as one lazy frame. Every CSV cell is text: account 007 is not account 7.

        Raises ``UnknownKindOfFile`` unless all files are Parquet, or all CSV, and
        ``PostsUnreadable`` when a file is not what its name says.
        """
        if isinstance(source, pa.Table):
            return self.lend(source)
        form = _form(source)
        try:
            frame = self.open([str(path) for path in source], form)
            frame.collect_schema()
        except Exception as cause:
            raise PostsUnreadable(files=len(source)) from cause
        return frame

    @abstractmethod
    def open(self, files: list[str], form: str) -> Lazy:
        """The rows of ``files`` (``form`` is ``parquet`` or ``csv``)."""

    @abstractmethod
    def lend(self, table: pa.Table) -> Lazy:
        """An Arrow table as a frame of this engine."""

    @abstractmethod
    def micros(self, frame: Lazy, name: str) -> Lazy:
        """``frame`` with its time column ``name`` as whole microseconds since 1970 UTC."""

    @abstractmethod
    def keyed(self, frame: Lazy, name: str) -> Lazy:
        """``frame`` with a number ``key`` that is equal where text column ``name`` is.

        Two texts may share one: it is for passing over what cannot match, never for matching.
        """

    @abstractmethod
    def hold(self, frame: Lazy) -> Lazy:
        """``frame`` computed once, for use many times."""


def _form(files: Sequence[Path]) -> str:
    forms = {_FORMS.get(path.suffix.lower(), "") for path in files}
    if len(forms) != 1 or "" in forms:
        raise UnknownKindOfFile
    return forms.pop()


def _lazy(native: Any) -> Lazy:
    frame: Lazy = nw.from_native(native)
    return frame


class DuckDB(Engine):
    """In this process, columns streamed from Parquet; the default."""

    def __init__(self) -> None:
        import duckdb

        quiet = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self._connection = duckdb.connect(
            config={**quiet, "temp_directory": "", "preserve_insertion_order": "false"}
        )

    def open(self, files: list[str], form: str) -> Lazy:
        """The rows of ``files``."""
        if form == "parquet":
            return _lazy(self._connection.read_parquet(files, union_by_name=True))
        reader: Any = self._connection  # its stubs know one file only
        return _lazy(reader.read_csv(files, all_varchar=True, header=True, union_by_name=True))

    def lend(self, table: pa.Table) -> Lazy:
        """An Arrow table as a frame."""
        return _lazy(self._connection.from_arrow(table))

    def hold(self, frame: Lazy) -> Lazy:
        """``frame`` computed once."""
        return self.lend(collected(frame))

    def keyed(self, frame: Lazy, name: str) -> Lazy:
        """``frame`` with a number for column ``name``."""
        return _lazy(frame.to_native().project(f'*, hash("{name}") AS key'))

    def micros(self, frame: Lazy, name: str) -> Lazy:
        """Column ``name`` numbered; DuckDB's own function, which no session's zone can turn."""
        return _lazy(frame.to_native().project(f'* REPLACE (epoch_us("{name}") AS "{name}")'))


class Polars(Engine):
    """In this process, by Polars' lazy plans."""

    def open(self, files: list[str], form: str) -> Lazy:
        """The rows of ``files``."""
        import polars as pl

        if form == "parquet":
            return _lazy(pl.scan_parquet(files))
        return _lazy(pl.scan_csv(files, infer_schema=False))

    def lend(self, table: pa.Table) -> Lazy:
        """An Arrow table as a frame."""
        import polars as pl

        return _lazy(pl.LazyFrame(pl.from_arrow(table)))

    def hold(self, frame: Lazy) -> Lazy:
        """``frame`` computed once."""
        return frame.collect(backend="polars").lazy()

    def keyed(self, frame: Lazy, name: str) -> Lazy:
        """``frame`` with a number for column ``name``."""
        import polars as pl

        return _lazy(frame.to_native().with_columns(pl.col(name).hash().alias("key")))

    def micros(self, frame: Lazy, name: str) -> Lazy:
        """Column ``name`` numbered."""
        return frame.with_columns(nw.col(name).dt.timestamp("us"))


class Spark(Engine):
    """On a cluster, or on this machine: an optional extra (``pyspark``)."""

    def __init__(self) -> None:
        try:
            spark: Any = import_module("pyspark.sql")
        except ImportError as cause:
            raise EngineMissing(engine="spark") from cause
        self._functions: Any = import_module("pyspark.sql.functions")
        quiet = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
        }
        self._session: Any = spark.SparkSession.builder.config(map=quiet).getOrCreate()
        context = self._session.sparkContext
        if context.master.startswith("local"):
            # the default of 200 parts is for clusters: here it costs minutes
            self._session.conf.set("spark.sql.shuffle.partitions", context.defaultParallelism)

    def open(self, files: list[str], form: str) -> Lazy:
        """The rows of ``files``."""
        if form == "parquet":
            return _lazy(self._session.read.parquet(*files))
        return _lazy(self._session.read.csv(files, header=True, inferSchema=False))

    def lend(self, table: pa.Table) -> Lazy:
        """An Arrow table as a frame."""
        return _lazy(self._session.createDataFrame(table))

    def hold(self, frame: Lazy) -> Lazy:
        """``frame`` computed once."""
        return _lazy(frame.to_native().persist())

    def keyed(self, frame: Lazy, name: str) -> Lazy:
        """``frame`` with a number for column ``name``."""
        number = self._functions.xxhash64(self._functions.col(name))
        return _lazy(frame.to_native().withColumn("key", number))

    def micros(self, frame: Lazy, name: str) -> Lazy:
        """Column ``name`` numbered; a time without a zone is UTC, as the session's is."""
        numbered = self._functions.unix_micros(self._functions.col(name).cast("timestamp"))
        return _lazy(frame.to_native().withColumn(name, numbered))


def engine(name: str) -> Engine:
    """The engine called ``name`` (one of ``NAMES``); raises ``EngineMissing`` for any other."""
    kinds: dict[str, type[Engine]] = {"duckdb": DuckDB, "polars": Polars, "spark": Spark}
    if name not in kinds:
        raise EngineMissing(engine=name)
    return kinds[name]()


def collected(frame: Lazy) -> pa.Table:
    """``frame`` computed, as an Arrow table with plain strings."""
    table: pa.Table = frame.collect(backend="pyarrow").to_native()
    plain = [
        pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(plain))
