"""Telephone and identity numbers, plates, accounts, addresses on the net, days: by their shape.

Telephone numbers follow the Cambodian numbering plan (+855, or 0 and a prefix of two digits, then
six or seven digits) in any grouping; a long number that nothing explains is still shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from romduol.language.naming.finding import Certainty, Finding, Kind
from romduol.language.naming.words import Page

_GAP = r"[ \u200b.()/_-]{0,3}"
_RUN = re.compile(rf"(?<![a-z0-9_@])(?:\+|\(\+?)?[\do](?:{_GAP}\d){{5,18}}(?:\(0\d\))?(?![\d])")
_ALL_DIGITS = re.compile(r"\d")
_CODE = re.compile(r"^(?:\+?|00)855(?:\(?0\)?)?[1-9]\d{7,8}$")
_HOME = re.compile(r"^0\d{8,9}$")
_ABROAD = re.compile(r"^(?:\+|00)[1-9]\d{7,14}$")
_MONEY = re.compile(r"\s*(?:riels?|រៀល|៛|\$|usd|khr|dollars?|ដុល្លារ)")
_DATE_SHAPE = re.compile(
    r"^(?:(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})$"
)
_BEFORE = {
    Kind.ID: re.compile(
        r"(?:id(?:entity)?\s*(?:card)?|អត្តសញ្ញាណ\S{0,12}|អត្តលេខ|national id)\D{0,18}$"
    ),
    Kind.PASSPORT: re.compile(r"(?:passport|លិខិតឆ្លងដែន|pas sport)\D{0,14}$"),
    Kind.ACCOUNT: re.compile(
        r"(?:\baba\b|wing|acleda|អេស៊ីលីដា|វីង|canadia|true ?money|pipay|bakong|បាគង|account|acc\b|"
        r"គណនី|លេខកុង|bank|ធនាគារ|card n)[^\n]{0,24}$"
    ),
    Kind.PHONE: re.compile(
        r"(?:phone|tel\b|tel\.|call|mobile|number|ទូរស័ព្ទ|ទូរសព្ទ|តេ|លេខ|lek|tours?ap|cellcard|smart|metfone)"
        r"\D{0,16}$"
    ),
}
_PLATE = re.compile(r"(?<![\w])\d[a-z]{1,3}[ -]?\d{4}(?!\d|\w)")
_PLATE_KHMER = re.compile("(?<![\u1780-\u17d3\\d])\\d?[\u1780-\u17a2]{1,3}[ .-]?\\d{4}(?!\\d)")
_PASSPORT = re.compile(r"(?<![\w])[a-z]\d{7,8}(?!\w)")
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+ ?(?:@|\[at\]|\(at\)) ?"
    r"[a-z0-9-]+(?:(?:\.| ?\[dot\] ?)[a-z]{2,})+"
)
_URL = re.compile(
    r"(?:https?|hxxps?|ftp)://[^\s<>\"']+|(?<![\w@.-])(?:www\.)?(?:t\.me|wa\.me|fb\.com|fb\.me|m\.me|"
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|kh|info|me|co|io|page|link|ly|gov|edu))"
    r"(?:/[^\s<>\"']*)?(?![\w@])"
)
_HANDLE = re.compile(r"(?<![\w@.])@[\w.]{2,32}(?<!\.)")
_HANDLE_SAID = re.compile(
    r"(?:facebook|\bfb|ហ្វេសប៊ុក|telegram|\btg|តេឡេក្រាម|tiktok|ទិកតុក|instagram|\big|youtube|page|account|"
    r"username|user)(?: (?:name|account|page|id|ឈ្មោះ))?\s*[:=៖]\s*(?P<it>[^\s,;។]{3,40})"
)
_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
MONTHS_KM = "មករា|កុម្ភៈ|មីនា|មេសា|ឧសភា|មិថុនា|កក្កដា|សីហា|កញ្ញា|តុលា|វិច្ឆិកា|ធ្នូ"
_ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
    "fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|"
    "twenty-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty-first"
)
_YEAR = r"(?:,? ?(?:19|20)\d\d)?"
_DAY = re.compile(
    rf"(?<![\w/.-])(?:(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)?\d\d)(?![\w/-])"
    rf"|(?<!\w)(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})(?!\w){_YEAR}"
    rf"|(?<!\w)(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?!\w){_YEAR}"
    rf"|(?<!\w)(?:the )?(?:{_ORDINAL})(?: day)? of (?:{_MONTH})(?!\w){_YEAR}"
    rf"|(?<!\w)(?:{_MONTH}) (?:{_ORDINAL})(?!\w){_YEAR}"
    rf"|(?:ថ្ងៃ ?ទី ?)?\d{{1,2}} ?(?:ខែ ?)?(?:{MONTHS_KM})(?: ?ឆ្នាំ)?(?: ?(?:19|20)\d\d)?"
    r"|ថ្ងៃ ?ទី ?\d{1,2}(?: ?ខែ ?\d{1,2})?(?: ?ឆ្នាំ ?\d{2,4})?"
    r"|(?<!\w)(?:thngai ti|tngai ti|thngay ti) ?\d{1,2}(?: khe ?\w+)?"
    r"|\d{1,2} ?(?:កើត|រោច)"
)
_DIGIT_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|"
    "សូន្យ|មួយ|ពីរ|បី|បួន|ប្រាំមួយ|ប្រាំពីរ|ប្រាំបី|ប្រាំបួន|ប្រាំ|"
    "soun|muoy|mouy|pi|bei|buon|pram muoy|pram pi|pram bei|pram buon|pram"
)
# (?>…): digit words can be read in two ways, and a hostile text must not make us try them all
_SPOKEN = re.compile(
    rf"(?<![a-z])(?>(?:{_DIGIT_WORDS})(?:[ ,.-]{{0,2}}(?:{_DIGIT_WORDS})){{5,}})(?![a-z])"
)
_OF_A_CARD = re.compile(r"\(0\d\)?$")
_CONTEXT = 40  # letters before a number that may say what it is
_SHORTEST_TOLD, _SHORTEST_LONG = 7, 8  # digits


def find_numbers(on: Page) -> Iterator[Finding]:
    """Every number and address that could lead to somebody, and every day."""
    yield from _simple(on, _EMAIL, Kind.EMAIL, Certainty.CERTAIN)
    yield from _simple(on, _URL, Kind.URL, Certainty.CERTAIN)
    yield from _simple(on, _HANDLE, Kind.HANDLE, Certainty.CERTAIN)
    yield from _simple(on, _PLATE, Kind.PLATE, Certainty.LIKELY)
    yield from _simple(on, _PLATE_KHMER, Kind.PLATE, Certainty.POSSIBLE)
    yield from _simple(on, _PASSPORT, Kind.PASSPORT, Certainty.LIKELY)
    yield from _simple(on, _DAY, Kind.DATE, Certainty.LIKELY)
    yield from _simple(on, _SPOKEN, Kind.PHONE, Certainty.LIKELY, "spoken")
    for found in _HANDLE_SAID.finditer(on.text):
        yield at(on, found.start("it"), found.end("it"), Kind.HANDLE, "said", Certainty.LIKELY)
    yield from _runs(on)


def at(
    on: Page, start: int, end: int, kind: Kind, reason: str, certainty: Certainty, sounds: str = ""
) -> Finding:
    """A finding at folded ``[start, end)``, in code points of the text as received."""
    first, last = on.copy.span(start, end)
    return Finding(first, last, kind, reason, certainty, sounds or key(kind, on.text[start:end]))


def key(kind: Kind, words: str) -> str:
    """What makes two findings the same: for a number its digits alone."""
    if kind in (Kind.PHONE, Kind.ID, Kind.ACCOUNT):
        digits = "".join(_ALL_DIGITS.findall(words))
        return _national(digits) if kind is Kind.PHONE and digits else digits or words
    return "".join(words.split())


def _national(digits: str) -> str:
    """A Cambodian number without country code or leading nought."""
    bare = digits.removeprefix("00") if digits.startswith("00855") else digits
    return bare.removeprefix("855").lstrip("0") if len(bare) >= 8 else bare


def _simple(
    on: Page, shape: re.Pattern[str], kind: Kind, certainty: Certainty, reason: str = "shape"
) -> Iterator[Finding]:
    for found in shape.finditer(on.text):
        end = found.end() - (len(found.group()) - len(found.group().rstrip(".,;:!?)។ ")))
        yield at(on, found.start(), end, kind, reason, certainty)


def _runs(on: Page) -> Iterator[Finding]:
    for found in _RUN.finditer(on.text):
        start, end, run = found.start(), found.end(), found.group()
        end += on.text[end : end + 1] == ")" and run.count("(") > run.count(")")
        said = _kind_of(on.text, start, end)
        if said is not None:
            kind, reason, certainty = said
            yield at(on, start, end, kind, reason, certainty)


def _kind_of(text: str, start: int, end: int) -> tuple[Kind, str, Certainty] | None:
    """What a long run of digits is, by its shape and by the words before it; none for money."""
    run, before = text[start:end], text[max(start - _CONTEXT, 0) : start]
    if _DATE_SHAPE.match(run) or (_MONEY.match(text, end) and run[0] not in "0+"):
        return None
    bare = re.sub(r"[^\d+]", "", run.replace("o", "0", 1))
    said = [kind for kind, shape in _BEFORE.items() if shape.search(before)]
    if _OF_A_CARD.search(run):
        return Kind.ID, "shape", Certainty.CERTAIN
    if said and said[0] is not Kind.PHONE and not _CODE.match(bare):
        return said[0], "said", Certainty.CERTAIN
    return _by_shape(bare, told=bool(said))


def _by_shape(bare: str, *, told: bool) -> tuple[Kind, str, Certainty] | None:
    if _CODE.match(bare) or _HOME.match(bare) or _ABROAD.match(bare):
        return Kind.PHONE, "shape", Certainty.CERTAIN
    if told and len(bare) >= _SHORTEST_TOLD:
        return Kind.PHONE, "said", Certainty.LIKELY
    return (Kind.ACCOUNT, "long", Certainty.POSSIBLE) if len(bare) >= _SHORTEST_LONG else None
