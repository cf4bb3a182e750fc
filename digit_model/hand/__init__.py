"""One person's handwriting, learnt beside the network."""
