"""Submissions of forms that KoboToolbox or ODK export, as CSV or as a workbook with its repeats.

``columns`` tells questions from bookkeeping and from what is about a person, ``submissions`` makes
an answer of every cell, ``reader`` is the door. Who was asked, her telephone and where she was are
not read: they stay in the sealed original, and a note says how many columns that were.
"""

from romduol.intake.forms.reader import NAME, VERSION, FormPlan, dry_run, read, recognises

__all__ = ["NAME", "VERSION", "FormPlan", "dry_run", "read", "recognises"]
