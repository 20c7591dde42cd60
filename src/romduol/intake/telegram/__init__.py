"""Telegram Desktop's result.json, single chat or whole account: bytes in, messages out.

``outline`` finds the chats, ``pieces`` cuts the records, ``shapes`` decodes them, ``details`` says
what hangs on them, ``rows`` makes the columns. Formats as in tdesktop's JSON writer.
"""

from romduol.intake.telegram.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
