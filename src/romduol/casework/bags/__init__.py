"""Evidence packed for one receiver, so that any BagIt program can check that nothing changed."""
