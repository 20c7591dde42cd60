"""Coding projects of other programs, in and out: REFI-QDA 1.5 (.qdpx, .qdc)."""
