"""Public data, read, checked and split by person."""
