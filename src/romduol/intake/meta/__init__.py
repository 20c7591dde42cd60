"""Facebook's and Messenger's "Download your information": bytes in, messages out.

``kinds`` says what a file is. A thread goes through ``outline`` (whose it is, where its messages
stand), ``cuts`` (records with their places), ``shapes`` (decoding), ``mojibake``, ``details`` and
``rows``; posts and comments through ``activity``; pages in HTML through ``page``.
"""

from romduol.intake.meta.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
