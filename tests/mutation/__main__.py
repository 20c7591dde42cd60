"""``python -m tests.mutation``: 10,000 damaged files through every reader, and into a book.

Says what it did to what whenever a reading crashed, took over ten seconds or said a word that is
not in the bytes; then the same files are received and every original is compared. Ends with 1 if
anything was found.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> int:
    """Run, print, and say by the exit code whether all was well."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--count", type=int, default=10_000)
    said.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    said.add_argument("--only", default="", help="sources whose name holds this")
    said.add_argument("--no-book", action="store_true", help="read only; receive nothing")
    asked = said.parse_args()
    say(f"{asked.count} mutations, seed {asked.seed}")
    return run(asked.count, asked.seed, asked.only, with_book=not asked.no_book)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(count: int, number: int, only: str, *, with_book: bool) -> int:
    """Every mutation judged, then kept; 1 if anything was found."""
    import running
    from mutating import mutants
    from seeds import seeds

    originals = [seed for seed in seeds() if only in seed.source]
    whole = running.run(running.as_they_are(originals))
    say(f"{len(originals)} seeds: {whole.messages} messages, {len(whole.found)} found")
    made = mutants(originals, count, number)
    result = running.run(made)
    for name, what in (*whole.found, *result.found):
        say(f"FOUND {name}\n      {what}")
    for what, times in Counter(what for _, what in result.found).most_common(20):
        say(f"{times:6} x {what}")
    say(
        f"{count} files: {result.messages} messages, {result.read} members read, "
        f"{result.unread} files unread, slowest {result.slowest:.2f} s ({result.slowest_name}), "
        f"{len(result.found)} found"
    )
    lost = running.kept(made) if with_book else 0
    if with_book:
        say(f"received: {lost} originals lost or changed")
    return int(bool(result.found or whole.found or lost))


if __name__ == "__main__":
    sys.exit(main())
