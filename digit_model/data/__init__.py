"""The data, read, checked and split by person: MNIST, UNIPEN, drawings of one's own."""
