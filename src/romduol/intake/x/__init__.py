"""The archive that X (Twitter) gives its users: one ``data/*.js`` file at a time.

``posts`` reads what she posted, ``messages`` what was written in direct messages, ``stamps`` when;
``reader`` knows the files. The archive names accounts by number only.
"""

from romduol.intake.x.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
