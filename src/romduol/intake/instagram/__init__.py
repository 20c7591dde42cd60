"""Instagram's download: threads (as Messenger writes them), her comments, posts and likes.

``kinds`` says what a file is; threads and pages go through ``meta``, lists through ``activity``.
"""

from romduol.intake.instagram.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
