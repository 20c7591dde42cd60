"""What Tella (Android) exports: pictures, sounds and videos, each with a metadata file beside it.

The files themselves are read by their own readers. The metadata gives one message that names its
file, says when it was taken and which hash Tella wrote down; cells, networks, place and device
stay in the sealed original.
"""

from romduol.intake.tella.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
