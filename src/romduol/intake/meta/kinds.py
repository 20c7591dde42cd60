"""What a file of a Meta download is, by the keys it begins with."""

from __future__ import annotations

import re
from enum import Enum


class FileKind(Enum):
    """The kinds of file that are read, and those that are known and left alone."""

    THREAD = "thread"
    SEALED_THREAD = "end-to-end encrypted thread"
    PAGE = "page of a thread in HTML"
    POSTS = "posts"
    GROUP_POSTS = "posts in groups"
    COMMENTS = "comments"
    GROUP_COMMENTS = "comments in groups"
    GROUPS = "memberships"  # of groups, joined and left
    SEARCHES = "searches"  # read only when a person asks for it by name
    PEOPLE = "lists of other people"  # never read


KEYS = {
    b"comments_v2": FileKind.COMMENTS,
    b"comments": FileKind.COMMENTS,
    b"group_comments_v2": FileKind.GROUP_COMMENTS,
    b"group_posts_v2": FileKind.GROUP_POSTS,
    b"group_posts": FileKind.GROUP_POSTS,
    b"groups_joined_v2": FileKind.GROUPS,
    b"groups_joined": FileKind.GROUPS,
    b"searches_v2": FileKind.SEARCHES,
    b"searches": FileKind.SEARCHES,
}
_OF_PEOPLE = (
    "friends|received_requests|rejected_requests|sent_requests|deleted_friends|following|followers"
    "|blocked_users|address_book|contacts|friend_peer_group"
)
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_FIRST_KEY = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([a-z_0-9]+)"\s*:')
_PEOPLE = re.compile(_OF_PEOPLE.encode().join((rb"(?:", rb")_v[0-9]+")))
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')
_SENDER = re.compile(rb'"sender_name"\s*:')
_STAMP = re.compile(rb'"timestamp_ms"\s*:')
_THREAD = re.compile(rb'"thread_path"\s*:')
_PARTICIPANTS = re.compile(rb'"participants"\s*:\s*\[')
_SEALED = re.compile(rb'"(?:senderName|threadName)"\s*:')
_POST = re.compile(rb'"post"\s*:\s*"')
_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*\d')
_RECORD = re.compile(rb'"(?:data|attachments)"\s*:\s*\[')
LABELLED = re.compile(rb'"label_values"\s*:\s*\[')
_COMMENTS_FILE = re.compile(r"(?:your_)?comments(?:_in_groups)?(?:_\d+)?\.json", re.IGNORECASE)
_POSTS_FILE = re.compile(r"(?:your_posts|posts_on_other|your_pending_posts)\w*", re.IGNORECASE)
BLOCK = re.compile(
    rb'<(?:div|section)[^<>]* ?class="(?:pam _3-95 _2ph- _a6-g|_a6-g|pam _3-95 _2pi0 _2lej)[ "]'
)
_PAGE_TEXT = re.compile(rb'class="[^"]*(?:_a6-p|_2let)[^"]*"')
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.IGNORECASE)


def kind_of(head: bytes, name: str) -> FileKind | None:
    """The kind of a file that begins with ``head``; ``None`` when Meta wrote no such file."""
    if _OBJECT.match(head):
        return _of_object(head)
    if _LIST.match(head):
        return _of_list(head, name)
    if _HTML.match(head) and name.startswith("message") and BLOCK.search(head):
        return FileKind.PAGE if _PAGE_TEXT.search(head) else None
    return None


def _of_object(head: bytes) -> FileKind | None:
    if _MESSAGES.search(head) or _PARTICIPANTS.search(head):
        found = _of_thread(head)
        if found is not None:
            return found
    first = _FIRST_KEY.match(head)
    if first is None:
        return None
    if _PEOPLE.fullmatch(first[1]):
        return FileKind.PEOPLE
    known = KEYS.get(first[1])
    return known if first[1].endswith(b"_v2") or _TIMESTAMP.search(head) else None


def _of_thread(head: bytes) -> FileKind | None:
    if _SENDER.search(head) and _STAMP.search(head):
        return FileKind.THREAD
    if _SEALED.search(head):
        return FileKind.SEALED_THREAD
    if _THREAD.search(head) and _PARTICIPANTS.search(head):
        return FileKind.THREAD  # a thread that holds no message
    return None


def _of_list(head: bytes, name: str) -> FileKind | None:
    if LABELLED.search(head) and _TIMESTAMP.search(head):
        if _COMMENTS_FILE.fullmatch(name):
            return FileKind.COMMENTS
        return FileKind.POSTS if _POSTS_FILE.match(name) else None
    if not (_TIMESTAMP.search(head) and _RECORD.search(head)):
        return None
    return FileKind.POSTS if _POSTS_FILE.match(name) or _POST.search(head) else None
