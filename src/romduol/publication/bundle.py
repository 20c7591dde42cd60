"""The files of a release: written in memory, read again by the audit, and listed in a manifest.

Nothing is returned unless the audit went through to its end: a check that cannot run refuses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from romduol.publication.audit import audit
from romduol.publication.canonical import canonical
from romduol.publication.report import Composed, data, docx, html, pdf
from romduol.publication.stages import Stage, Watch, unwatched
from romduol.publication.verify import MANIFEST_FORMAT


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What the manifest says of the release itself. ``rules`` are the names of rules applied."""

    release: str
    as_of: date
    threshold: int
    rules: tuple[str, ...]
    version: str


def render(
    composed: Composed, langs: Sequence[str], forbidden: Sequence[str], watch: Watch = unwatched
) -> dict[str, bytes]:
    """Every file of the release by its path in the folder.

    ``forbidden`` are aliases and other words that must stand nowhere. Raises
    ``ForbiddenWordFound``, ``NumberDiffers``, ``CountGivenAway``, ``CellGivenAway`` or
    ``AuditCouldNotRun``; then there is no file. The same ``composed`` gives the same bytes.
    """
    files = _written(composed, langs, watch)
    audit(files, composed, langs, forbidden, partial(watch, Stage.REREAD))
    return files


def _written(composed: Composed, langs: Sequence[str], watch: Watch) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for lang in langs:
        for kind, writer in (("html", html), ("pdf", pdf), ("docx", docx)):
            watch(Stage.TYPESET, len(files), 3 * len(langs))
            files[f"report.{lang}.{kind}"] = writer.write(composed.report, lang)
    for table in composed.tables:
        files[f"tables/{table.id}.csv"] = data.table_csv(table)
    files["tables.json"] = data.tables_json(composed.tables, composed.report.threshold)
    files["claims.json"] = data.claims_json(composed.claims, composed.tables)
    files["dictionary.csv"] = data.dictionary_csv(composed.tables)
    return files


def manifest(files: Mapping[str, bytes], facts: ReleaseFacts) -> bytes:
    """The list of ``files`` with size and SHA-256, and the facts, as canonical JSON."""
    return canonical(
        {
            "format": MANIFEST_FORMAT,
            "release": facts.release,
            "as_of": facts.as_of.isoformat(),
            "threshold": facts.threshold,
            "rules": sorted(set(facts.rules)),
            "version": facts.version,
            "files": {
                path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                for path, content in files.items()
            },
        }
    )
