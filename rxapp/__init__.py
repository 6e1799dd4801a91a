"""ResolutionFlow: guided troubleshooting for IT support, with live escalation."""

VERSION = "0.1.0"
