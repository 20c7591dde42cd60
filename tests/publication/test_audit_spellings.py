"""A name on a card stops a release in whatever order, spelling or script it stands there."""

import pytest

from romduol.publication.audit.names import check_names
from romduol.publication.audit.troubles import ForbiddenWordFound

CARDS = ("ពពក ហាត់ប្រើ", "Popork Hatbrae", "000 123 456", "Ming Lotus")


@pytest.mark.parametrize(
    "spelt",
    [
        "Popork Hatbrae",
        "Hatbrae Popork",
        "POPOK HATBRAE",
        "Hatbrae\u00a0Po\u200bpork",
        "ហាត់ប្រើ ពពក",
        "ពពកហាត់ប្រើ",
        "ពព\u200bកហាត់ប្រើ",
        "+ 000-123-456",
        "០០០ ១២៣ ៤៥៦",
        "Lotus Ming",
    ],
)
@pytest.mark.parametrize("hers", [True, False])
def test_a_name_is_found_in_every_spelling(spelt: str, hers: bool) -> None:
    text = f"They asked {spelt} to come."
    with pytest.raises(ForbiddenWordFound):
        check_names("report.en.html", CARDS, "" if hers else text, text if hers else "")


@pytest.mark.parametrize(
    "text",
    ["Six women were asked. Ming and the lotus pond.", "ស្ត្រី ៦ នាក់ត្រូវបានសួរ ពពកខ្មៅ", "000 1 2 3"],
)
def test_what_is_no_name_does_not_stop_it(text: str) -> None:
    check_names("report.en.html", CARDS, text, text)
