"""Of a file with several women's words each gets her own part, and nothing of another's."""

from __future__ import annotations

from refi_shapes import QUOTES, SOURCE, TEXT, USER, opened, project, selections, zipped

from romduol.casework.exchange.share import share_of

OTHER = SOURCE.replace("2", "8", 1)
NOTES = [f"7000000{n}-0000-4000-8000-000000000001" for n in range(3)]
CASES = [f"9000000{n}-0000-4000-8000-000000000001" for n in range(3)]


def _source(guid: str, text: str, note: str) -> str:
    inside = selections(text, QUOTES[:2], lambda _t, at: at, lambda q: q)
    return (
        f'<TextSource guid="{guid}" name="x"><PlainTextContent>{text}</PlainTextContent>'
        f'{inside}<NoteRef targetGUID="{note}"/></TextSource>'
    )


def _case(guid: str, name: str, *sources: str) -> str:
    refs = "".join(f'<SourceRef targetGUID="{one}"/>' for one in sources)
    return f'<Case guid="{guid}" name="{name}">{refs}</Case>'


OTHERS_TEXT = TEXT.replace("afraid", "afraid zqother")
WHOLE = project(
    "<Cases>" + _case(CASES[0], "zqhers", SOURCE) + _case(CASES[1], "zqothers", OTHER)
    + _case(CASES[2], "zqboth", SOURCE, OTHER) + "</Cases><Sources>"
    + _source(SOURCE, TEXT, NOTES[0]) + _source(OTHER, OTHERS_TEXT, NOTES[1])
    + "</Sources><Notes>"
    + "".join(f'<Note guid="{n}" name="zqnote{i}"><PlainTextContent>x</PlainTextContent></Note>'
              for i, n in enumerate(NOTES))
    + f'</Notes><Sets><Set guid="{USER}" name="zqset"/></Sets>',
    "ATLAS.ti",
)  # fmt: skip


def test_her_part_has_her_sources_whole_and_what_speaks_of_nothing_else() -> None:
    part = share_of(WHOLE, {SOURCE})
    found = opened(zipped({"project.qde": part}))
    whole = opened(zipped({"project.qde": WHOLE})).project
    assert found.project.sources == whole.sources[:1]
    assert found.project.codes == whole.codes
    assert [case.name for case in found.project.cases] == ["zqhers"]
    assert [note.name for note in found.project.notes] == ["zqnote0"]
    assert found.left == ()


def test_nothing_of_another_woman_is_in_it() -> None:
    part = share_of(WHOLE, {SOURCE}).decode()
    for word in ("zqother", "zqothers", "zqboth", "zqnote1", "zqnote2", "zqset"):
        assert word in WHOLE.decode()
        assert word not in part


def test_the_same_part_is_the_same_bytes() -> None:
    assert share_of(WHOLE, {SOURCE}) == share_of(WHOLE, {SOURCE})
