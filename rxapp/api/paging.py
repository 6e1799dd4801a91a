"""Query parameters that lists share."""

from typing import Annotated

from fastapi import Query

from rxapp.core.paging import CURSOR_LIMIT

MAX_LIMIT = 200

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page")]
Cursor = Annotated[
    str | None, Query(max_length=CURSOR_LIMIT, description="`next_cursor` of the previous page")
]
