"""One folder-level module per way of reaching a person."""
