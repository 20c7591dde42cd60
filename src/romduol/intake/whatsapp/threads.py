"""Which chat an export is of: by its file's localized name, else by what it begins with."""

from __future__ import annotations

import re
from hashlib import blake2b

from romduol.intake.source import Source
from romduol.language.marks import bare

# what WhatsApp writes before the chat's name, by language
_BEFORE_NAME = (
    "WhatsApp Chat with ", "WhatsApp chat with ", "Chat WhatsApp with ", "WhatsApp Chat - ",
    "Chat de WhatsApp con ", "WhatsApp Chat mit ", "WhatsApp-Chat mit ",
    "Discussion WhatsApp avec ", "Conversa do WhatsApp com ", "Conversa WhatsApp com ",
    "Chat WhatsApp con ", "Chat di WhatsApp con ", "Chat WhatsApp dengan ",
    "Obrolan WhatsApp dengan ",
    "Sembang WhatsApp dengan ", "Cuộc trò chuyện WhatsApp với ", "Trò chuyện WhatsApp với ",
    "Trò chuyện trên WhatsApp với ", "แชท WhatsApp กับ ", "แชท WhatsApp กับ",
    "WhatsApp-chat met ", "Чат WhatsApp с контактом ", "Чат WhatsApp с ",
    "WhatsApp Sohbeti - ", "การสนทนา WhatsApp กับ ", "ការជជែក WhatsApp ជាមួយ ",
    "WhatsApp keskustelu: ", "WhatsApp-keskustelu henkilön ",
)  # fmt: skip
_AFTER_NAME = (
    " ile WhatsApp Sohbeti", " ile WhatsApp sohbeti", "的 WhatsApp 聊天记录", "的WhatsApp聊天记录",
    "的 WhatsApp 聊天", "의 WhatsApp 대화",
)  # fmt: skip


def thread_of(source: Source, first_record: bytes) -> str:
    """The chat's name, the same in every export of the chat that carries one.

    A ``_chat.txt`` is named by the archive it lies in. A file name that WhatsApp did not give says
    nothing (two chats may both be ``chat.txt``): then the chat is called by a hash of its first
    record. Two such chats do not run together, and the same one brought twice does not double as
    long as both files begin with the same record.
    """
    for name in (source.name, source.archive):
        found = _name_in(name)
        if found:
            return found
    return "unnamed " + blake2b(first_record, digest_size=8).hexdigest()


def _name_in(file_name: str) -> str:
    """The chat's name in a file name WhatsApp gave; ``""`` for a name somebody else gave."""
    stem = bare(re.sub(r"\.(?:txt|zip)$", "", file_name.rpartition("/")[2], flags=re.IGNORECASE))
    for before in _BEFORE_NAME:
        if stem.startswith(before):
            return _without_copy(stem.removeprefix(before))
    for after in _AFTER_NAME:
        if _without_copy(stem).endswith(after):
            return bare(_without_copy(stem).removesuffix(after))
    return ""


def _without_copy(name: str) -> str:
    """``name`` without what a phone or browser adds to a second download: ``(1)``."""
    return bare(re.sub(r" ?\(\d{1,3}\)$", "", bare(name)))
