"""Files that hold no chat go in; their reader comes out: pictures, sound, video, documents.

Asked last, and not in ``recognise.READERS``: a picture that a chat beside it speaks of belongs to
that chat and is not listed again, and a source named by hand means the texts.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from romduol.intake.source import Reader

MEDIA = ("pictures", "sound", "video", "documents")  # sound before video: both may be MP4


def medium(head: bytes, name: str) -> Reader | None:
    """The reader for a picture, recording or document that begins with ``head``, or none."""
    return next((r for r in map(_reader, MEDIA) if r.recognises(head, name)), None)


@cache
def _reader(name: str) -> Reader:
    return cast("Reader", import_module(f"romduol.intake.{name}"))
