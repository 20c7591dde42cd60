"""The custody log is read once for many verbs, and again as soon as anybody else touched it."""

from __future__ import annotations

from typing import Any

from romduol.desk import women


def test_what_this_program_wrote_is_not_read_again_and_what_another_wrote_is(empty: Any) -> None:
    with empty.opened() as book:
        women.add(book, [women.WomanToAdd("Ming Lotus")])
        log, size = book.log(), book.log().size
        women.add(book, [women.WomanToAdd("Ming Orchid")])
        assert book.log() is log
        assert log.size > size
        assert log.whole
        with (empty.folder / "log" / "entries.jsonl").open("ab") as entries:
            entries.write(b"another\n")
        assert book.log() is not log
        assert book.log().audit(list(log.entries()))
