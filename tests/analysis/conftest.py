from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for made_posts

COORDINATION = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "coordination"


@pytest.fixture
def coordination() -> Path:
    """The folder of the public reference set."""
    if not (COORDINATION / "german_url.parquet").is_file():
        pytest.skip("the public reference set does not lie beside this checkout")
    return COORDINATION
