"""Video: how long, in which codecs, made when, by what the container says (MP4, MOV, 3GP, WebM)."""

from romduol.intake.video.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
