"""What can go wrong with the feed, under CloudError: FeedError, whose text names the file or key and what to do."""

from cloud.errors import CloudError


class FeedError(CloudError):
    """A period could not be closed, built or delivered; nothing of it was published."""
