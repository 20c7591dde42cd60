"""WACZ, the web archive that browsers' capture tools write: its pages listed, its digests proven.

``package`` verifies what ``datapackage.json`` promises; ``reader`` lists the pages. The captured
pages themselves (WARC) stay in the item, for a replay program.
"""

from romduol.intake.webarchive.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
