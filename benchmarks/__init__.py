"""Measurements beside named peers, on the same files, in one run."""
