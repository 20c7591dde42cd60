"""Signal chats as the signal-export program writes them from Signal Desktop: ``NAME/chat.md``.

``[2024-03-05 14:07:09] Name: words``, older ``[2024-03-05, 14:07]``; her own name is ``Me``. Signal
itself exports nothing.
"""

from romduol.intake.signal.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
