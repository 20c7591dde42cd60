"""Arrow's columns and functions as this package passes them on.

The stubs of pyarrow list overloads for a fraction of what its functions take; a column here is
``Any`` to the type checker, and what it must hold is said where it is made.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow.compute

Column: TypeAlias = Any
pc: Any = pyarrow.compute
