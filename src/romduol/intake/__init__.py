"""Bytes to messages: one reader a source, containers, recognition, positions, message ids. Pure.

Nothing here opens a path, holds a key or knows a book. A reader is given a stream and hands back
Arrow batches in the shape of ``casebook.evidence.MESSAGE``, and one last word: how it went.
"""
