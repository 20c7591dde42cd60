"""TikTok's "Download your data": user_data.json of every generation, or its folder of texts.

``archive`` walks the JSON, ``folder`` the texts, ``rows`` makes entries of what both found, so that
the same message has the same id from either. TikTok gives a woman her own comments, never others'.
"""

from romduol.intake.tiktok.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
