"""Working copies: what may be shown or given out instead of an original, and near copies of it.

Bytes in, bytes out, with what was done: ``pictures`` covers, blurs, shrinks and strips; ``voices``
makes a voice another's; ``carried`` lists what a file holds beside its pixels, and proves that a
copy holds none of it; ``near`` groups pictures that look alike; ``intimate`` says what may be kept
at all. The original is never changed, and every copy names it by its SHA-256.
"""

from romduol.casework.copies.intimate import Content, Decision, Keep, decide
from romduol.casework.copies.made import (
    BoxOutside,
    CopyStillCarries,
    SoundDamaged,
    SoundNotDecodable,
    WorkingCopy,
)
from romduol.casework.copies.near import Alike, near_copies, nearest_before
from romduol.casework.copies.pictures import Box, picture
from romduol.casework.copies.voices import voice

__all__ = [
    "Alike",
    "Box",
    "BoxOutside",
    "Content",
    "CopyStillCarries",
    "Decision",
    "Keep",
    "SoundDamaged",
    "SoundNotDecodable",
    "WorkingCopy",
    "decide",
    "near_copies",
    "nearest_before",
    "picture",
    "voice",
]
