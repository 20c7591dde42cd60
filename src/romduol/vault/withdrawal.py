"""Withdrawal: her key is destroyed first, so that nothing of hers can be read, then her objects.

The moment is the signed register saying her key is destroyed. Before it everything is still there;
after it the next unlock removes the key file if a crash did not let us, and calling ``withdraw``
again removes what objects are left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from romduol.vault.keyring import Keyring
from romduol.vault.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal removed, this time. ``key``: false when it was gone already."""

    woman: str
    key: bool
    objects: tuple[str, ...]


def withdraw(
    keyring: Keyring, store: ObjectStore, woman: str, objects: Collection[str]
) -> Withdrawal:
    """Her keys and ``objects`` are gone, also after a power cut; safe to call again.

    ``objects`` are all names the index holds for her: sealed to her, and her identity card, which
    is sealed to the leads and is not closed by destroying her key. Copies on other disks stay.
    """
    already = woman in keyring.destroyed()
    keyring.destroy(woman)
    removed = tuple(name for name in sorted(objects) if store.remove(name))
    return Withdrawal(woman, not already, removed)
