"""Email: one message in an .eml file, or many in an .mbox file.

``reader`` cuts the file, ``letters`` makes an entry of one message, ``headers`` and ``bodies`` read
its two halves. Nothing of a message is thrown away: its place in the sealed original covers all its
headers, ``Received`` and ``Authentication-Results`` too, and all its attachments.
"""

from romduol.intake.mail.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
