"""Look inside: a drawing's way through the network."""
