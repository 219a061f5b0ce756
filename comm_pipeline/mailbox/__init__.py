"""Mail that comes in: how it is fetched, read and told apart. Nothing here knows campaigns."""
