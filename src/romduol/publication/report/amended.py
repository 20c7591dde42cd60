"""What the report says about itself: numbers put right, rules set aside, how far coders agree."""

from __future__ import annotations

from collections.abc import Sequence

from romduol.casebook.agreement import CodeAgreement, Estimate, MethodOfCoding
from romduol.casebook.claims import Claim
from romduol.publication.corrections import Correction, stands
from romduol.publication.options import PublishOptions
from romduol.publication.phrases import LANGS, Text, both, digits, label
from romduol.publication.report.model import Bullets, Paragraph

ENOUGH_UNITS = 20  # fewer, and a coefficient could be worked back to single passages


def corrected(options: PublishOptions, claims: Sequence[Claim]) -> tuple[Paragraph | Bullets, ...]:
    """What stood, what stands, since when; nothing where nothing is put right.

    Raises ``NothingCorrected`` where the new claim says what the old one said.
    """
    if not options.corrections:
        return ()
    lines = tuple(_line(each, options, claims) for each in options.corrections)
    return Paragraph(both("correction.lead")), Bullets(lines)


def _line(correction: Correction, options: PublishOptions, claims: Sequence[Claim]) -> Text:
    stood, now = correction.stood, stands(correction, claims)
    term = tuple((lang, label(stood.key, lang)) for lang in LANGS)
    told: dict[str, object] = {"release": correction.release, "term": term}
    told["as_of"] = _day(correction.as_of.isoformat())
    if stood.number is None:
        before = both(f"correction.stood.{stood.rule}", **told)
    else:
        before = both("correction.stood.number", number=stood.number, **told)
    since = _day(options.as_of.isoformat())
    after = (
        both("correction.stands", since=since, claim=now.wording)
        if now
        else both("correction.withheld", since=since)
    )
    return _joined(before, after)


def _day(iso: str) -> Text:
    return tuple((lang, digits(iso, lang)) for lang in LANGS)


def set_aside(options: PublishOptions) -> list[Text]:
    """One sentence a rule that two members set aside for a quote; not for which, nor why."""
    rules = sorted({rule for rule, _ in options.excepted})
    return [both("how.exception", rule=both(f"rule.{rule}")) for rule in rules]


def coded(method: MethodOfCoding | None, claims: Sequence[Claim]) -> list[Text]:
    """How the interviews were coded twice, and the agreement of each code that the report tells.

    No raw counts: beside few women they would say who told what. Nothing where one person coded.
    """
    if method is None or method.one_coder_only:
        return []
    told = [both(f"how.double.{'blind' if method.blind else 'seen'}",
                 double=method.double_coded, items=method.items, units=method.units)]  # fmt: skip
    spoken = {(claim.scheme, claim.term) for claim in claims}
    return told + [_agreed(code) for code in method.codes if (code.scheme, code.code) in spoken]


def _agreed(code: CodeAgreement) -> Text:
    term = tuple((lang, label((code.scheme, code.code), lang)) for lang in LANGS)
    alpha = code.alpha
    if code.units < ENOUGH_UNITS or alpha.value is None:
        return both("how.agreement.none", term=term)
    if alpha.low is None or alpha.high is None:
        return both("how.agreement.value", term=term, value=_two(alpha.value))
    return both("how.agreement.interval", term=term, **_interval(alpha))


def _interval(alpha: Estimate) -> dict[str, object]:
    assert alpha.value is not None and alpha.low is not None and alpha.high is not None  # noqa: PT018
    return {"value": _two(alpha.value), "low": _two(alpha.low), "high": _two(alpha.high)}


def _two(value: float) -> Text:
    return _day(f"{value:.2f}")


def _joined(one: Text, other: Text) -> Text:
    said = dict(other)
    return tuple((lang, f"{text} {said[lang]}") for lang, text in one)
