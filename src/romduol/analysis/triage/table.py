"""What triage says of messages, one row a message in the order they came."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

FORM = pa.struct(
    [
        pa.field("form", pa.string(), nullable=False),  # vocabulary id, form_online or form_offline
        pa.field("score", pa.float32(), nullable=False),
    ]
)
REASON = pa.struct(
    [
        pa.field("entry", pa.string(), nullable=False),  # id of the entry: ``lexicon.entry(id)``
        pa.field("form", pa.string(), nullable=False),  # "" for one that only lowers or leans
        # code points of the message as received, [start, end)
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        # 0 to 1: what it adds; a reason that lowers has the factor it lowers by, negative
        pa.field("weight", pa.float32(), nullable=False),
    ]
)
_FIELDS: list[pa.Field[Any]] = [
    pa.field("row", pa.int64(), nullable=False),
    pa.field("score", pa.float32(), nullable=False),  # 0 to 1: any harm; for ranking only
    pa.field("forms", pa.list_(FORM), nullable=False),  # highest first
    pa.field("reasons", pa.list_(REASON), nullable=False),  # in the order of the text
    pa.field("romanised", pa.bool_(), nullable=False),  # read as Khmer in Latin letters
    pa.field("method", pa.string(), nullable=False),  # "text/1 lexicon/2"
]
SCORES = pa.schema(_FIELDS)
