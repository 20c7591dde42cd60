"""What a file of an Instagram download is, by the keys it begins with."""

from __future__ import annotations

import re
from enum import Enum

from romduol.intake.meta import kinds as meta


class FileKind(Enum):
    """The kinds of file that are read, and those that are known and left alone."""

    THREAD = "thread"
    PAGE = "page of a thread in HTML"
    POSTS = "posts"
    COMMENTS = "comments"
    LIKED_COMMENTS = "liked comments"
    PRIVACY = "account"  # when it was closed or opened
    PEOPLE = "lists of other people"  # never read


KEYS = {
    b"comments_media_comments": FileKind.COMMENTS,
    b"comments_reels_comments": FileKind.COMMENTS,
    b"likes_comment_likes": FileKind.LIKED_COMMENTS,
    b"account_history_account_privacy_history": FileKind.PRIVACY,
}
_FIRST_KEY = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([a-z_0-9]+)"\s*:')
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_PEOPLE = re.compile(rb"relationships_[a-z_]+|contacts_contact_info")
_FOLDER = re.compile(rb'"your_instagram_activity/')
_COMMENTS_FILE = re.compile(r"(?:post|reels)_comments", re.IGNORECASE)
_POSTS_FILE = re.compile(r"posts_\d+\.json", re.IGNORECASE)


def kind_of(head: bytes, name: str) -> FileKind | None:
    """The kind of a file that begins with ``head``; ``None`` when nothing says Instagram.

    A thread that does not name the platform is no other than Messenger's: ``None``.
    """
    first = _FIRST_KEY.match(head)
    if first is not None and first[1] in KEYS:
        return KEYS[first[1]]
    if first is not None and _PEOPLE.fullmatch(first[1]):
        return FileKind.PEOPLE
    if _LIST.match(head):
        return _of_list(head, name)
    return thread_kind(head, name) if _FOLDER.search(head) else None


def thread_kind(head: bytes, name: str) -> FileKind | None:
    """Whether the file is a thread or the page of one, on whatever platform."""
    same = {meta.FileKind.THREAD: FileKind.THREAD, meta.FileKind.PAGE: FileKind.PAGE}
    found = meta.kind_of(head, name)
    return same.get(found) if found else None


def _of_list(head: bytes, name: str) -> FileKind | None:
    if meta.LABELLED.search(head):
        if _COMMENTS_FILE.match(name):
            return FileKind.COMMENTS
        return FileKind.POSTS if _POSTS_FILE.fullmatch(name) else None
    if b'"string_map_data"' in head and _COMMENTS_FILE.match(name):
        return FileKind.COMMENTS
    if b'"string_list_data"' in head:
        return FileKind.PEOPLE
    if b'"creation_timestamp"' in head and _POSTS_FILE.fullmatch(name):
        return FileKind.POSTS
    return None
