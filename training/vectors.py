"""``make vectors``: adapters and heads for sentence vectors, and what they are worth.

``--plain`` fits heads on the vectors as they come; ``--adapt FOLDER`` learns adapters (with torch)
and keeps them there, ``--ship FOLDER`` takes those. All are calibrated, weighed and written.
``--again`` weighs what ships anew, beside other heads of characters; nothing of these only asks how
well it does, and ``--locked`` also asks the locked lines.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from romduol.analysis.triage.vectors import adapters, weights
from training import material, vectors_rows, vectors_weighing
from training.heads import FORMS
from training.vectors_report import report

DATA = Path(__file__).parents[1] / "src" / "romduol" / "analysis" / "data"
OUT = DATA / "vectors" / "adapters.npz"
EPOCHS = 2


def main() -> None:
    """As the words on the command line say."""
    some = _asked_for()
    model = vectors_weighing.Reader(some)
    unseen = vectors_weighing.unseen(model)
    before = vectors_weighing.before_held(material.everything())
    if not some.provenance or "--again" in sys.argv:
        some = vectors_weighing.weighed(some, unseen, before)
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_bytes(some.to_bytes())
        print(f"{OUT.name}: {OUT.stat().st_size:,} bytes, together {some.together}", flush=True)
    for line in report(some, model, unseen, before, locked="--locked" in sys.argv):
        print(line, flush=True)
    print(f"{time.process_time():.0f} CPU seconds")


def _asked_for() -> adapters.Adapters:
    """Adapters in a folder, heads on the vectors as they come, or what ships."""
    if "--adapt" in sys.argv:
        _adapt(_folder("--adapt"))
        return _read(_folder("--adapt"))
    if "--ship" in sys.argv:
        return _read(_folder("--ship"))
    if "--plain" in sys.argv:
        return vectors_weighing.plain(vectors_weighing.Reader(None))
    return adapters.from_bytes(OUT.read_bytes())


def _folder(option: str) -> Path:
    return Path(sys.argv[sys.argv.index(option) + 1])


def _read(folder: Path) -> adapters.Adapters:
    newest = max(folder.glob("adapted-*.npz"), key=lambda path: path.name)
    with np.load(newest, allow_pickle=False) as arrays:
        return vectors_weighing.bare(dict(arrays))


def _adapt(folder: Path) -> None:
    from training.vectors_adapting import adapted

    path = weights.at_hand()
    if path is None:
        raise SystemExit("romduol[vectors] is not installed")
    model = weights.read(path)
    both = tuple(
        vectors_rows.taught([row for row in some if not vectors_rows.held(row)], FORMS)
        for some in (vectors_rows.public(), vectors_rows.ours())
    )

    def keep(epoch: int, arrays: dict[str, np.ndarray]) -> None:
        np.savez(folder / f"adapted-{epoch}.npz", **arrays)

    folder.mkdir(parents=True, exist_ok=True)
    adapted(model, (both[0], both[1]), EPOCHS, keep)


if __name__ == "__main__":
    main()
