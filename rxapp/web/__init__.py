"""What pages are made of: shell, form fields, dialogs, small parts, widgets."""
