"""The audit log: who did what, when and from where. Written with the change; never edited."""
