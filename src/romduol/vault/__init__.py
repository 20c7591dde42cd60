"""Keys, sealed objects and the custody log of one book: folders and sealed bytes, no database.

Read ``keyring`` for who can open what, ``objects`` for how a thing is kept, ``log`` for how a later
change would show, ``proofs`` for what anyone can check without the book.
"""
