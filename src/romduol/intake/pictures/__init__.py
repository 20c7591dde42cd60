"""Pictures: what a screenshot or photo says about itself, and the words a program can read in it.

``opening`` decodes, ``facts`` says what was found, ``hashing`` compares, ``ocr`` turns what an
engine saw into rows. A picture gives rows only when the options carry an engine.
"""

from romduol.intake.pictures.facts import PictureFacts, examine
from romduol.intake.pictures.hashing import Fingerprint, dhash, fingerprint
from romduol.intake.pictures.ocr import Engine, EngineFailed, SeeingOptions, Seen, seen, with_eyes
from romduol.intake.pictures.reader import NAME, VERSION, read, recognises

__all__ = [
    "NAME",
    "VERSION",
    "Engine",
    "EngineFailed",
    "Fingerprint",
    "PictureFacts",
    "SeeingOptions",
    "Seen",
    "dhash",
    "examine",
    "fingerprint",
    "read",
    "recognises",
    "seen",
    "with_eyes",
]
