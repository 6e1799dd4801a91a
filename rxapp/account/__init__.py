"""The account's life: settings, export, retention, deletion, its mail log."""
