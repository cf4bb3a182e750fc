"""Numbers: which strokes or pieces of ink are one digit."""
