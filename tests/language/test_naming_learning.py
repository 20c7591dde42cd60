"""A name said plainly once is looked for everywhere else."""

from romduol.language.naming import Cards, Certainty, Known, find, learned


def heard(text: str) -> Cards:
    return Cards(Known(learned([(text[f.start : f.end], f) for f in find(text)])))


def names_in(text: str, known: Cards) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.sounds) for f in find(text, known)]


def test_a_part_of_a_name_said_plainly_is_that_person_elsewhere() -> None:
    known = heard("The deputy was Mr. Kongchak Hatbrae.")
    plain, elsewhere = find("Mr. Kongchak Hatbrae", known), find("then Kongchak came", known)
    assert [f.sounds for f in plain] == [f.sounds for f in elsewhere] != []


def test_the_other_script_is_searched_too() -> None:
    known = heard("The deputy was Mr. Kongchak Hatbrae.")
    assert [words for words, _ in names_in("គេហៅ ហាត់ប្រើ កង់ចក្រ មក", known)] == ["ហាត់ប្រើ កង់ចក្រ"]


def test_what_is_only_possible_teaches_nothing() -> None:
    text = "I saw Kongchak there"
    assert [f.certainty for f in find(text)] == [Certainty.POSSIBLE]
    assert learned([("Kongchak", f) for f in find(text)]) == ()


def test_everyday_words_are_not_learned_as_names() -> None:
    text = "Mr. Brother Good said"
    assert learned([(text[f.start : f.end], f) for f in find(text)]) == ()
