"""One post of hers, standing or deleted, goes in; an entry comes out."""

from __future__ import annotations

import re
from typing import Any

from romduol.intake.cutting import Piece
from romduol.intake.entries import Attached, Entry
from romduol.intake.jsonplaces import Broken, Object, object_in
from romduol.intake.x.stamps import stamp

THREAD = "posts"
MEDIA = {"photo": "image", "video": "video", "animated_gif": "gif"}

_PASSED_ON = re.compile(r"RT @(\w{1,20}): ")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}  # all that X escapes in a post
_ESCAPE = re.compile("|".join(_ESCAPED))


def post(piece: Piece, beside: frozenset[str], *, deleted: bool) -> Entry:
    """The post in ``piece``; raises ``Broken`` when it holds none."""
    outer, mending = object_in(piece, "x")
    told: Object = outer["tweet"] if isinstance(outer.get("tweet"), dict) else outer
    number = string(told, "id_str") or string(told, "id")
    written = string(told, "created_at")
    text = _ESCAPE.sub(lambda one: _ESCAPED[one[0]], string(told, "full_text", "text"))
    if not (number or written):
        raise Broken(piece.start, "record")
    when = stamp(written, number)
    passed_on = _PASSED_ON.match(text)
    return Entry(
        start=piece.start,
        end=piece.end,
        thread=THREAD,
        text=text,
        stamp=written,
        sent_at=when.sent_at,
        precision=when.precision,
        own=True,
        key=number or None,
        reply_to=string(told, "in_reply_to_status_id_str", "in_reply_to_status_id") or None,
        forwarded_from=passed_on[1] if passed_on else None,
        edited=_edited(told, number),
        deleted=deleted,
        attached=_media(told, number, beside),
        rules=(
            *mending,
            *filter(None, [when.rule]),
            *(["x.passed_on"] if passed_on else []),
            *(["x.deleted"] if deleted else []),
        ),
    )


def string(told: Object, *names: str) -> str:
    """The first of ``names`` that holds a string or a number, as text."""
    for name in names:
        value = told.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _edited(told: Object, number: str) -> bool:
    """Whether the post is a later wording of an earlier one."""
    edits: Any = told.get("edit_info")
    if not isinstance(edits, dict):
        return False
    first: Any = edits.get("initial")
    versions = first.get("editTweetIds") if isinstance(first, dict) else None
    later = isinstance(versions, list) and bool(versions) and str(versions[0]) != number
    return "edit" in edits or later


def _media(told: Object, number: str, beside: frozenset[str]) -> tuple[Attached, ...]:
    """The pictures and films; the archive keeps them as ``<number>-<name>``."""
    found = []
    for where in ("extended_entities", "entities"):
        holder: Any = told.get(where)
        listed = holder.get("media") if isinstance(holder, dict) else None
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        if found:
            break
    return tuple(_one(media, number, beside) for media in found)


def _one(media: Object, number: str, beside: frozenset[str]) -> Attached:
    links = [string(media, "media_url_https", "media_url"), *_variants(media)]
    names = [file_name(number, link) for link in links if link]
    held = next((name for name in names if name in beside), "")
    kind = string(media, "type")
    return Attached(MEDIA.get(kind, "document"), held or (names[0] if names else ""), bool(held))


def _variants(media: Object) -> list[str]:
    film: Any = media.get("video_info")
    listed = film.get("variants") if isinstance(film, dict) else None
    variants = listed if isinstance(listed, list) else []
    return [string(one, "url") for one in variants if isinstance(one, dict)]


def file_name(number: str, link: str) -> str:
    """What the archive calls the file that stood at ``link``."""
    return f"{number}-{link.partition('?')[0].rstrip('/').rpartition('/')[2]}"
