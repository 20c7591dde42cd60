"""A WhatsApp "Export chat" in, messages out; every layout a phone may write it in.

The walk: ``sniffing`` finds how the file is written, ``ordering`` decides day or month first from
all of it, ``windows`` hands it out in stretches, ``scanning`` finds the records in one, ``clock``,
``markers`` and ``rows`` make the batch, and ``positions`` holds it all to the byte.
"""

from __future__ import annotations

from romduol.intake.whatsapp.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
