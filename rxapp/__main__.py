"""``python -m rxapp``."""

from rxapp.cli import main

raise SystemExit(main())
