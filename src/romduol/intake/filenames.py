"""A file's name goes in; when a phone says it was made, and in which app, comes out.

Names are what a phone or an app wrote, and anyone can change them: a fact about the name, never
proof. Sources of the forms: Android's and its makers' screenshot names, WhatsApp's and Telegram
Desktop's media names, macOS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from romduol.casebook.evidence import Precision


@dataclass(frozen=True, slots=True)
class Named:
    """What a file's name says.

    ``made`` is ``screenshot``, ``recording`` (of the screen), ``camera``, ``whatsapp``,
    ``telegram``, ``facebook`` or ``""``. ``at`` carries UTC when the form is known to be written
    in UTC, else it is the phone's own clock and carries no zone. ``app`` is one of ``APPS``'
    values, ``"other"`` for an app not among them, ``""`` when none is named.
    """

    made: str = ""
    at: datetime | None = None
    precision: Precision = Precision.UNKNOWN
    app: str = ""


APPS = {
    "chrome": "Chrome",
    "com.android.chrome": "Chrome",
    "com.facebook.katana": "Facebook",
    "com.facebook.lite": "Facebook",
    "com.facebook.mlite": "Messenger",
    "com.facebook.orca": "Messenger",
    "com.google.android.youtube": "YouTube",
    "com.instagram.android": "Instagram",
    "com.ss.android.ugc.trill": "TikTok",
    "com.twitter.android": "X",
    "com.whatsapp": "WhatsApp",
    "com.whatsapp.w4b": "WhatsApp",
    "com.zhiliaoapp.musically": "TikTok",
    "facebook": "Facebook",
    "facebook lite": "Facebook",
    "instagram": "Instagram",
    "jp.naver.line.android": "LINE",
    "line": "LINE",
    "lite": "Facebook",
    "messages": "Messages",
    "messenger": "Messenger",
    "org.telegram.messenger": "Telegram",
    "org.telegram.messenger.web": "Telegram",
    "org.thoughtcrime.securesms": "Signal",
    "signal": "Signal",
    "telegram": "Telegram",
    "tiktok": "TikTok",
    "twitter": "X",
    "whatsapp": "WhatsApp",
    "whatsapp business": "WhatsApp",
    "x": "X",
    "youtube": "YouTube",
}

_DAY = r"(?P<year>20\d\d)[-_]?(?P<month>\d\d)[-_]?(?P<day>\d\d)"
_CLOCK = r"(?P<hour>\d\d?)[-_.]?(?P<minute>\d\d)[-_.]?(?P<second>\d\d)"
_HALF = r"(?:[ \u202f\u00a0]?(?P<half>[AaPp])[Mm])?"
_ENDING = r"(?:~\d+)?(?:[ _-]?\(\d+\))?(?:\.\w{1,5})?$"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("screenshot", re.compile(
        rf"Screenshot[_-]{_DAY}[-_]{_CLOCK}(?:-\d{{2,3}})?(?:_(?P<app>[^~]+?))?{_ENDING}", re.I)),
    ("screenshot", re.compile(rf"Screen ?[Ss]hot {_DAY} at {_CLOCK}{_HALF}{_ENDING}")),
    ("recording", re.compile(
        rf"(?:Screen_Recording|ScreenRecorder|screen)-?_?{_DAY}[-_]{_CLOCK}(?:-\d{{2,3}})?"
        rf"(?:_(?P<app>[^~]+?))?{_ENDING}", re.I)),
    ("utc", re.compile(rf"PXL_{_DAY}_{_CLOCK}\d{{3}}")),  # a Pixel writes UTC
    ("camera", re.compile(rf"(?:IMG|VID|MVIMG)_{_DAY}_{_CLOCK}")),
    ("camera", re.compile(rf"{_DAY}_{_CLOCK}{_ENDING}")),
    ("whatsapp", re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC)-(?P<year>20\d\d)(?P<month>\d\d)"
                            r"(?P<day>\d\d)-WA\d{3,}")),
    ("whatsapp", re.compile(rf"WhatsApp (?:Image|Video|Audio|Ptt) {_DAY} at {_CLOCK}{_HALF}")),
    ("telegram", re.compile(rf"(?:photo|video|audio|document)_{_DAY}_{_CLOCK}")),
    ("telegram", re.compile(r"(?:photo|video|audio|file|voice|round_video)_\d+@(?P<day>\d\d)-"
                            rf"(?P<month>\d\d)-(?P<year>20\d\d)_{_CLOCK}")),
)  # fmt: skip
_FACEBOOK = re.compile(r"FB_(?:IMG|VID)_(\d{13})")  # milliseconds since 1970
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def named(name: str) -> Named:
    """What ``name`` says; an impossible date says nothing."""
    saved = _FACEBOOK.match(name)
    if saved:
        at = _EPOCH + timedelta(milliseconds=int(saved[1]))
        return Named("facebook", at, Precision.SECOND, "Facebook")
    for made, form in _FORMS:
        found = form.match(name)
        if found:
            return _of(made, found.groupdict())
    return Named()


def _of(made: str, parts: dict[str, str | None]) -> Named:
    at = _stamp(parts, made == "utc")
    if at is None:
        return Named()
    exact = Precision.SECOND if parts.get("hour") else Precision.DAY
    return Named("camera" if made == "utc" else made, at, exact, _app(parts.get("app")))


def _stamp(parts: dict[str, str | None], utc: bool) -> datetime | None:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    numbers = [int(parts.get(part) or 0) for part in ("year", "month", "day")]
    clock = [hour, int(parts.get("minute") or 0), int(parts.get("second") or 0)]
    try:
        local = datetime(*numbers, *clock)  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    return local.replace(tzinfo=UTC) if utc else local


def _app(written: str | None) -> str:
    return APPS.get(written.casefold(), "other") if written else ""
