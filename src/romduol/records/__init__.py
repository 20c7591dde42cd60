"""The index: codes, dates, decisions and pointers in one encrypted database. No words (law 1)."""
