"""What may be shown leaves the book: composed, audited, logged, and only then written.

Law 6: anything that cannot be checked stops it. The release is written beside its place and
renamed: after a crash there is a whole release or none, and the log says that one was prepared.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from romduol import __version__
from romduol.casebook.claims import Left, Unit
from romduol.casebook.codes import Study
from romduol.casebook.people import SCOPE_OF_COUNTING
from romduol.casebook.wording import LANGUAGES
from romduol.desk import (
    agreeing,
    correcting,
    editions,
    excepting,
    identifying,
    opening,
    quote_facts,
    travelling,
)
from romduol.desk.clock import now
from romduol.desk.complaint_counting import ledger_of
from romduol.desk.custody import THE_BOOK, Act, acting, canonical
from romduol.desk.opening import Book
from romduol.desk.sources import with_accounts
from romduol.desk.studying import study_for_publishing
from romduol.desk.verifying import CHECKPOINT, MANIFEST, PROOF
from romduol.desk.women import aliases, allows, everyone
from romduol.publication import bundle
from romduol.publication.inference import Key
from romduol.publication.options import (
    USUAL_THRESHOLD,
    PublicationRefused,
    PublishOptions,
)
from romduol.publication.report import Composed, compose
from romduol.publication.report.figures.outlines import read_map
from romduol.publication.report.template import DEFAULT
from romduol.publication.stages import Stage, Watch, unwatched
from romduol.records.models import LogEntry, PublishedClaim, Release, ReleaseShare, Woman
from romduol.vault import durable

SHORTEST_SEARCHED = 3  # a one-letter alias stands in every sentence and names nobody


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked to publish."""

    langs: tuple[str, ...] = LANGUAGES
    as_of: date | None = None
    tables: tuple[tuple[str, ...], ...] = ()
    rounded: tuple[tuple[str, ...], ...] = ()
    unit: Unit | None = None
    threshold: int = USUAL_THRESHOLD
    own_map: Path | None = None
    template: str = DEFAULT
    corrects: str = ""  # an earlier release, of which ``terms`` were found wrong
    terms: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The release and its files, or none; ``left`` names everything left out and why.

    ``before`` is how many releases it was held against: all that this book knows of.
    """

    release: str
    files: tuple[str, ...]
    left: tuple[Left, ...]
    before: int = 0


def publish(book: Book, out: Path, asked: Asked, watch: Watch = unwatched) -> Published:
    """Write a release to ``out``, or write nothing and say every reason.

    Raises ``FolderTaken`` when ``out`` holds something, ``PublishedAtHomeOnly`` in a travel copy;
    whatever a check raises stops it too.
    """
    opening.require_free(out)
    travelling.require_home()
    with book.alone():
        ready = _prepared(book, asked, watch)
        if ready.composed is None:
            return Published("", (), ready.left, ready.before)
        watch(Stage.LOG, 0, None)
        files = _release(book, ready.study, ready.composed, ready.options, ready.files)
        _write_folder(out, files)
    return Published(ready.options.release, tuple(sorted(files)), ready.left, ready.before)


def rehearse(book: Book, asked: Asked, watch: Watch = unwatched) -> Published:
    """What ``publish`` would leave out and why, with every check of it; nothing is written.

    ``files`` are those that would be made, none if the release would be refused. That her words
    were read for it is logged.
    """
    travelling.require_home()
    with book.alone():
        ready = _prepared(book, asked, watch)
        with acting(book, "publish-checked") as act:
            act.about(THE_BOOK, left=len(ready.left))
    return Published("", tuple(sorted(ready.files)), ready.left, ready.before)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A release as it would go out, or (``composed`` none) every reason why there is none."""

    options: PublishOptions
    study: Study
    composed: Composed | None
    files: Mapping[str, bytes]
    left: tuple[Left, ...]

    @property
    def before(self) -> int:
        """How many releases it was held against."""
        return len(self.options.ledger.editions)


def _prepared(book: Book, asked: Asked, watch: Watch) -> _Ready:
    watch(Stage.COUNT, 0, None)
    never = _never_printed(book)
    study, unread = study_for_publishing(book)
    study = with_accounts(book, study)
    options = _options(book, study, asked, never or ())
    if never is None:
        return _Ready(options, study, None, {}, (Left("cards_unread", "identity"),))
    try:
        watch(Stage.PROTECT, 0, None)
        composed = compose(study, options)
        files = bundle.render(composed, options.langs, never, watch)
    except PublicationRefused as refused:
        return _Ready(options, study, None, {}, refused.left)
    left = (*composed.left, Left("quotes_unread", str(unread))) if unread else composed.left
    return _Ready(options, study, composed, files, left)


