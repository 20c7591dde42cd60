"""The rules of the work: what a coding sheet may say, and what of it is refused and why."""
