"""How values of views travel to the browser where Reflex would write them otherwise than JSON."""

from datetime import datetime

import reflex as rx

from rxapp.core.moments import text_of


@rx.serializer(to=str, overwrite=True)
def moment(at: datetime) -> str:
    """Return the moment as the API writes it too."""
    return text_of(at)
