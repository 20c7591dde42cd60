"""Messages and posts become suggestions: campaigns, pile-ons, retreat. Arrow in, Arrow out.

Everything here is a suggestion with its reason, the ids behind it and its method; a person decides.
"""
