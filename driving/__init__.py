"""A visitor, a browser and a server on this machine, for tests, benchmarks and pictures."""
