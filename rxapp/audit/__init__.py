"""Who did what to what, when and from where. Written with the change; never edited."""
