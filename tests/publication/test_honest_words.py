"""What the report's own sentences may not say, and what they must, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from romduol.casebook.agreement import CodeAgreement, Estimate, MethodOfCoding, Undefined
from romduol.casebook.codes import Span, Study
from romduol.casebook.wording import Sentence, sentences
from romduol.publication.corrections import NothingCorrected, NothingToCorrect, Stood, stands, wrong
from romduol.publication.options import PublishOptions
from romduol.publication.quote_rules import EXCEPTABLE
from romduol.publication.report import compose
from romduol.publication.report.model import Bullets, Section

Ask = Callable[..., PublishOptions]
OFF, FEAR = ("form_offline", "off.order"), ("impact", "imp.fear")
REPORT = [
    s for s in sentences().values()
    if s.id.startswith("publication.") and not s.id.startswith("publication.left.")
]  # fmt: skip
TREND = re.compile(r"\b(?:increas|decreas|rose\b|risen|declin|worsen|trend|more and more)", re.I)
TREND_KM = ("កើនឡើង", "ថយចុះ", "កាន់តែច្រើន", "និន្នាការ")


@pytest.mark.parametrize("sentence", REPORT, ids=lambda s: s.id)
def test_no_sentence_speaks_of_a_rise_or_a_fall_between_chosen_women(sentence: Sentence) -> None:
    assert not TREND.search(sentence.en)
    assert not any(word in sentence.km for word in TREND_KM)


@pytest.mark.parametrize("said", ["some", "number", "number_percent", "most_or_all"])
def test_every_claim_says_women_and_out_of_how_many_asked(said: str) -> None:
    claim = sentences()[f"publication.claim.{said}"]
    assert "{asked} women asked" in claim.en
    assert "ស្ត្រី {asked} នាក់ដែលយើងបានសួរ" in claim.km
    for other in ("incident", "act", "message", "mention"):
        assert other not in claim.en


def test_not_mentioned_is_never_said_to_be_not_happened() -> None:
    said = sentences()["publication.limits.not_mentioned"]
    assert "is not “did not happen”" in said.en
    assert "មិន" in said.km
    for sentence in REPORT:
        if sentence.id != said.id:
            assert not re.search(r"did not happen|never happened|not affected", sentence.en)


@pytest.fixture
def six(study: Callable[..., Study]) -> Study:
    return study(9, [(w, [OFF, FEAR]) for w in range(7)])


def _lines(sections: tuple[Section, ...], id_: str, lang: str) -> str:
    [section] = [s for s in sections if s.id == id_]
    blocks = [b for b in section.blocks if isinstance(b, Bullets)]
    return "\n".join(dict(item)[lang] for block in blocks for item in block.items)


def _how(study: Study, options: PublishOptions, lang: str = "en") -> str:
    return _lines(compose(study, options).report.sections, "how", lang)


def _agreement(code: tuple[str, str], alpha: Estimate, units: int = 80) -> CodeAgreement:
    return CodeAgreement(*code, units, 2, alpha, (), ())


def test_the_method_says_who_coded_twice_and_how_far_they_agree(six: Study, options: Ask) -> None:
    codes = (
        _agreement(FEAR, Estimate(0.474, 0.21, 0.7)),
        _agreement(("impact", "imp.sleep"), Estimate(0.3, 0.1, 0.5)),
    )
    method = MethodOfCoding(2, 7, 3, "turn/1", 80, True, codes)
    told = _how(six, options(coding=method))
    assert "3 interviews were coded by two people or more, without seeing" in told
    assert "alpha 0.47, interval 0.21 to 0.70" in told
    few = replace(method, codes=(_agreement(FEAR, Estimate(0.9, 0.8, 1.0), units=12),))
    assert "too few passages" in _how(six, options(coding=few))
    assert "0.90" not in _how(six, options(coding=few))
    assert "0.30" not in told, "a code of which the report says nothing"
    khmer = _how(six, options(coding=method), "km")
    assert "០.៤៧" in khmer
    seen = _how(six, options(coding=replace(method, blind=False)))
    assert "who could see what the others had given" in seen


def test_no_coefficient_is_made_up_where_there_is_none(six: Study, options: Ask) -> None:
    nothing = Estimate(None, why=Undefined.NO_VARIATION)
    method = MethodOfCoding(2, 7, 3, "turn/1", 80, True, (_agreement(FEAR, nothing),))
    assert "no coefficient of agreement" in _how(six, options(coding=method))
    alone = MethodOfCoding(1, 7, 0, "turn/1", 0, False, ())
    assert "alpha" not in _how(six, options(coding=alone))
    only = Estimate(1.0, why=Undefined.NO_DISAGREEMENT)
    method = MethodOfCoding(2, 7, 3, "turn/1", 80, True, (_agreement(FEAR, only),))
    assert re.search(r"alpha 1\.00\.", _how(six, options(coding=method)))


@pytest.mark.parametrize("rule", sorted(EXCEPTABLE))
def test_a_rule_set_aside_is_named_in_the_method(rule: str, six: Study, options: Ask) -> None:
    asked = options(excepted=frozenset({(rule, Span("i1", 0, 9))}))
    assert sentences()[f"publication.rule.{rule}"].en in _how(six, asked)
    assert sentences()[f"publication.rule.{rule}"].km in _how(six, asked, "km")
    assert "set aside" not in _how(six, options())


# corrections

STOOD = Stood(FEAR, 9, 6, "number")


def test_a_correction_says_what_stood_what_stands_and_since_when(six: Study, options: Ask) -> None:
    made = wrong([STOOD], [FEAR], "r0", date(2026, 5, 1))
    for lang, parts in (
        ("en", ("Release r0, as of 2026-05-01, gave the number 6", "Since 2026-11-21", "7 of the")),
        ("km", ("ការផ្សាយ r0 គិតត្រឹម ២០២៦-០៥-០១", "ចាប់ពី ២០២៦-១១-២១", "ស្ត្រី ៧ នាក់")),
    ):  # fmt: skip
        sections = compose(six, options(corrections=made)).report.sections
        told = _lines(sections, "changes", lang)
        assert all(part in told for part in parts), told


def test_a_correction_is_told_in_a_report_of_one_page_too(six: Study, options: Ask) -> None:
    made = wrong([STOOD], [FEAR], "r0", date(2026, 5, 1))
    report = compose(six, options(corrections=made, template="brief")).report
    assert "Release r0" in _lines(report.sections, "changes", "en")
    assert "changes" not in {s.id for s in compose(six, options(template="brief")).report.sections}


def test_what_may_not_be_said_any_more_leaves_no_number(six: Study, options: Ask) -> None:
    sleep = Stood(("impact", "imp.mind"), 9, None, "some")
    made = wrong([sleep], [sleep.key], "r0", date(2026, 5, 1))
    told = _lines(compose(six, options(corrections=made)).report.sections, "changes", "en")
    assert "said “some”" in told
    assert "nothing stands in its place" in told


def test_a_correction_of_nothing_is_refused(six: Study, options: Ask) -> None:
    with pytest.raises(NothingToCorrect):
        wrong([STOOD], [OFF], "r0", date(2026, 5, 1))
    claims = compose(six, options()).claims
    [same] = wrong([Stood(FEAR, 9, 7, "number")], [FEAR], "r0", date(2026, 5, 1))
    with pytest.raises(NothingCorrected):
        stands(same, claims)
