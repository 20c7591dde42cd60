"""Interview transcripts and notes: .txt, .docx, .vtt, .srt in, turns out.

``text`` and ``word`` give the one canonical text, ``turns`` and ``cues`` cut it, ``labels`` says
who speaks. ``canonical_text`` is what codings point into.
"""

from romduol.intake.transcripts.reader import NAME, VERSION, canonical_text, read, recognises

__all__ = ["NAME", "VERSION", "canonical_text", "read", "recognises"]
