"""PDF: the text layer, a row a page; where lines stand and how a page looks, when asked.

``pages`` is the only door to PDFium. Scanned pages are read by an engine when the options carry
one, as pictures are.
"""

from romduol.intake.documents.pages import Placed, lines, picture_of
from romduol.intake.documents.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "Placed", "lines", "picture_of", "read", "recognises"]
