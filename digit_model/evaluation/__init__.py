"""What measures a network on people it never saw."""
