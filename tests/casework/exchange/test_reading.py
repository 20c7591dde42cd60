"""Files of other programs open with every span in its place, and what is not taken is listed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from refi_shapes import (
    CODES,
    NVIVO_QDC,
    QUOTES,
    SHAPES,
    SOURCE,
    TAGUETTE_QDC,
    TEXT,
    USER,
    XSD,
    atlas_ti,
    maxqda,
    nvivo_mac,
    nvivo_windows,
    opened,
    project,
    qualcoder,
    selections,
    text_source,
    utf16,
    zipped,
)

from romduol.casebook.codes import Place
from romduol.casework.exchange.codebooks import read_codebook
from romduol.casework.exchange.reading import Read


def quoted(found: Read) -> list[str]:
    return [s.text[x.start : x.end] for s in found.project.sources for x in s.selections]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_span_of_another_programs_file_stands_on_its_words(shape: str) -> None:
    found = opened(SHAPES[shape]())
    (source,) = found.project.sources
    assert source.text == TEXT
    assert quoted(found) == list(QUOTES)
    assert [x.codings[0].code for x in source.selections] == [CODES[n % 2] for n in range(4)]
    assert found.placed[SOURCE].sure == (shape != "nvivo_windows")  # CRLF: one, or two?


@pytest.mark.parametrize("shape", SHAPES)
def test_codes_come_with_their_tree_words_and_colour(shape: str) -> None:
    harm, fear = opened(SHAPES[shape]()).project.codes
    assert (harm.guid, harm.label, harm.definition, harm.colour, harm.parent) == (
        CODES[0], "Harm", "What was done", "#FF0000", "",
    )  # fmt: skip
    assert (fear.guid, fear.label, fear.parent) == (CODES[1], "ការភ័យខ្លាច", CODES[0])


def test_the_quotes_say_in_what_a_file_counts() -> None:
    for shape, checked in ((atlas_ti, 0), (maxqda, 4), (qualcoder, 4), (nvivo_mac, 0)):
        assert opened(shape()).placed[SOURCE].checked == checked
    assert opened(nvivo_mac()).placed[SOURCE].counting.utf16
    assert opened(nvivo_windows()).placed[SOURCE].counting.utf16
    assert not opened(qualcoder()).placed[SOURCE].counting.utf16


def test_an_unknown_program_that_counts_utf_16_is_found_out_by_its_quotes() -> None:
    body = selections(TEXT, QUOTES, utf16, lambda q: q)
    found = opened(_one(body, "Somebody's program"))
    assert quoted(found) == list(QUOTES)
    assert found.placed[SOURCE].counting.utf16


def test_an_unknown_program_without_quotes_is_taken_at_its_word_and_said_to_be_unsure() -> None:
    text = "🌸 one two three"
    body = selections(text, ("two",), lambda _t, at: at, lambda _q: "")
    found = opened(_one(body, "Somebody's program", text))
    assert quoted(found) == ["two"]
    assert not found.placed[SOURCE].sure


def test_half_of_a_sign_rules_out_a_way_of_counting() -> None:
    text = "🌸🌸 one"
    body = selections(text, ("🌸", "one"), lambda _t, at: at, lambda _q: "")
    found = opened(_one(body, "Somebody's program", text))
    assert quoted(found) == ["🌸", "one"]
    assert found.placed[SOURCE].sure


def test_inclusive_ends_are_found_out_by_their_quotes() -> None:
    text = "plain words, no signs\n"
    body = selections(text, ("words",), lambda _t, at: at, lambda q: q)
    inclusive = body.replace('endPosition="11"', 'endPosition="10"')
    assert inclusive != body
    assert quoted(opened(_one(inclusive, "x", text))) == ["words"]


def test_a_span_whose_quote_stands_elsewhere_is_not_taken_but_listed() -> None:
    """One selection counts otherwise than the rest: it is not guessed at."""
    right = selections(TEXT, QUOTES[:3], lambda _t, at: at, lambda q: q)
    wrong = selections(TEXT, QUOTES, utf16, lambda q: q)
    last = "<PlainTextSelection" + wrong.rsplit("<PlainTextSelection", 1)[1]
    found = opened(_one(right + last, "x"))
    assert quoted(found) == list(QUOTES[:3])
    assert reasons(found) == {"qdpx.left.moved": 1}


def test_a_mark_that_counts_as_a_character_is_found_out() -> None:
    body = selections(TEXT, QUOTES, lambda _t, at: at + 1, lambda q: q)
    qde = project(text_source(f' plainTextPath="internal://{SOURCE}.txt"', body), "x")
    files = {"project.qde": qde, f"sources/{SOURCE}.txt": b"\xef\xbb\xbf" + TEXT.encode()}
    assert quoted(opened(zipped(files))) == list(QUOTES)


def _one(body: str, origin: str, text: str = TEXT) -> bytes:
    inside = f"<PlainTextContent>{text}</PlainTextContent>{body}"
    return zipped({"project.qde": project(text_source("", inside), origin)})


def reasons(found: Read) -> dict[str, int]:
    told: Counter[str] = Counter()
    for left in found.left:
        told[left.why] += left.count
    return dict(told)


def _body(*attributes: str) -> str:
    code = f'<Coding guid="{SOURCE}"><CodeRef targetGUID="{CODES[0]}"/></Coding>'
    return "".join(f"<PlainTextSelection {a}>{code}</PlainTextSelection>" for a in attributes)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ('startPosition="5" endPosition="100000"', "outside"),
        ('startPosition="-5" endPosition="9"', "outside"),
        ('startPosition="9" endPosition="9"', "empty"),
        ('startPosition="9" endPosition="5"', "position"),
        ('startPosition="nine" endPosition="12"', "position"),
        ('endPosition="12"', "position"),
        (f'startPosition="{10**30}" endPosition="{10**31}"', "position"),
    ],
)
def test_a_span_that_cannot_be_placed_is_listed_with_the_reason(attributes: str, why: str) -> None:
    good = f'guid="{CODES[0]}" startPosition="0" endPosition="2"'
    found = opened(_one(_body(good, f'guid="{SOURCE}" {attributes}'), "x"))
    assert quoted(found) == ["I:"]
    assert [(x.why, x.guid) for x in found.left] == [(f"qdpx.left.{why}", SOURCE)]


def test_a_source_whose_text_is_missing_is_listed_with_its_selections() -> None:
    body = selections(TEXT, QUOTES, utf16, lambda _q: "")
    for path in (f"internal://{SOURCE}.txt", "../../etc/passwd", "absolute:///etc/passwd", ""):
        qde = project(text_source(f' plainTextPath="{path}"', body), "x")
        found = opened(zipped({"project.qde": qde}))
        assert found.project.sources == ()
        assert reasons(found) == {"qdpx.left.text_missing": 1, "qdpx.left.selections_of_missing": 4}


def test_a_path_cannot_climb_out_of_the_archive() -> None:
    """A member called ../x can be asked for by that name only, and is only ever read."""
    qde = project(text_source(' plainTextPath="internal://../x.txt"', ""), "x")
    found = opened(zipped({"project.qde": qde, "../x.txt": b"inside the archive all the same"}))
    assert [s.text for s in found.project.sources] == ["inside the archive all the same"]


def test_a_coding_with_a_code_the_codebook_lacks_is_listed_and_the_selection_kept() -> None:
    body = _body(f'guid="{SOURCE}" startPosition="0" endPosition="2"').replace(CODES[0], SOURCE)
    found = opened(_one(body, "x"))
    assert [s.codings for s in found.project.sources[0].selections] == [()]
    assert reasons(found) == {"qdpx.left.code_unknown": 1}


def test_media_are_named_with_their_places_and_those_without_a_code_are_listed() -> None:
    found = opened(maxqda())
    (clip,) = found.project.media
    assert (clip.kind, clip.name) == ("Video", "clip")
    assert [one.place for one in clip.selections] == [Place(begin=0, end=1000)]
    assert clip.member == "sources/60000000-0000-4000-8000-000000000001.m4a"
    assert reasons(found) == {"qdpx.left.media_uncoded": 1}


def test_the_words_of_a_recording_are_a_text_coded_between_its_sync_points() -> None:
    text = "🌸 she said: I stopped posting. And then?"
    at = text.index("I stopped")
    points = "".join(f'<SyncPoint guid="{g}" position="{p}" timeStamp="{p * 100}"/>'
                     for g, p in ((CODES[0], at), (CODES[1], at + 17)))  # fmt: skip
    coding = f'<Coding guid="{SOURCE}"><CodeRef targetGUID="{CODES[0]}"/></Coding>'
    said = (
        f'<TranscriptSelection guid="{SOURCE}" name="I stopped posting" fromSyncPoint="{CODES[0]}"'
        f' toSyncPoint="{CODES[1]}">{coding}</TranscriptSelection>'
        f'<TranscriptSelection guid="{USER}" fromSyncPoint="{USER}">{coding}</TranscriptSelection>'
    )
    sound = (
        f'<Sources><AudioSource guid="{USER}" name="call.m4a" path="internal://x.m4a"><Transcript'
        f' guid="{SOURCE}"><PlainTextContent>{text}</PlainTextContent>{points}{said}</Transcript>'
        f'<AudioSelection guid="{CODES[0]}" begin="0" end="9"/></AudioSource></Sources>'
    )
    found = opened(zipped({"project.qde": project(sound, "x"), "sources/x.m4a": b"sound"}))
    (source,) = found.project.sources
    assert (source.name, source.of, quoted(found)) == ("call.m4a", USER, ["I stopped posting"])
    assert source.selections[0].codings[0].code == CODES[0]
    assert reasons(found) == {"qdpx.left.position": 1, "qdpx.left.media_uncoded": 1}


def test_the_text_of_a_pdf_is_a_text_with_its_selections() -> None:
    inside = selections(TEXT, QUOTES, lambda _t, at: at, lambda q: q)
    pdf = (
        f'<Sources><PDFSource guid="{USER}" name="letter"><Representation guid="{SOURCE}">'
        f"<PlainTextContent>{TEXT}</PlainTextContent>{inside}</Representation></PDFSource></Sources>"
    )
    found = opened(zipped({"project.qde": project(pdf, "x")}))
    assert quoted(found) == list(QUOTES)
    assert [s.of for s in found.project.sources] == [USER]
    assert reasons(found) == {"qdpx.left.media_missing": 1}


def test_a_journal_is_a_note_and_who_coded_is_kept() -> None:
    found = opened(qualcoder()).project
    assert [(n.name, n.text, n.targets) for n in found.notes] == [("Journal", "What I think", ())]
    (user,) = found.users
    assert {c.user for s in found.sources[0].selections for c in s.codings} == {user.guid}
    assert found.sources[0].selections[0].codings[0].at == "2025-06-16T17:13:37Z"


def test_codes_without_a_guid_or_with_anothers_are_kept_under_one_of_their_own() -> None:
    qdc = TAGUETTE_QDC.replace(b' guid="0D62985D-B147-5D01-A9B5-CAE5DCD98342"', b"")
    codes, left = read_codebook(qdc)
    assert [c.label for c in codes] == ["interesting", "ការភ័យ"]
    assert all(len(c.guid) == 36 for c in codes)
    assert [x.why for x in left] == ["qdpx.left.code_no_guid"]
    twice = TAGUETTE_QDC.replace(
        b"DFE5C38E-9449-5959-A1F7-E3D895CFA87F", b"0D62985D-B147-5D01-A9B5-CAE5DCD98342"
    )
    codes, left = read_codebook(twice)
    assert len({c.guid for c in codes}) == 2
    assert [x.why for x in left] == ["qdpx.left.code_twice"]


@pytest.mark.parametrize(("qdc", "labels"), [(TAGUETTE_QDC, ["interesting", "ការភ័យ"]),
                                             (NVIVO_QDC, ["Över", "Unter"])])  # fmt: skip
def test_a_codebook_of_another_program_opens(qdc: bytes, labels: list[str]) -> None:
    codes, left = read_codebook(qdc)
    assert [c.label for c in codes] == labels
    assert left == ()


def test_braces_small_letters_and_short_colours_become_one_form() -> None:
    over, unter = read_codebook(NVIVO_QDC)[0]
    assert (over.guid, over.colour, over.codable) == (
        "0D62985D-B147-5D01-A9B5-CAE5DCD98342",
        "#00FF88",
        False,
    )
    assert (unter.parent, unter.codable) == (over.guid, True)


def test_two_sources_with_one_guid_are_both_kept() -> None:
    one = text_source("", "<PlainTextContent>first</PlainTextContent>")
    two = text_source("", "<PlainTextContent>second</PlainTextContent>")
    both = one.replace("</Sources>", "") + two.replace("<Sources>", "")
    found: Any = opened(zipped({"project.qde": project(both, "x")}))
    assert [s.text for s in found.project.sources] == ["first", "second"]
    assert len({s.guid for s in found.project.sources}) == 2
    assert reasons(found) == {"qdpx.left.source_guid": 1}


@pytest.mark.parametrize(("name", "codes"), [("blank", 0), ("target", 3)])
def test_the_samples_of_atlas_ti_open(name: str, codes: int) -> None:
    file = XSD.with_name(f"{name}-atlas-project.qdpx")
    if not file.is_file():
        pytest.skip("the samples do not lie beside this checkout")
    found = opened(file.read_bytes())
    assert (len(found.project.codes), len(found.project.users), found.left) == (codes, 2, ())
    assert [bool(c.parent) for c in found.project.codes] == [False, True, True][:codes]
