"""The answer to a drawing."""
