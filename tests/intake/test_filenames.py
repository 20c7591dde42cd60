"""What phones and apps write into file names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.intake.filenames import Named, named

AT = datetime(2024, 3, 5, 14, 7, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "made", "app"),
    [
        ("Screenshot_20240305-140709.png", "screenshot", ""),
        ("Screenshot_20240305-140709_Facebook.jpg", "screenshot", "Facebook"),
        ("Screenshot_20240305-140709_Messenger~2.jpg", "screenshot", "Messenger"),
        ("Screenshot_20240305_140709_com.facebook.katana.jpg", "screenshot", "Facebook"),
        ("Screenshot_2024-03-05-14-07-09-123_org.telegram.messenger.jpg", "screenshot", "Telegram"),
        ("Screenshot_2024-03-05-14-07-09.png", "screenshot", ""),
        ("Screenshot_20240305-140709_Some App.jpg", "screenshot", "other"),
        ("Screenshot_20240305-140709 (1).png", "screenshot", ""),
        ("Screenshot 2024-03-05 at 14.07.09.png", "screenshot", ""),
        ("Screenshot 2024-03-05 at 2.07.09\u202fPM.png", "screenshot", ""),
        ("Screen_Recording_20240305-140709_TikTok.mp4", "recording", "TikTok"),
        ("screen-20240305-140709.mp4", "recording", ""),
        ("IMG_20240305_140709.jpg", "camera", ""),
        ("20240305_140709.jpg", "camera", ""),
        ("WhatsApp Image 2024-03-05 at 2.07.09 PM.jpeg", "whatsapp", ""),
        ("photo_2024-03-05_14-07-09.jpg", "telegram", ""),
        ("photo_12@05-03-2024_14-07-09.jpg", "telegram", ""),
        ("audio_3@05-03-2024_14-07-09.ogg", "telegram", ""),
    ],
)
def test_the_time_and_the_app_in_a_name_are_found(name: str, made: str, app: str) -> None:
    assert named(name) == Named(made, AT, "second", app)


def test_a_whatsapp_name_gives_the_day_only() -> None:
    day = datetime(2024, 3, 5)  # noqa: DTZ001
    assert named("IMG-20240305-WA0001.jpg") == Named("whatsapp", day, "day")
    assert named("PTT-20240305-WA0003.opus") == Named("whatsapp", day, "day")


def test_names_written_in_utc_say_so() -> None:
    assert named("PXL_20240305_140709123.jpg").at == AT.replace(tzinfo=UTC)
    assert named("FB_IMG_1709647629000.jpg").at == AT.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["IMG_1234.PNG", "image.jpg", "Screenshot_20241305-140709.png", "", "Screenshot.png",
             "Screenshot 2024-03-05 at 14.07.09 PM.png", "FB_IMG_17.jpg"]
)  # fmt: skip
def test_a_name_without_a_possible_time_says_nothing(name: str) -> None:
    assert named(name) == Named()


@given(st.text(max_size=60))
def test_any_name_is_read_without_harm(name: str) -> None:
    named(name)
    named(f"Screenshot_20240305-140709_{name}")
