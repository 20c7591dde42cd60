"""Places are named no finer than three women a district, a threshold a province."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from romduol.casebook.codes import Study
from romduol.publication.options import PublishOptions
from romduol.publication.places import where


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["1206"] * 3 + ["1201"] * 3, "Chamkar Mon and Mean Chey"),
        (["1206"] * 3 + ["1201"] * 2, "Phnom Penh"),
        (["1206"] * 3 + ["12"] * 3, "Phnom Penh"),
        (["120601"] * 3 + ["120602"] * 3, "Mean Chey"),
        (["1206"] * 4, "Mean Chey"),
        (["12"] * 4, "Cambodia"),
        (["1206"] * 6 + ["0102"], "Cambodia"),
        ([], "Cambodia"),
    ],
)
def test_a_place_is_named_only_if_enough_women_live_there(
    study: Callable[..., Study],
    options: Callable[..., PublishOptions],
    codes: list[str],
    expected: str,
) -> None:
    told = [(w, [("place", code)]) for w, code in enumerate(codes)]
    assert dict(where(study(8, told), options()))["en"] == expected
