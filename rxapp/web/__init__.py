"""Shared Reflex parts: shell, guard, gateway, small components."""
