"""Telegram Desktop's HTML export: messages.html, messages2.html and so on, each read by itself.

``records`` reads one row of the page, ``media`` what hangs on it, ``reader`` the page. The export
names no accounts, gives service rows no time, and is not meant to be read by programs: whoever can
should export JSON. Layout as in tdesktop's HTML writer.
"""

from romduol.intake.telegram_html.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
