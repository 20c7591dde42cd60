"""Any project at all, drawn by Hypothesis: Khmer, emoji, every character a text may hold."""

from __future__ import annotations

from hypothesis import strategies as st

from romduol.casebook.codes import Code
from romduol.casework.exchange.project import (
    Case,
    Coding,
    Group,
    Note,
    Project,
    Selection,
    TextSource,
    User,
    Variable,
)

LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\ufeff")
WORDS = st.text(st.sampled_from("ab<&\"'> \t\nខ្ញុំភ័យ🌸\u200b\u00e9\u0301\r") | LETTERS, max_size=12)
NAMES = WORDS.map(lambda text: " ".join(text.split()) or "x")
TEXTS = st.text(
    st.sampled_from("ab \nខ្ញុំភ័យ🌸🤣\u200b\x0b\r<&") | LETTERS, min_size=1, max_size=40
).map(lambda text: text.replace("\r\n", "\n"))
DATES = st.sampled_from(("", "2025-06-16T17:13:37Z"))


def guids(draw: st.DrawFn, count: int) -> list[str]:
    drawn = st.uuids(version=4).map(lambda u: str(u).upper())
    return draw(st.lists(drawn, min_size=count, max_size=count, unique=True))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    users = tuple(User(g, draw(NAMES)) for g in guids(draw, 2))
    codes = _codes(draw)
    sources = tuple(_source(draw, codes, users) for _ in range(draw(st.integers(0, 3))))
    inside = [s.guid for source in sources for s in source.selections]
    names = [source.guid for source in sources]
    note, variable, case, group = guids(draw, 4)
    return Project(
        name=draw(NAMES),
        origin="Romduol",
        users=users,
        codes=codes,
        sources=sources,
        notes=(Note(note, draw(NAMES), draw(TEXTS), (codes[0].guid, *inside[:2])),),
        variables=(Variable(variable, draw(NAMES)),),
        cases=(Case(case, draw(NAMES), draw(NAMES), (codes[0].guid,), ((variable, "x"),),
                    tuple(names), tuple(inside)),),
        groups=(Group(group, draw(NAMES), draw(NAMES), (codes[0].guid,), tuple(names), (note,)),),
        description=draw(NAMES),
    )  # fmt: skip


def _codes(draw: st.DrawFn) -> tuple[Code, ...]:
    found: list[Code] = []
    for guid in guids(draw, draw(st.integers(1, 5))):
        parent = found[-1].guid if found and draw(st.booleans()) else ""
        found.append(
            Code(guid, draw(NAMES), parent=parent, definition=draw(WORDS),
                 colour=draw(st.sampled_from(("", "#00FF7f"))), codable=draw(st.booleans()),
                 guid=guid)
        )  # fmt: skip
    return tuple(found)


def _source(draw: st.DrawFn, codes: tuple[Code, ...], users: tuple[User, ...]) -> TextSource:
    text = draw(TEXTS)
    (guid,) = guids(draw, 1)
    selections = []
    for one in guids(draw, draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        selections.append(
            Selection(one, start, end, "", draw(WORDS), users[0].guid, draw(DATES),
                      (_coding(draw, codes, users),))
        )  # fmt: skip
    return TextSource(guid, draw(NAMES), text, tuple(selections), (_coding(draw, codes, users),))


def _coding(draw: st.DrawFn, codes: tuple[Code, ...], users: tuple[User, ...]) -> Coding:
    user = draw(st.sampled_from(("", *(u.guid for u in users))))
    return Coding(str(draw(st.uuids(version=4))).upper(), draw(st.sampled_from(codes)).guid, user,
                  draw(DATES))  # fmt: skip