def _options(book: Book, study: Study, asked: Asked, never: Sequence[str]) -> PublishOptions:
    return PublishOptions(
        as_of=asked.as_of or now().date(),
        langs=asked.langs,
        tables=asked.tables,
        rounded=asked.rounded,
        unit=asked.unit,
        threshold=asked.threshold,
        release=f"r{secrets.token_hex(6)}",
        aliases=frozenset(never),
        ledger=editions.ledger(),
        own_map=read_map(asked.own_map.read_bytes()) if asked.own_map else None,
        template=asked.template,
        quotes=quote_facts.facts(book, study),
        known=quote_facts.known(),
        excepted=excepting.agreed(),
        corrections=correcting.wrong(asked.corrects, asked.terms),
        coding=agreeing.method(book),
        complaints=ledger_of(_counted()),
    )


def _counted() -> list[Woman]:
    """The women who agreed to be counted outside."""
    return [woman for woman in everyone() if allows(woman, SCOPE_OF_COUNTING)]


def _never_printed(book: Book) -> list[str] | None:
    """Aliases, and every name and number on an identity card: the audit looks for them all.

    None when the cards cannot be read: a check that cannot run stops the release (law 6).
    """
    on_cards = identifying.words_on_cards(book)
    if on_cards is None:
        return None
    words = [*aliases(everyone()), *on_cards]
    return [word for word in words if len(word.strip()) >= SHORTEST_SEARCHED]


def _release(
    book: Book,
    study: Study,
    composed: Composed,
    options: PublishOptions,
    files: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Log the release; all its files, with manifest, checkpoint and proof."""
    facts = bundle.ReleaseFacts(
        release=options.release,
        as_of=options.as_of,
        threshold=options.threshold,
        rules=tuple(left.rule for left in composed.left),
        version=__version__,
    )
    manifest = bundle.manifest(files, facts)
    with acting(book, "publish") as act:
        _rows(study, composed, options, manifest)
        act.about(
            options.release,
            manifest=sha256(manifest).hexdigest(),
            files=len(files),
            threshold=options.threshold,
        )
    checkpoint, proof = _proof(book, act)
    return {**files, MANIFEST: manifest, CHECKPOINT: checkpoint, PROOF: proof}


def _rows(study: Study, composed: Composed, options: PublishOptions, manifest: bytes) -> None:
    release = Release.objects.create(
        code=options.release,
        manifest_sha256=sha256(manifest).hexdigest(),
        as_of=options.as_of,
        threshold=options.threshold,
        languages="+".join(options.langs),
        at=now(),
    )
    excepting.spend(release)
    correcting.keep(release, options.corrections)
    assert composed.edition is not None  # what is not in the ledger must not be published
    editions.keep(release, composed.edition)
    for claim in composed.claims:
        PublishedClaim.objects.create(
            release=release,
            claim=claim.id,
            scheme=claim.scheme,
            term=claim.term,
            unit=claim.unit.value,
            asked=claim.asked,
            number=claim.number,
            rule=claim.rule,
        )
    quoted = Counter(c.woman for c in study.codings if c.quote_allowed)
    reporting = {c.woman for c in options.complaints} if composed.tells_of_reports else set()
    for woman in Woman.objects.filter(code__in=study.asked | reporting):
        ReleaseShare.objects.create(release=release, woman=woman, quotes=quoted[woman.code])


def _proof(book: Book, act: Act) -> tuple[bytes, bytes]:
    """The checkpoint, and what shows to anyone that the entry stands under it."""
    log = book.log()
    row = LogEntry.objects.get(index=act.index)
    point = log.latest
    assert point is not None
    proof = {
        "entry": bytes(row.leaf).decode(),
        "fact": bytes(row.fact).decode(),
        "salt": bytes(row.salt).hex(),
        "inclusion": log.inclusion(act.index).to_json(),
        "key": str(log.verifier_key),
    }
    return point.text.encode(), canonical(proof) + b"\n"


def _write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    with opening.being_made(out) as part:
        for name, data in sorted(files.items()):
            durable.make_folder((part / name).parent)
            durable.write_whole(part / name, data)
