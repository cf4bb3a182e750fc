"""Drives a server on this machine as visitors do, for tests, benchmarks and pictures."""
