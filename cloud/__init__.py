"""The service that watches over the cars."""
