"""The custody log's rows: the same leaves as in ``log/``, with what opens their commitments."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField


class LogEntry(models.Model):
    """Entry ``index`` of the log. ``leaf`` is its canonical JSON.

    ``keys`` is the revision of the key register when the entry was written: a smaller one on disk
    means that the keys were set back. ``salt`` and ``fact`` open the leaf's commitment,
    SHA-256(salt + fact). After a withdrawal both are empty for every entry of hers: the tree still
    verifies and says nothing.
    """

    index = models.BigIntegerField(primary_key=True)
    subject = CodeField(db_index=True)
    leaf = models.BinaryField()
    salt = models.BinaryField()
    keys = models.BigIntegerField()
    fact = models.BinaryField()  # canonical JSON of ids, counts and hashes
