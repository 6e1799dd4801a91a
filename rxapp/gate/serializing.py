"""Serializers for values of views that Reflex would otherwise write differently from the API."""

from datetime import datetime

import reflex as rx

from rxapp.core.moments import text_of


@rx.serializer(to=str, overwrite=True)
def moment(at: datetime) -> str:
    """Return the moment in the form that the API uses."""
    return text_of(at)
