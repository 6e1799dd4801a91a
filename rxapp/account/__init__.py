"""The account itself: settings, export, retention, deletion, its email log."""
