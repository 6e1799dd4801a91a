"""Decision trees: documents, versions, search, starter content."""
