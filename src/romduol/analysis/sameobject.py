"""What was posted becomes an object: texts and links that are the same are given the same name."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

from romduol.language.marks import visible

_HIDDEN = re.compile(r"[\u00ad\u200c\u200d\u2060\ufe0e\ufe0f]")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_FOLLOWS = re.compile(
    r"^(utm_\w*|fbclid|gclid|dclid|msclkid|igshid|igsh|mibextid|mc_[ce]id|yclid|ref_src|ref_url|"
    r"__tn__|__cft__.*|_rdr|si|feature|share_id)$",
    re.IGNORECASE,
)
_FRONTS = re.compile(r"^(www\d?|m|mobile|amp|touch|mbasic)\.", re.IGNORECASE)
_PARTS = re.compile(  # RFC 3986, appendix B, without the fragment; user names are dropped
    r"(?:(?P<scheme>https?)://)?(?:[^/?#@]*@)?(?P<host>[^/?#:\s]+)(?::(?P<port>\d{0,5}))?"
    r"(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?(?:#\S*)?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443", "": "443"}


def same_text(text: str) -> str:
    """``text`` as it is compared: NFKC, case folded, no invisible marks, links normalised,
    runs of spaces one space. Empty when nothing is left to compare.
    """
    shown = _HIDDEN.sub("", visible(unicodedata.normalize("NFKC", text)))
    linked = _LINK.sub(lambda found: same_link(found.group()), shown)
    return " ".join(linked.casefold().split())


def text_object(text: str) -> str:
    """The name of a text: a digest, so that an edge carries no words. "" for an empty text."""
    compared = same_text(text)
    return blake2b(compared.encode(), digest_size=16).hexdigest() if compared else ""


def same_link(url: str) -> str:
    """``url`` as it is compared (RFC 3986 6.2, and what sharing adds to it).

    Scheme, "www." and "m.", default port, fragment, trailing slash, tracking parameters and the
    order of parameters do not tell two links apart. "" when it is no link.
    """
    parts = _PARTS.fullmatch(url.strip())
    host = _host(parts["host"]) if parts else ""
    if not parts or "." not in host:
        return ""
    port = parts["port"] or ""
    default = _PORTS[(parts["scheme"] or "").lower()]
    path = _PERCENT.sub(_upper, parts["path"] or "").rstrip("/")
    query = sorted(part for part in (parts["query"] or "").split("&") if _tells_apart(part))
    shown = host if port in ("", default) else f"{host}:{port}"
    return shown + path + (f"?{'&'.join(_PERCENT.sub(_upper, q) for q in query)}" if query else "")


def _host(written: str) -> str:
    host = written.casefold().rstrip(".")
    while host.count(".") > 1 and _FRONTS.match(host):
        host = _FRONTS.sub("", host, count=1)
    return host


def _upper(found: re.Match[str]) -> str:
    return found.group().upper()


def _tells_apart(parameter: str) -> bool:
    return bool(parameter) and not _FOLLOWS.match(parameter.partition("=")[0])
