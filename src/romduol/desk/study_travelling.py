"""What of the work of coding goes on a journey: her codings and memos, and the team's codebook.

Double codings stay at home, but for what their coders were merged to: a copy must not show a coder
what blinding hides. Memos on codes and on the book stay too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from django.core import serializers
from django.db.models import Q

from romduol.casebook.codes import Codebook
from romduol.casework.codebooks.changes import Change
from romduol.desk import team_words
from romduol.desk.blinding import visible, visible_memos
from romduol.desk.clock import now
from romduol.desk.opening import Book
from romduol.records.models import Code, CodebookVersion, Coding, MediaCoding, Member, Memo, Woman


def rows_of(book: Book, women: Sequence[Woman]) -> list[dict[str, Any]]:
    """Codes, codings and memos of these women, as plain values in an order that can be loaded."""
    hers = Q(item__woman__in=women) | Q(item=None, incident__woman__in=women)
    settled = Q(round=None) | Q(merged=True)
    codings = list(visible(book, Coding.objects.filter(hers, settled)).order_by("-merged", "pk"))
    codes = list(Code.objects.filter(codings__in=codings).distinct())
    memos = visible_memos(book, Memo.objects.filter(item__woman__in=women))
    memos = memos.filter(Q(coding=None) | Q(coding__in=codings))
    places = list(MediaCoding.objects.filter(item__woman__in=women).order_by("pk"))
    known = {code.pk for code in codes}
    codes += [one for one in Code.objects.filter(media_codings__in=places).distinct()
              if one.pk not in known]  # fmt: skip
    every = [*codes, *codings, *places, *memos]
    data: list[dict[str, Any]] = serializers.serialize("python", every)
    for row in data:
        if "round" in row["fields"]:
            row["fields"]["round"] = None
    return data


def bring_codebook(book: Book, codebook: Codebook, traveller: Member) -> None:
    """Seal the codebook anew as the copy's first version; call it inside the copy's transaction."""
    if not codebook.codes:
        return
    first = msgspec.to_builtins(replace(codebook, version="1"))
    CodebookVersion.objects.create(
        number=1,
        words=team_words.seal(book, first, team_words.CODEBOOK, []),
        change=Change.IMPORT.value,
        by=traveller,
        at=now(),
    )
