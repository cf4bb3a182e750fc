"""What fits a network and everything that is fitted to it."""
