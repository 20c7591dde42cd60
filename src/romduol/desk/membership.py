"""Members, grants and recovery: who can open the book, and whose record each can read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from romduol.casebook.troubles import WrongUsage
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.opening import KEYS, Book, adopt, require_whole
from romduol.desk.women import find
from romduol.records.models import Grant, Member, Woman
from romduol.vault.keyring import Keyring
from romduol.vault.passphrases import new_passphrase

NAME_LENGTH = 40


class MemberNameUnusable(WrongUsage):
    """A member's name is empty, too long, or holds control characters."""


class MemberNameTaken(WrongUsage):
    """Another member already has this name."""


class UnknownMember(WrongUsage):
    """No member of the book has that name or code."""


class RemovingOneself(WrongUsage):
    """A member asked to remove the slot they are working with."""


class LastMember(WrongUsage):
    """The last member, or the last lead, cannot be removed."""


def require_usable(name: str) -> None:
    """Raises ``MemberNameUnusable``."""
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable() or name != name.strip():
        raise MemberNameUnusable(length=NAME_LENGTH)


def add_row(code: str, name: str, *, lead: bool) -> Member:
    """The index's row for a member whose slot exists."""
    return Member.objects.create(code=code, name=name, lead=lead, added=now())


def find_member(name_or_code: str) -> Member:
    """The member of that name or code; raises ``UnknownMember``."""
    member = (
        Member.objects.filter(name=name_or_code).first()
        or Member.objects.filter(code=name_or_code).first()
    )
    if member is None:
        raise UnknownMember
    return member


def me(book: Book) -> Member:
    """The member who opened the book."""
    return Member.objects.get(code=book.keyring.member)


def add(book: Book, name: str, *, lead: bool = False, passphrase: str = "") -> tuple[Member, str]:
    """A new member with a passphrase slot of their own; returns the passphrase, generated if none
    was chosen. They can read no woman until granted."""
    require_usable(name)
    if Member.objects.filter(name=name).exists():
        raise MemberNameTaken
    chosen = bool(passphrase)
    passphrase = passphrase or new_passphrase()
    with acting(book, "member") as act:
        code = book.keyring.add_member(passphrase, lead=lead, chosen=chosen)
        member = add_row(code, name, lead=lead)
        act.about(code, lead=lead)
    return member, passphrase


def remove(book: Book, name: str) -> Member:
    """The member's slot is gone and what comes next is sealed without them."""
    member = find_member(name)
    if member.code == book.keyring.member:
        raise RemovingOneself
    with book.alone():
        _remove(book, member)
    return member


def _remove(book: Book, member: Member) -> None:
    """Also finishes a removal that a crash cut short between the keys and the index."""
    held = book.keyring.members()
    if not any(book.keyring.is_lead(code) for code in held if code != member.code):
        raise LastMember
    with acting(book, "member-removed") as act:
        if member.code in held:
            book.keyring.remove_member(member.code)
        Grant.objects.filter(member=member).delete()
        Member.objects.filter(pk=member.pk).update(lead=False)
        act.about(member.code)


def everyone(book: Book) -> list[tuple[Member, list[str]]]:
    """Every member who has a slot, each with the aliases of the women they can read."""
    slots = book.keyring.members()
    members = Member.objects.filter(code__in=slots).order_by("pk")
    return [(one, sorted(one.grants.values_list("woman__alias", flat=True))) for one in members]


def forget_me(book: Book) -> str:
    """This member's slot on this laptop is gone; the recovery sheet brings them back."""
    code = book.keyring.member
    with acting(book, "forget") as act:
        act.about(code)
    book.keyring.forget_this_laptop()
    return code


def grant(book: Book, name: str, alias: str) -> Grant:
    """Open her key with mine, seal it to them too."""
    member, woman = find_member(name), find(alias)
    with acting(book, "grant") as act:
        book.keyring.grant(woman.code, member.code)
        held, _ = Grant.objects.get_or_create(woman=woman, member=member, defaults={"since": now()})
        act.about(woman.code, member=member.code)
    return held


def revoke(book: Book, name: str, alias: str) -> None:
    """A new key for what comes next; what they could already read stays readable to them."""
    member, woman = find_member(name), find(alias)
    with acting(book, "revoke") as act:
        book.keyring.revoke(woman.code, member.code)
        Grant.objects.filter(woman=woman, member=member).delete()
        act.about(woman.code, member=member.code)


def recover(folder: Path, sheets: Sequence[str], name: str) -> tuple[Book, Member, str]:
    """From the printed sheet (or two shares of three): a new member slot that opens everything."""
    require_usable(name)
    require_whole(folder)
    passphrase = new_passphrase()
    keyring = Keyring.recover(folder / KEYS, sheets, passphrase, chosen=False)
    book = adopt(folder, keyring)
    with acting(book, "recover") as act:
        member = add_row(keyring.member, _free_name(name), lead=True)
        for woman in Woman.objects.filter(code__in=keyring.women()):
            Grant.objects.create(woman=woman, member=member, since=now())
        act.about(member.code)
    return book, member, passphrase


def _free_name(name: str) -> str:
    taken = set(Member.objects.values_list("name", flat=True))
    tries = [name, *(f"{name} {n}" for n in range(2, len(taken) + 3))]
    return next(one for one in tries if one not in taken)
