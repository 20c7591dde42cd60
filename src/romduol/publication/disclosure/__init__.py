"""Disclosure control of linked tables and of releases that follow one another."""
