"""How the shipped heads are made: ``make heads``."""
