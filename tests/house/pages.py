"""The pages of docs/ that are made from the program: the manual's verbs and the Khmer review list.

``python tests/house/pages.py`` writes them; the tests compare.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import click

from romduol import cli
from romduol.casebook.vocabulary import vocabulary
from romduol.casebook.wording import sentences

TOP = Path(__file__).resolve().parents[2]
MANUAL = TOP / "docs" / "manual" / "cli.md"
REVIEW = TOP / "docs" / "khmer-review.md"
KHMER = re.compile(r"[\u1780-\u17ff]")

MANUAL_HEAD = """# The command line

`romduol VERB BOOK …`. `--json`, before or after the verb, prints one JSON object (or JSON lines for
lists) on standard output and nothing else there; messages go to standard error. The passphrase is
asked for, or read from the file named in `ROMDUOL_PASSPHRASE_FILE`. Language: `--lang km|en` before
the verb, or `ROMDUOL_LANG`.

Exit codes: 0 done · 1 done, and something needs a person · 2 wrong usage · 3 locked, wrong
passphrase or no grant · 4 the book is damaged · 130 interrupted, book whole.
"""

REVIEW_HEAD = """# Khmer that waits for a native reader

Every Khmer string this project wrote itself, until two native readers (one from a community, one
from an NGO) have signed it. A sentence is signed by `reviewed = yes` in its catalogue; a label of
the vocabulary by a row in `vocabulary-signed.csv` (by role, not by name, if a reader prefers). Data
files are reviewed line by line in place.
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every verb by its full name, groups before their verbs."""
    cli._load_verbs()  # the command line loads its verbs when it starts
    yield from _below("romduol", cli.cli)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for verb in sorted(command.commands):
            yield from _below(f"{name} {verb}", command.commands[verb])


def help_of(name: str, command: click.Command) -> str:
    context = click.Context(
        command,
        info_name=name,
        terminal_width=90,
        max_content_width=90,
        help_option_names=["-h", "--help"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def manual() -> str:
    parts = [f"\n## {name}\n\n```text\n{help_of(name, c)}\n```\n" for name, c in commands()]
    return MANUAL_HEAD + "".join(parts)


def review() -> str:
    waiting = [s for s in sentences().values() if not s.reviewed]
    rows = [f"| {s.catalogue} | `{s.id}` | {_cell(s.en)} | {_cell(s.km)} |" for s in waiting]
    labels = [
        f"| {t.scheme} | `{t.id}` | {_cell(t.label_en)} | {_cell(t.label_km)} | {t.km_rating} |"
        for t in vocabulary().terms
        if not t.reviewed
    ]
    files = [f"- `{path}`" for path in khmer_data_files()]
    return "\n".join(
        [
            REVIEW_HEAD,
            f"## Sentences ({len(rows)})\n",
            "| catalogue | id | English | Khmer |\n|---|---|---|---|",
            *rows,
            f"\n## Vocabulary labels ({len(labels)})\n",
            "The author's own rating: A everyday or official, B believed right, C unsure.\n",
            "| scheme | id | English | Khmer | rating |\n|---|---|---|---|---|",
            *labels,
            f"\n## Data files with Khmer ({len(files)})\n",
            *files,
            "",
        ]
    )


def khmer_data_files() -> list[str]:
    """Data files with Khmer other than the catalogues and the vocabulary."""
    return [
        str(file.relative_to(TOP))
        for file in sorted((TOP / "src").rglob("*"))
        if file.suffix in {".csv", ".toml", ".txt"}
        and not ("wording" in file.parts or file.name.startswith("vocabulary"))
        and KHMER.search(file.read_text(encoding="utf-8"))
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def signed() -> list[dict[str, str]]:
    path = TOP / "src/romduol/casebook/data/vocabulary-signed.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
    REVIEW.write_text(review(), encoding="utf-8")
