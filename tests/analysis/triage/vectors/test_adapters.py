"""What was learned beside the weights travels as numbers; what vectors say with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from romduol.analysis.triage import heads, judging
from romduol.analysis.triage.calibration import Mixed
from romduol.analysis.triage.vectors import adapters, kept
from romduol.analysis.triage.vectors.adapters import HARM, SEXIST, Adapters, Asked
from romduol.analysis.triage.vectors.encoder import SIZE
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.analysis.triage.vectors.weights import Floats

TEXTS = ["see you at the market", "អរុណសួស្តី", "the bamboo grows tall"]


def one_way(up: float) -> Floats:
    vector = np.zeros(SIZE, np.float32)
    vector[0] = up
    return vector


def listening(*, loud: float = 4.0) -> Adapters:
    """Adapters whose heads hear harm along the first direction."""
    names = (SEXIST, HARM, *(head.name for head in heads.shipped().forms))
    asked = tuple(Asked(name, one_way(loud), 0.0, Mixed((1.0,), 0.0)) for name in names)
    move = (np.ones((2, SIZE), np.float32), np.full((SIZE, 2), 0.5, np.float32))
    together = (Mixed((0.5, 3.0, 1.0, 0.0), -2.0), Mixed((0.5, 3.0, 1.0), -2.0))
    return Adapters(
        "vectors/7", {"3.gathered": move}, one_way(0.1), asked, together, {"from": "us"}
    )


def heard(vectors: dict[str, float]) -> Heard:
    rows = np.stack([one_way(up) for up in vectors.values()])
    return Heard(listening(), kept.made("vectors/7", list(vectors), rows))


def test_adapters_say_the_same_after_they_travelled_as_bytes() -> None:
    first = listening()
    again = adapters.from_bytes(first.to_bytes())
    assert again.version == first.version
    assert np.array_equal(again.middle, first.middle)
    assert np.array_equal(again.moves["3.gathered"][1], first.moves["3.gathered"][1])
    rows = np.eye(3, SIZE, dtype=np.float32)
    for head, same in zip(again.heads, first.heads, strict=True):
        assert np.array_equal(head.logit(rows), same.logit(rows))
    assert (again.together, again.provenance) == (first.together, first.provenance)


def test_adapters_that_are_not_whole_are_refused() -> None:
    broken = replace(listening(), middle=np.zeros(5, np.float32))
    with pytest.raises(ValueError, match="not whole"):
        adapters.from_bytes(broken.to_bytes())


def test_a_text_finds_its_vector_again_and_another_version_finds_none() -> None:
    first = kept.made("vectors/7", TEXTS[:2], np.stack([one_way(1), one_way(2)]))
    second = kept.made("vectors/7", TEXTS[2:], np.stack([one_way(3)]))
    parts = [first.to_bytes(), second.to_bytes()]
    both = kept.gathered("vectors/7", parts)
    assert both.of(both.rows(TEXTS))[:, 0].tolist() == [1.0, 2.0, 3.0]
    assert both.rows(["something else"]).tolist() == [-1]
    assert not kept.gathered("vectors/8", parts).places


def test_no_sentence_stands_in_what_is_kept() -> None:
    raw = kept.made("vectors/7", ["zqsentencezq"], np.stack([one_way(1)])).to_bytes()
    assert b"zqsentencezq" not in raw


def test_a_text_with_a_vector_is_judged_by_it_and_the_others_as_before() -> None:
    without = judging.logits(TEXTS, heads.shipped())
    raised = judging.logits(TEXTS, heads.shipped(), heard=heard({TEXTS[0]: 2.0, TEXTS[1]: 2.0}))
    lowered = judging.logits(TEXTS, heads.shipped(), heard=heard({TEXTS[0]: -2.0, TEXTS[1]: -2.0}))
    assert (raised[:2] > lowered[:2]).all()
    assert raised[2] == lowered[2] == without[2]


def test_forms_are_named_by_both_kinds_of_heads_and_the_version_is_told() -> None:
    text = "the bamboo grows tall by the pagoda"
    table = judging.judge([text], heads.shipped(), heard=heard({text: 8.0}))
    said = table.to_pylist()[0]
    assert said["method"].endswith("vectors/7")
    assert said["score"] >= 0.5
    assert said["forms"]
    assert all(reason["entry"].startswith(judging.HEARD) for reason in said["reasons"])


def test_what_ships_names_its_sources_and_every_form_that_the_other_heads_have() -> None:
    shipped = adapters.shipped()
    assert {head.name for head in shipped.heads} >= {h.name for h in heads.shipped().forms}
    assert shipped.provenance["trained_on"]
    assert all(
        np.isfinite(up).all() and np.isfinite(down).all() for down, up in shipped.moves.values()
    )


def test_likeness_is_of_meaning_and_nothing_where_a_vector_is_missing_or_far() -> None:
    rows = np.zeros((3, SIZE), np.float32)
    rows[0, :2], rows[1, :2], rows[2, :2] = (1, 0), (0.8, 0.6), (0.1, 1)
    near = Heard(listening(), kept.made("vectors/7", TEXTS, rows)).likeness(
        TEXTS[0], [TEXTS[1], TEXTS[2], "no vector"]
    )
    assert near[0] == pytest.approx(0.8, abs=1e-3)
    assert near[1:].tolist() == [0.0, 0.0]
