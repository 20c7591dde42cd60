"""The words everyone here uses: frozen value types, the message schema, the vocabulary.

Every other package may import this one; this one imports none of them.
"""
