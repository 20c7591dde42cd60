"""``make vectors``: adapters and heads for sentence vectors, and what they are worth.

``--adapt FOLDER`` learns adapters (with torch; about an hour on one core) and keeps them there;
``--ship FOLDER`` calibrates, weighs and writes what ships. Both then print how well it does;
``--locked`` also asks the locked lines, ``--again`` weighs what ships anew, beside other heads.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from romduol.analysis.triage.vectors import adapters, encoder, weights
from training import vectors_rows, vectors_weighing
from training.heads import FORMS
from training.vectors_report import report

OUT = Path(__file__).parents[1] / "src" / "romduol" / "analysis" / "data" / "vectors"
EPOCHS = 2
SAMPLED = 500  # rows of each side by which the middle of all vectors is found before learning


def main() -> None:
    """As the words on the command line say."""
    if "--adapt" in sys.argv:
        _adapt(_folder("--adapt"))
    ship = OUT / "adapters.npz"
    some = (
        _read(_folder("--ship")) if "--ship" in sys.argv else adapters.from_bytes(ship.read_bytes())
    )
    model = vectors_weighing.Reader(some)
    unseen = vectors_weighing.unseen(model)
    if "--ship" in sys.argv or "--again" in sys.argv:
        some = vectors_weighing.weighed(some, unseen)
        OUT.mkdir(parents=True, exist_ok=True)
        ship.write_bytes(some.to_bytes())
        print(f"{ship.name}: {ship.stat().st_size:,} bytes, together {some.together}", flush=True)
    for line in report(some, model, unseen, locked="--locked" in sys.argv):
        print(line, flush=True)
    print(f"{time.process_time():.0f} CPU seconds")


def _folder(option: str) -> Path:
    return Path(sys.argv[sys.argv.index(option) + 1])


def _read(folder: Path) -> adapters.Adapters:
    newest = max(folder.glob("adapted-*.npz"), key=lambda path: path.name)
    with np.load(newest, allow_pickle=False) as arrays:
        return vectors_weighing.bare(dict(arrays), np.load(folder / "middle.npy"))


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
    sample = [one.copies[n] for one in both for n in _spread(len(one.copies))]
    middle = encoder.vectors(model, sample).mean(axis=0)

    def keep(epoch: int, arrays: dict[str, np.ndarray]) -> None:
        np.savez(folder / f"adapted-{epoch}.npz", **arrays)

    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "middle.npy", middle)
    adapted(model, (both[0], both[1]), middle, EPOCHS, keep)


def _spread(many: int) -> list[int]:
    return [int(n) for n in np.linspace(0, many - 1, SAMPLED)]


if __name__ == "__main__":
    main()
