"""Tables of messages or posts, CSV, TSV or Excel, read by a mapping that a person wrote.

``delimited`` and ``workbook`` give rows with their bytes, ``mapping`` says which column is what,
``plan`` counts before anything is kept, ``reader`` makes messages. Without a mapping a table is
kept and said to need one: which column holds whose words is never guessed.
"""

from romduol.intake.tables.mapping import (
    Mapping,
    MappingKeyUnknown,
    MappingUnreadable,
    MappingValueWrong,
    MappingWithoutText,
    TableOptions,
    mapping_in,
    read_mapping,
    with_columns,
)
from romduol.intake.tables.plan import Plan, dry_run
from romduol.intake.tables.reader import NAME, VERSION, read, recognises

__all__ = [
    "NAME",
    "VERSION",
    "Mapping",
    "MappingKeyUnknown",
    "MappingUnreadable",
    "MappingValueWrong",
    "MappingWithoutText",
    "Plan",
    "TableOptions",
    "dry_run",
    "mapping_in",
    "read",
    "read_mapping",
    "recognises",
    "with_columns",
]
