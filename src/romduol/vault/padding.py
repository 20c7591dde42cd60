"""Lengths that say little: texts and cards are padded inside the envelope before they are sealed.

Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PoPETs 2019, section 4.3):
a length L keeps its O(log log L) highest bits, so at most 12 % is added and only that many bits of
the length show. Below 512 bytes every length looks like 512.
"""

from __future__ import annotations

SMALLEST = 512


def padded_length(length: int) -> int:
    """The length shown for ``length`` bytes: at least 512, never smaller than ``length``."""
    if length <= SMALLEST:
        return SMALLEST
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def pad(text: bytes) -> bytes:
    """``text`` with spaces behind it, which JSON readers ignore."""
    return text.ljust(padded_length(len(text)), b" ")
