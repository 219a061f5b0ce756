"""The settings by concern, one file a group; ``model.Settings`` puts them together."""
