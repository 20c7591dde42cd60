"""Where the women live, told no finer than protects each of them."""

from __future__ import annotations

from collections import defaultdict

from romduol.casebook.codes import PLACE_SCHEME, Study
from romduol.casebook.events import place_lineage
from romduol.publication.options import PublishOptions
from romduol.publication.phrases import Text, both, place_name

WOMEN_A_DISTRICT = 3
_DISTRICT, _PROVINCE = 4, 2


def where(study: Study, options: PublishOptions) -> Text:
    """The districts if each named one has three women, else provinces, else the country.

    A level is used only if every place that was told is known that finely and passes.
    """
    for digits, least in ((_DISTRICT, WOMEN_A_DISTRICT), (_PROVINCE, options.threshold)):
        women = _women_by_place(study, digits)
        if women and all(len(found) >= least for found in women.values()):
            return tuple(
                (lang, _joined([place_name(code, lang) for code in sorted(women)], lang))
                for lang in ("en", "km")
            )
    return both("where.country")


def _women_by_place(study: Study, digits: int) -> dict[str, set[str]]:
    """Women by place of ``digits`` digits; a place known less finely stands under ""."""
    women: dict[str, set[str]] = defaultdict(set)
    for coding in study.codings:
        if coding.scheme == PLACE_SCHEME:
            fits = [code for code in place_lineage(coding.term) if len(code) == digits]
            women[fits[0] if fits else ""].add(coding.woman)
    return {} if "" in women else women


def _joined(names: list[str], lang: str) -> str:
    if len(names) == 1:
        return names[0]
    comma, last = (" ", " និង") if lang == "km" else (", ", " and ")
    return comma.join(names[:-1]) + last + names[-1]
