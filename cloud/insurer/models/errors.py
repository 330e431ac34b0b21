"""What can go wrong with claim models, and what to do.

ModelsError
├── MapError       the map names a key or column that is not there; the message lists those that are
├── BookError      a table cannot be read or holds nothing to fit; the message names the file and column
├── FitError       a model has no maximum on these rows; the message says which covariate to look at
└── SavedError     a saved model was changed, or the book lacks a column that it needs
"""

from cloud.errors import CloudError


class ModelsError(CloudError):
    """Claim models could not do what was asked."""


class MapError(ModelsError):
    """The map is wrong, or does not fit the table."""


class BookError(ModelsError):
    """A table cannot be read, or there is nothing in it to fit."""


class FitError(ModelsError):
    """A model cannot be fitted to these rows."""


class SavedError(ModelsError):
    """A saved model cannot be used."""
