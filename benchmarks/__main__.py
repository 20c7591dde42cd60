"""``python -m benchmarks``: every measurement, medians of five runs, into benchmarks/RESULTS.md.

``ROMDUOL_BENCH_RUNS`` and ``ROMDUOL_BENCH_SCALE`` shorten it, and names of modules
(``python -m benchmarks telegram memory``) choose sections; what was used is written down.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import (
    calibration,
    campaigns,
    coding,
    disclosure,
    exchange,
    lessons,
    memory,
    messenger,
    names,
    receiving,
    releases,
    reports,
    retreat,
    telegram,
    triage,
    whatsapp,
)

RUNS = int(os.environ.get("ROMDUOL_BENCH_RUNS", "5"))
SCALE = int(os.environ.get("ROMDUOL_BENCH_SCALE", "1000000"))
OUT = Path(__file__).with_name("RESULTS.md")

Run = Callable[[], Sequence[Any]]

# title, the module whose docstring says what is measured, one run, and how often
SECTIONS: list[tuple[str, ModuleType, Run, int]] = [
    ("WhatsApp text, read", whatsapp, lambda: whatsapp.run(SCALE), RUNS),
    ("WhatsApp text, received end to end", receiving, lambda: receiving.run(SCALE), RUNS),
    ("Telegram result.json, read", telegram, lambda: telegram.run(SCALE), RUNS),
    ("Messenger JSON, read", messenger, lambda: messenger.run(SCALE), RUNS),
    ("Memory as the file grows", memory, lambda: memory.run(SCALE), 1),
    ("Campaigns", campaigns, lambda: campaigns.run(SCALE), RUNS),
    ("Campaigns where there are none", calibration, calibration.run, 1),
    ("Campaigns planted", calibration, calibration.run_planted, 1),
    ("Near-same texts", calibration, calibration.run_copies, 1),
    ("Coding in the book", coding, coding.run, 3),
    ("Disclosure control", disclosure, disclosure.run, 1),
    ("Two years of releases, attacked", releases, releases.run, 1),
    ("Two years of complaints, attacked", reports, reports.run, 1),
    ("A coding project, in and out", exchange, exchange.run, RUNS),
    ("Names, places and numbers that slip through", names, names.run, 3),
    ("Triage beside its peers", triage, triage.run, 3),
    ("Two hundred decisions", lessons, lessons.run, 1),
    ("Retreat, calibration", retreat, retreat.run, 1),
]


def medians(runs: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Row by row, the median of every measured number over the runs."""
    rows = []
    for same in zip(*runs, strict=True):
        first = asdict(same[0])
        for field in fields(same[0]):
            values = [getattr(one, field.name) for one in same]
            if isinstance(values[0], int | float) and not isinstance(values[0], bool):
                middle = statistics.median(values)
                first[field.name] = (
                    round(middle, 2) if isinstance(values[0], float) else int(middle)
                )
        rows.append(first)
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table, with the ratio of each rate to ours in the same group."""
    said = [n for n in rows[0] if n in ("wrong", "lost") or any(r[n] not in ("", 0) for r in rows)]
    lines = [
        " | ".join(["", *said, "ours / its rate", ""]).strip(),
        "|" + "---|" * (len(said) + 1),
    ]
    for row in rows:
        cells = [_cell(row[name]) for name in said]
        lines.append(" | ".join(["", *cells, _ratio(row, rows), ""]).strip())
    return "\n".join(lines)


def _ratio(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    if "rate" not in row:
        return "–"
    group = [other for other in rows if other.get("layout") == row.get("layout")]
    ours = next((o["rate"] for o in group if str(o["reader"]).startswith("romduol")), 0)
    return f"{ours / row['rate']:.2f}" if ours and row["rate"] else "–"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> str:
    """What this was measured on."""
    info = Path("/proc/cpuinfo")
    models = (
        [x for x in info.read_text().splitlines() if x.startswith("model name")]
        if info.exists()
        else []
    )
    model = models[0].split(":", 1)[1].strip() if models else platform.processor()
    return (
        f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    )


def chosen(names: Sequence[str]) -> list[tuple[str, ModuleType, Run, int]]:
    """The sections of these modules, or all; ``SystemExit`` for a name that is none."""
    known = {module.__name__.rpartition(".")[2]: module for _, module, *_ in SECTIONS}
    if unknown := set(names) - set(known):
        raise SystemExit(f"no such section: {', '.join(sorted(unknown))}; there are {list(known)}")
    return [one for one in SECTIONS if not names or one[1] in [known[name] for name in names]]


def main() -> None:
    """Measure, and write it down; the sections that were not asked for stay as they were."""
    told = _told(OUT) if sys.argv[1:] and OUT.exists() else {}
    for title, module, run, times in chosen(sys.argv[1:]):
        print(f"{title} …", flush=True)
        rows = medians([run() for _ in range(times)])
        said = f"Medians of {times} runs" if times > 1 else "One run"
        text = _prose(module.__doc__ or "")
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        told[title] = f"{text}\n\n{said}, {day}, {SCALE:,} messages.\n\n{table(rows)}\n"
        OUT.write_text(_written(told), encoding="utf-8")
    print(OUT)


def _told(path: Path) -> dict[str, str]:
    """What stands under each title."""
    parts = path.read_text(encoding="utf-8").split("\n## ")[1:]
    return {title: text for title, _, text in (part.partition("\n\n") for part in parts)}


def _written(told: Mapping[str, str]) -> str:
    """All of it, in the order of ``SECTIONS``."""
    head = (
        f"# Measurements\n\n{machine()}. The readers of a section were measured in one run, on the "
        "day it names.\nCPU-seconds, not wall time; memory in MiB. Written by `make bench`; not "
        "edited by hand.\n"
    )
    parts = [f"\n## {title}\n\n{told[title]}" for title, *_ in SECTIONS if title in told]
    return "".join([head, *parts])


def _prose(text: str) -> str:
    """The module's own words, without how to call it alone."""
    return re.sub(r"``python -m[^`]*``[^.]*\.\s*", "", text.strip())


if __name__ == "__main__":
    main()
