"""Files that cannot be used."""


class ModelError(RuntimeError):
    """A model file that cannot be used; the message names it and what to do."""


class DataError(ValueError):
    """Data that cannot be used; the message names the file and what to do."""
