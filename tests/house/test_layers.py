"""The layer contracts hold, and each of them fails when it is broken on purpose."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]

BREACHES = [
    ("The river flows one way", "casebook/claims.py", "import romduol.desk"),
    ("The river flows one way", "desk/clock.py", "import romduol.cli"),
    ("The river flows one way", "vault/keys.py", "import romduol.records"),
    ("The river flows one way", "intake/source.py", "import romduol.publication"),
    ("The river flows one way", "publication/options.py", "import romduol.casework"),
    ("The stages are pure", "intake/source.py", "import romduol.vault"),
    ("The stages are pure", "publication/options.py", "import django"),
    ("The stages are pure", "casework/coding.py", "import socket"),
    ("The stages are pure", "language/digits.py", "import pyrage"),
    ("The words need nothing", "casebook/codes.py", "import polars"),
    ("No network", "desk/clock.py", "import socket"),
    ("No network", "vault/keys.py", "import urllib.request"),
    ("No network", "desk/anchoring.py", "import urllib.request"),
    ("Only the desk opens an identity card", "cli/women.py", "import romduol.vault.identities"),
    ("Only the desk opens an identity card", "desk/checking.py", "import romduol.vault.identities"),
]


def lint(top: Path) -> subprocess.CompletedProcess[str]:
    """The contracts checked on the tree at ``top``, without a cache."""
    environment = {**os.environ, "PYTHONPATH": str(top / "src")}
    call = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        call, cwd=top, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "fonts", "data")
    shutil.copytree(TOP / "src" / "romduol", tmp_path / "src" / "romduol", ignore=ignored)
    return tmp_path


def test_the_contracts_hold() -> None:
    done = lint(TOP)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "module", "line"), BREACHES)
def test_a_breach_is_noticed(copied: Path, contract: str, module: str, line: str) -> None:
    file = copied / "src" / "romduol" / module
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(copied)
    assert done.returncode != 0
    broken = [said for said in done.stdout.splitlines() if "BROKEN" in said]
    assert any(said.startswith(contract) for said in broken), done.stdout
