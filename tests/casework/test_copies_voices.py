"""Disguised voices: the words' shape stays, her pitch and the way back do not."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest

from romduol.casebook.wording import say
from romduol.casework.copies import SoundDamaged, SoundNotDecodable, voice

Samples = np.ndarray[Any, np.dtype[np.float64]]


def spoken(pitch: float, seconds: float = 3.0, rate: int = 16_000) -> Samples:
    """A vowel at ``pitch``, on and off three times a second, with a melody of its own."""
    at = np.arange(int(seconds * rate)) / rate
    melody = pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * at))
    turned = 2 * np.pi * np.cumsum(melody) / rate
    said = np.zeros_like(at)
    for n in range(1, int(3500 / pitch)):
        formants = ((500, 1.0), (1500, 0.35), (2500, 0.15))
        loud = sum(w * np.exp(-(((n * pitch - f) / 150) ** 2)) for f, w in formants) + 0.05
        said += loud * np.sin(n * turned)
    said *= np.sin(2 * np.pi * 1.5 * at) > 0
    out: Samples = said / np.abs(said).max() * 0.5
    return out


def wav(samples: Samples, rate: int = 16_000, width: int = 2, channels: int = 1) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        whole = np.repeat((samples * (2**31 - 1)).astype("<i4"), channels)
        if width == 1:
            out.writeframes(((whole >> 24) + 128).astype(np.uint8).tobytes())
        else:
            out.writeframes(whole.view(np.uint8).reshape(-1, 4)[:, 4 - width :].tobytes())
    return into.getvalue()


def samples_of(data: bytes) -> Samples:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def disguised(samples: Samples, seed: int = 1) -> Samples:
    return samples_of(voice(wav(samples), np.random.default_rng(seed)).data)


def repeated(samples: Samples) -> Samples:
    """How alike loud tenths of a second are to themselves, 1/16000 s later and so on (mean)."""
    frames = [f for f in samples[: len(samples) // 1600 * 1600].reshape(-1, 1600) if f.std() > 0.05]
    alike = [np.correlate(f, f, "full")[1599:] / (f**2).sum() for f in frames]
    return np.mean(alike, axis=0)


def pitch_of(samples: Samples) -> float:
    """The strongest repetition between 70 and 400 Hz."""
    return float(16_000 / (40 + repeated(samples)[40:230].argmax()))


def loudness(samples: Samples) -> Samples:
    return np.sqrt((samples[: len(samples) // 800 * 800].reshape(-1, 800) ** 2).mean(axis=1))


def test_a_copy_is_as_long_as_its_original_and_names_it() -> None:
    raw = wav(spoken(210))
    copy = voice(raw)
    assert len(samples_of(copy.data)) == 3 * 16_000
    assert copy.media_type == "audio/wav"
    assert len(copy.original) == 64
    (step,) = copy.steps
    assert dict(step.facts) == {"seconds": 3}  # the amounts drawn by chance are not kept
    assert say(step.id, "km", **dict(step.facts))


def test_when_she_speaks_and_pauses_is_kept() -> None:
    before = spoken(210)
    together = np.corrcoef(loudness(before), loudness(disguised(before)))[0, 1]
    assert together > 0.9


def test_her_pitch_is_gone_and_the_new_one_is_the_same_whoever_spoke() -> None:
    high, low = spoken(230), spoken(180)
    assert pitch_of(high) == pytest.approx(230, abs=10)
    assert pitch_of(low) == pytest.approx(180, abs=10)
    for seed in (1, 2, 3, 4):
        of_high, of_low = disguised(high, seed), disguised(low, seed)
        assert pitch_of(of_high) == pytest.approx(pitch_of(of_low), abs=2)
        assert 85 < pitch_of(of_high) < 165
        for before, after, pitch in ((high, of_high, 230), (low, of_low, 180)):
            at = round(16_000 / pitch)
            assert repeated(before)[at] > 0.4
            assert repeated(after)[at] < 0.25


def test_the_bands_of_the_voice_are_moved() -> None:
    def middle(samples: Samples) -> float:
        power = np.abs(np.fft.rfft(samples)) ** 2
        pitch = np.fft.rfftfreq(len(samples), 1 / 16_000)
        part = (pitch > 1000) & (pitch < 2050)
        return float((power[part] * pitch[part]).sum() / power[part].sum())

    moved = [middle(disguised(spoken(120), seed)) for seed in range(8)]
    assert max(moved) - min(moved) > 50


def test_no_shift_of_speed_or_pitch_gives_the_original_back() -> None:
    before = spoken(210, 1.5)
    for seed in (1, 2):
        after = disguised(before, seed)
        for ratio in np.arange(0.5, 2.0, 0.05):
            back = np.interp(np.arange(len(before)) * ratio, np.arange(len(after)), after)
            size = 2 * len(before)
            alike = np.fft.irfft(np.fft.rfft(before, size) * np.fft.rfft(back, size).conj())
            norm = np.sqrt((before**2).sum() * (back**2).sum())
            assert np.abs(alike).max() / norm < 0.35


def test_two_copies_of_one_recording_differ() -> None:
    raw = wav(spoken(210, 1.0))
    assert voice(raw).data != voice(raw).data


def test_silence_stays_silence() -> None:
    assert np.abs(disguised(np.zeros(16_000))).max() == 0


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(8000, 1, 1), (44_100, 3, 2), (48_000, 4, 1)]
)
def test_every_pcm_wav_is_understood(rate: int, width: int, channels: int) -> None:
    before = spoken(150, 2.0, rate)
    after = samples_of(voice(wav(before, rate, width, channels), np.random.default_rng(1)).data)
    assert len(after) == 32_000
    by_half = [np.sqrt((part**2).mean()) for part in np.split(after, 2)]
    assert min(by_half) > 0.01


def test_a_long_recording_has_no_seam() -> None:
    steady = np.tile(spoken(150, 2.0), 32)  # 64 seconds: three chunks
    after = loudness(disguised(steady))
    joins = [after[600 - 3 : 600 + 3], after[1200 - 3 : 1200 + 3]]
    usual = np.quantile(after, 0.99)
    assert all(join.max() < 1.6 * usual for join in joins)


def test_a_voice_note_is_decoded_when_the_extra_is_installed() -> None:
    soundfile = pytest.importorskip("soundfile", reason="the extra that decodes is not installed")
    into = io.BytesIO()
    soundfile.write(into, spoken(210, 1.0), 16_000, format="OGG", subtype="OPUS")
    copy = voice(into.getvalue())
    assert len(samples_of(copy.data)) == pytest.approx(16_000, abs=400)


def test_what_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(SoundNotDecodable):
        voice(b"no sound at all" * 10)
    with pytest.raises(SoundNotDecodable):
        voice(wav(spoken(100, 0.5)).replace(b"\x01\x00\x01\x00", b"\x55\x00\x01\x00", 1))


def test_a_recording_cut_short_or_empty_is_refused() -> None:
    raw = wav(spoken(100, 0.5))
    for cut in (raw[:-100], raw[:20], wav(np.zeros(100))):
        with pytest.raises((SoundDamaged, SoundNotDecodable)):
            voice(cut)
