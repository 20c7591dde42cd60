"""Messages come in; where to look first comes out, with reasons a person can read.

Triage ranks. It never filters, labels, hides or counts.
"""
