"""The ledger of who was asked to act and what they did: its steps, its sheets, its measures."""
