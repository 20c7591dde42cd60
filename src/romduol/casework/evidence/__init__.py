"""How pieces of evidence stand to one another; two exports of one chat laid side by side."""
