"""The report section by section, from what passed the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from romduol.casebook.claims import Claim, Table
from romduol.casebook.codes import Study
from romduol.casebook.vocabulary import VERSION, vocabulary
from romduol.publication.claims import FINDINGS
from romduol.publication.inference import Key
from romduol.publication.ladder import Voice
from romduol.publication.options import SMALL_STUDY, USUAL_THRESHOLD, PublishOptions
from romduol.publication.phrases import LANGS, Text, both, digits, label, phrase
from romduol.publication.places import where
from romduol.publication.quotes import Quote
from romduol.publication.report.amended import coded, corrected, set_aside
from romduol.publication.report.figures import Figure
from romduol.publication.report.model import (
    Block,
    Box,
    Bullets,
    Card,
    Facts,
    FigureBlock,
    Paragraph,
    Section,
    TableBlock,
    Theme,
    Themes,
)

LAWS = ("rt.con.35", "rt.con.41", "rt.iccpr.19")
_GLANCE = (
    ("form", "form_offline", "form_online"),
    ("impact",),
    ("retreat",),
    ("actor",),
    ("outcome",),
)
_STRENGTH = (Voice.MOST.value, Voice.NUMBER.value, Voice.SOME.value)


def glance(claims: Sequence[Claim], most: int = 5) -> Section:
    """At most ``most`` facts: the strongest sentence of each kind; equals in vocabulary order."""
    facts: list[Claim] = []
    for schemes in _GLANCE:
        found = [c for scheme in schemes for c in claims if c.scheme == scheme]
        facts.extend(sorted(found, key=_strength)[:1])
    nothing = Paragraph(both("glance.nothing"))
    return _section("glance", Facts(tuple(facts[:most])) if facts else nothing)


def _strength(claim: Claim) -> tuple[int, int]:
    """Most or all, then the larger number printed, then some; nothing that is not printed."""
    return _STRENGTH.index(claim.rule), -(claim.number or 0)


def who(study: Study, options: PublishOptions) -> Section:
    """How many women were asked and where, no finer than protects them."""
    return _section(
        "who",
        Paragraph(both("who.asked", asked=len(study.asked))),
        Paragraph(both("who.where", where=where(study, options))),
        Paragraph(both("who.nothing_more")),
    )


def how(study: Study, options: PublishOptions, claims: Sequence[Claim] = ()) -> Section:
    """Mode, dates, consent, coding, threshold, rules set aside, and what this study is not."""
    small = len(study.asked) < SMALL_STUDY
    lines = [
        _modes(study),
        _quarters(study),
        both("how.consent"),
        both("how.quotes"),
        *set_aside(options),
        both("how.coders.one" if study.coders <= 1 else "how.coders.more", coders=study.coders),
        *coded(options.coding, claims),
        both("how.machine"),
        both("how.threshold", threshold=options.threshold),
        _threshold_set(options),
        both("how.percent.none" if small else "how.percent.base"),
        both("how.not_representative"),
    ]
    return _section("how", Bullets(tuple(line for line in lines if line)))


def _threshold_set(options: PublishOptions) -> Text:
    """That another threshold than the usual one was asked for, and what is usual."""
    if options.threshold == USUAL_THRESHOLD:
        return ()
    return both("how.threshold.set", threshold=options.threshold, usual=USUAL_THRESHOLD)


def units(*, reports: bool = False) -> Section:
    """What the counted things are; ``reports`` to platforms are told of as well."""
    words = tuple(both(f"units.{unit}") for unit in ("women", "incidents", "acts"))
    if not reports:
        return _section("units", Box(both("units.lead"), words))
    return _section("units", Box(both("units.lead.reports"), (*words, both("units.reports"))))


def law() -> Section:
    """The cards of rights: our summary, not the text; not legal advice."""
    cards = tuple(
        Card(
            _labels("right", id_),
            (
                ("en", vocabulary().term("right", id_).definition_en),
                ("km", phrase(f"law.{id_}", "km")),
            ),
            both(f"law.note.{id_}"),
        )
        for id_ in LAWS
    )
    return _section("law", Paragraph(both("law.lead", version=VERSION)), *cards)


def findings(claims: Iterable[Claim], quotes: Mapping[Key, tuple[Quote, ...]]) -> Section:
    """Every claim with the quotes that stand under it, by scheme."""
    by_scheme: dict[str, list[Theme]] = defaultdict(list)
    for claim in claims:
        key = (claim.scheme, claim.term)
        by_scheme[claim.scheme].append(Theme(claim, _labels(*key), quotes.get(key, ())))
    blocks: list[Block] = [Paragraph(both("findings.lead")), Paragraph(both("findings.quotes"))]
    blocks += [
        Themes(both(f"axis.{scheme}"), tuple(by_scheme[scheme]))
        for scheme in FINDINGS
        if scheme in by_scheme
    ]
    return _section("findings", *blocks)


def annex(tables: Sequence[Table], figures: Sequence[Figure], *, whole: bool = True) -> Section:
    """The tables, with what an empty-looking cell means, and beside each the figure drawn of it.

    ``whole`` is false where the release holds more tables than are shown.
    """
    drawn = {figure.table: FigureBlock(figure) for figure in figures}
    blocks: list[Block] = [Paragraph(both("tables.lead"))] if tables else []
    blocks += [] if whole else [Paragraph(both("tables.more"))]
    for table in tables:
        blocks += [drawn[table.id]] if table.id in drawn else []
        blocks.append(TableBlock(table))
    return _section("tables", *blocks)


def reports(tables: Sequence[Table], figures: Sequence[Figure]) -> Section:
    """Who was asked to act and what came of it, as known to us; or that too little is known."""
    if not tables:
        return _section("reports", Paragraph(both("reports.none")))
    told = [Paragraph(both(f"reports.{line}")) for line in ("known", "ninety", "ended")]
    drawn = {figure.table: FigureBlock(figure) for figure in figures}
    blocks: list[Block] = [*told, *([] if drawn else [Paragraph(both("reports.no_curve"))])]
    for table in tables:
        blocks += [drawn[table.id]] if table.id in drawn else []
        blocks.append(TableBlock(table))
    return _section("reports", *blocks)


def changes(options: PublishOptions, claims: Sequence[Claim] = ()) -> Section:
    """The release before this one, what a changed number means, how mistakes are mended, and
    those that this release mends."""
    ledger = options.ledger
    before = ledger.editions[-1] if ledger.editions else None
    lines = (
        [both("changes.before", release=before.release, asked=before.asked), both("changes.means")]
        if before
        else [both("changes.first")]
    )
    told = map(Paragraph, [*lines, both("changes.mended")])
    return _section("changes", *told, *corrected(options, claims))


def limits(ids: Iterable[str]) -> Section:
    """What this study cannot show."""
    return _section("limits", Bullets(tuple(both(f"limits.{i}") for i in ids)))


def withheld() -> Section:
    """That something was left out, and why, without saying what."""
    return _section("withheld", Paragraph(both("withheld.text")))


def verify(*, short: bool = False) -> Section:
    """How anybody can check the release."""
    lines = ["text"] if short else ["text", "master", "fonts"]
    return _section("verify", *(Paragraph(both(f"verify.{line}")) for line in lines))


def _section(id_: str, *blocks: Block) -> Section:
    return Section(id_, both(f"section.{id_}"), blocks)


def _labels(scheme: str, term: str) -> Text:
    return tuple((lang, label((scheme, term), lang)) for lang in LANGS)


def _modes(study: Study) -> Text:
    """The ways of asking that at least two women share, without counts."""
    shared = _shared({(i.woman, i.mode) for i in study.interviews if i.mode})
    if not shared:
        return both("how.mode.unsaid")
    names = tuple((lang, _listed([_mode(m, lang) for m in shared], lang)) for lang in LANGS)
    return both("how.mode", modes=names)


def _mode(mode: str, lang: str) -> str:
    """How she was asked, by the mode of her consent; raises ``UnknownTerm`` for anything else."""
    return phrase(f"mode.{vocabulary().term('consent_mode', mode).id}", lang)


def _quarters(study: Study) -> Text:
    """From which quarter to which, of those that at least two women share."""
    shared = _shared({(i.woman, i.quarter) for i in study.interviews if i.quarter})
    if not shared:
        return ()
    first, last = (
        tuple((lang, _quarter(q, lang)) for lang in LANGS) for q in (shared[0], shared[-1])
    )
    return (
        both("how.quarter", first=first)
        if first == last
        else both("how.quarters", first=first, last=last)
    )


def _shared(pairs: set[tuple[str, str]]) -> list[str]:
    women = Counter(value for _, value in pairs)
    return sorted(value for value, count in women.items() if count >= 2)


def _quarter(code: str, lang: str) -> str:
    year, _, part = code.partition("-Q")
    return phrase("period.quarter", lang, year=digits(year, lang), part=digits(part, lang))


def _listed(names: list[str], lang: str) -> str:
    return (" និង " if lang == "km" else "; ").join(names)
