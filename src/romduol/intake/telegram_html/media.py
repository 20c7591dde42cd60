"""What hangs on a row of the page: files, places, polls, and what the export says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from romduol.intake.entries import Attached, leads_out
from romduol.intake.markup import plain
from romduol.intake.tree import Node

UNKNOWN = "telegram_html.unknown_media"
CALL = "media_call"

_WRAPS = {
    "photo_wrap": "image",
    "sticker_wrap": "sticker",
    "animated_wrap": "gif",
    "video_file_wrap": "video",
    "round_video_wrap": "video",
    "media_poll": "poll",
}
_GENERIC = {
    "media_photo": "image",
    "media_video": "video",
    "media_voice_message": "voice",
    "media_audio_file": "audio",
    "media_file": "document",
    "media_contact": "contact",
    "media_location": "location",
    "media_live_location": "location",
    "media_venue": "place",
    "media_game": "game",
    "media_invoice": "invoice",
    "media_giveaway": "giveaway",
    "media_giveaway_results": "giveaway",
}
_TITLES = {"Sticker": "sticker", "Animation": "gif"}  # told apart by their title alone
_SPACE = re.compile(r"\s+")


def attached(body: Node, beside: frozenset[str]) -> tuple[list[Attached], list[str]]:
    """Everything in the media boxes that stand directly in ``body``; and the rules for it."""
    found: list[Attached] = []
    rules: list[str] = []
    for box in _boxes(body):
        known = _kind(box)
        if known == CALL:
            continue
        found.append(_one(box, known or "unknown", beside))
        rules += [] if known else [UNKNOWN]
    return found, rules


def call(body: Node) -> str:
    """What a call's box says ("Missed", "Outgoing (5 seconds)"); ``""`` when there is none."""
    box = next((one for one in _boxes(body) if _kind(one) == CALL), None)
    return "" if box is None else _said(box, "status")


def _boxes(body: Node) -> Iterator[Node]:
    for wrap in body.elements():
        if "media_wrap" in wrap.classes:
            yield from wrap.elements()


def _kind(box: Node) -> str:
    if CALL in box.classes:
        return CALL
    titled = _TITLES.get(_said(box, "title"), "")
    known = _WRAPS | _GENERIC
    return titled or next((known[name] for name in known if name in box.classes), "")


def _one(box: Node, media: str, beside: frozenset[str]) -> Attached:
    link = box.value("href")
    if link and not leads_out(link):
        return Attached(media, link, link.rpartition("/")[2] in beside)
    texts = [_said(box, name) for name in ("title", "description", "status")]
    note = "\n".join(filter(None, texts)) or _words(box)
    return Attached(media, note=note)


def _said(box: Node, name: str) -> str:
    found = next((one for one in box.within() if name in one.classes), None)
    return "" if found is None else _words(found)


def _words(node: Node) -> str:
    return _SPACE.sub(" ", plain(node.written())[0]).strip()
