"""Arrow's columns and functions as this package passes them on.

The stubs of pyarrow list overloads for a fraction of what its functions take; a column here is
``Any`` to the type checker, and what it must hold is said where it is made.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

Column: TypeAlias = Any
pc: Any = pyarrow.compute

_TYPES = {bool: pa.bool_(), int: pa.int64(), str: pa.string()}


def fixed(value: bool | int | str) -> Any:
    """``value`` as a scalar with its type.

    Of a bare Python value Arrow finds the type anew in every call, and that is slow.
    """
    return pa.scalar(value, _TYPES[type(value)])


def each_its_own(column: Column) -> Column:
    """``column`` dictionary-coded without a search for equals, where hardly two are."""
    places: Any = pa.array(np.arange(len(column), dtype=np.int32))
    return pa.DictionaryArray.from_arrays(places, column)
