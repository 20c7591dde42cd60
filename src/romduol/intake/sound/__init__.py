"""Voice notes and other sound: how long, in which codec, made when; what is said is not heard.

``ogg``, ``frames`` and ``riff`` read the containers; M4A goes through ``intake.isoboxes``.
"""

from romduol.intake.sound.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
