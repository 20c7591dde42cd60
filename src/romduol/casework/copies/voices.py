"""A recording goes in; the same words in a voice that is nobody's come out, as WAV.

A channel vocoder (H. Dudley, 1939): of the original only how loud each of a few broad bands is, a
hundred times a second, is kept. Her pitch, its melody, the fine structure and phase of her voice
are not in the copy at all, so nothing can be turned back to them: the new voice is a buzz and noise
made by chance. The bands are moved up or down (formants), by an amount drawn by chance that drifts
and is not kept, and made coarse and noisy.

What remains, and must be weighed by a person who listens first: the words, accent and dialect,
rhythm, pauses, loudness, and whatever else can be heard in the room. Someone close to her may know
her by these.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from romduol.casebook.evidence import Note
from romduol.casework.copies.made import SoundDamaged, SoundNotDecodable, WorkingCopy

Wave = NDArray[np.float64]

RATE = 16_000  # of the copy, Hz
_HOPS = 100  # a second
_SIZE = 512  # points of a synthesis window, 32 ms
_HOP = RATE // _HOPS
_WINDOW = 0.032  # seconds of an analysis window: longer than a period of any voice
_CHUNK = 3000  # hops worked at once, half a minute
# Band edges in Hz: none narrower than 300, so that no single harmonic of a voice stands in one
_EDGES = np.array([80, 400, 700, 1000, 1300, 1650, 2050, 2500, 3000, 3600, 4300, 5100, 6100, 7400])
_COARSE = 2.0  # dB between the steps in which loudness is kept
_JITTER = 1.5  # dB of noise on each
_SILENT = 1e-9


@dataclass(frozen=True, slots=True)
class _Voice:
    """The voice to speak with, drawn by chance: where its bands stand and how it buzzes."""

    moved: Wave  # a factor for each hop
    buzz: Wave  # Hz, for each hop


def voice(raw: bytes, chance: np.random.Generator | None = None) -> WorkingCopy:
    """The disguised copy: mono, 16 kHz, 16-bit WAV, as long as the original to 10 ms.

    ``raw`` is a PCM WAV; with the extra ``sound`` also Ogg Opus (voice notes), Vorbis, MP3, FLAC.
    ``chance`` is for tests; left out, it comes from the system. Raises ``SoundNotDecodable``,
    ``SoundDamaged``.
    """
    heard, rate = _decoded(raw)
    if len(heard) < rate * _WINDOW:
        raise SoundDamaged
    drawn = chance or np.random.default_rng()
    data = _as_wave(_spoken(heard, rate, drawn))
    seconds = len(heard) // rate
    steps = (Note("copy.voice", (("seconds", seconds),)),)
    return WorkingCopy(data, "audio/wav", sha256(raw).hexdigest(), steps, ("not_listed",))


def _decoded(raw: bytes) -> tuple[Wave, int]:
    """Mono samples within -1 and 1, and their rate."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE":
        return _of_wave(raw)
    if find_spec("soundfile") is None:
        raise SoundNotDecodable
    soundfile: Any = import_module("soundfile")
    try:
        samples, rate = soundfile.read(io.BytesIO(raw), dtype="float64", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise SoundNotDecodable from error
    return samples.mean(axis=1), int(rate)


def _of_wave(raw: bytes) -> tuple[Wave, int]:
    try:
        with wave.open(io.BytesIO(raw)) as file:
            channels, width, rate, count = file.getparams()[:4]
            data = file.readframes(count)
    except EOFError as error:
        raise SoundDamaged from error
    except wave.Error as error:
        raise SoundNotDecodable from error
    if rate < 4000 or len(data) != count * channels * width:
        raise SoundDamaged
    return _samples(data, width).reshape(-1, channels).mean(axis=1), rate


def _samples(data: bytes, width: int) -> Wave:
    """PCM of ``width`` bytes as numbers: 8 bits unsigned, more bits signed, lowest byte first."""
    if width == 1:
        return np.frombuffer(data, np.uint8).astype(np.float64) / 128 - 1
    wide = np.zeros((len(data) // width, 4), np.uint8)
    wide[:, 4 - width :] = np.frombuffer(data, np.uint8).reshape(-1, width)
    return wide.view("<i4")[:, 0].astype(np.float64) / 2**31


def _spoken(heard: Wave, rate: int, chance: np.random.Generator) -> Wave:
    """``heard`` said again, in chunks of half a minute."""
    hops = int(len(heard) / rate * _HOPS) + 1
    speaker = _speaker(hops, chance)
    said = np.zeros(hops * _HOP + _SIZE)
    carrier = _carrier(speaker, len(said), chance)
    for first in range(0, hops, _CHUNK):
        span = np.arange(first, min(first + _CHUNK, hops))
        loud, voiced = _measured(heard, rate, span)
        gains = _gains(loud, speaker.moved[span], chance)
        for hop, frame in zip(span, _frames(gains, voiced, carrier, span), strict=True):
            said[hop * _HOP : hop * _HOP + _SIZE] += frame
    spoken = said[_SIZE // 2 : _SIZE // 2 + int(len(heard) / rate * RATE)]
    return _as_loud_as(heard, spoken)


def _as_loud_as(heard: Wave, spoken: Wave) -> Wave:
    """``spoken`` with the power of ``heard``, unless that would overload it."""
    power, peak = np.sqrt(np.mean(spoken**2)), np.abs(spoken).max()
    if peak == 0:
        return spoken
    factor: float = min(np.sqrt(np.mean(heard**2)) / power, 0.95 / peak)
    return spoken * factor


def _speaker(hops: int, chance: np.random.Generator) -> _Voice:
    """Up or down by a seventh to a fifth, and a pitch of its own, both drifting slowly."""
    moved = chance.uniform(1.14, 1.22)
    if chance.random() < 0.5:
        moved = 1 / moved
    drift = _drift(hops, chance)
    buzz = chance.uniform(95, 150) * (1 + 0.04 * _drift(hops, chance))
    return _Voice(moved * (1 + 0.03 * drift), buzz)


def _drift(hops: int, chance: np.random.Generator) -> Wave:
    """Between -1 and 1, a new direction about every second, smooth between."""
    turns = chance.uniform(-1, 1, hops // _HOPS + 2)
    return np.interp(np.arange(hops) / _HOPS, np.arange(len(turns)), turns)


def _carrier(speaker: _Voice, length: int, chance: np.random.Generator) -> tuple[Wave, Wave]:
    """A train of pulses at the new pitch, and noise, both of power 1."""
    pitch = np.interp(np.arange(length) / _HOP, np.arange(len(speaker.buzz)), speaker.buzz)
    turned = np.floor(np.cumsum(pitch) / RATE + chance.random())
    pulses = np.diff(turned, prepend=turned[0])
    power = np.sqrt(max(float(np.mean(pulses**2)), _SILENT))
    return pulses / power, chance.standard_normal(length)


def _measured(heard: Wave, rate: int, span: NDArray[np.int64]) -> tuple[Wave, Wave]:
    """How loud each band is at each hop (power), and how much of it lies low, 0 to 1."""
    size = int(rate * _WINDOW)
    starts = (span * rate / _HOPS).astype(int) - size // 2
    places = starts[:, None] + np.arange(size)
    inside = (places >= 0) & (places < len(heard))
    frames = np.where(inside, heard[np.clip(places, 0, len(heard) - 1)], 0.0)
    power = np.abs(np.fft.rfft(frames * np.hanning(size))) ** 2 / size
    pitch = np.fft.rfftfreq(size, 1 / rate)
    bands = [
        power[:, (pitch >= low) & (pitch < high)].sum(axis=1)
        for low, high in pairwise(_EDGES.tolist())
    ]
    loud = np.stack(bands, axis=1)
    low = loud[:, :4].sum(axis=1) / (loud.sum(axis=1) + _SILENT)
    return loud, np.clip(low, 0.0, 0.9)


def _gains(loud: Wave, moved: Wave, chance: np.random.Generator) -> Wave:
    """Amplitude for each synthesis bin: the bands made coarse and noisy, moved, and smoothed."""
    level = 10 * np.log10(loud + _SILENT)
    coarse = np.round(level / _COARSE) * _COARSE + chance.normal(0, _JITTER, level.shape)
    density = coarse - 10 * np.log10(np.diff(_EDGES))
    middles = (_EDGES[:-1] + _EDGES[1:]) / 2
    bins = np.fft.rfftfreq(_SIZE, 1 / RATE)
    at = bins[None, :] / moved[:, None]
    smooth = np.stack([np.interp(a, middles, d) for a, d in zip(at, density, strict=True)])
    smooth[:, bins < _EDGES[0]] = -120
    gains: Wave = 10 ** (smooth / 20)
    return gains


def _frames(
    gains: Wave, voiced: Wave, carrier: tuple[Wave, Wave], span: NDArray[np.int64]
) -> Iterator[Wave]:
    """Each hop's stretch of the new voice, windowed, to be added where it stands."""
    window = np.sqrt(np.hanning(_SIZE))
    buzz, noise = carrier
    for hop, gain, low in zip(span, gains, voiced, strict=True):
        stretch = slice(hop * _HOP, hop * _HOP + _SIZE)
        mixed = low * buzz[stretch] + (1 - low) * noise[stretch]
        yield np.fft.irfft(np.fft.rfft(mixed * window) * gain, _SIZE) * window


def _as_wave(samples: Wave) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return into.getvalue()
