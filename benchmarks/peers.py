"""The peers that are installed in the environment ``ROMDUOL_PEERS`` names; the others are left out.

``ROMDUOL_PEERS`` is a folder made by ``python -m venv``; without it no peer is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

_ASK = "import importlib.metadata, sys; importlib.metadata.version(sys.argv[1])"


@cache
def python_with(package: str) -> str:
    """The interpreter that has ``package``; ``""`` when there is none, which is said once."""
    folder = os.environ.get("ROMDUOL_PEERS", "")
    python = Path(folder) / "bin" / "python"
    if folder and python.exists():
        asked = subprocess.run([python, "-c", _ASK, package], capture_output=True, check=False)
        if asked.returncode == 0:
            return str(python)
    print(f"{package} is not installed in ROMDUOL_PEERS and is not measured.", file=sys.stderr)
    return ""
