"""Exports of an account: what they hold in memory, and what is left out."""

import json

from rxapp.account import belongings
from rxapp.account.archive import account_zip
from rxapp.account.belongings import EVERYTHING
from tests.support.many_rows import fill_large_trees


async def test_an_export_holds_few_documents_at_a_time(database, cast, monkeypatch):
    """Anybody may have an account, fill it with large trees, and have them exported at once."""
    account_id = cast.owner.actor.account_id
    with database.transaction() as db:
        fill_large_trees(db, account_id, 30)
    largest = 0
    page = belongings.page

    def measured(*args, **kwargs):
        nonlocal largest
        rows, after = page(*args, **kwargs)
        largest = max(largest, len(json.dumps(rows)))
        return rows, after

    monkeypatch.setattr(belongings, "page", measured)
    sent = b"".join([part async for part in account_zip(account_id)])
    assert len(sent) > 10_000
    assert largest < 2_000_000


def test_whatever_may_hold_a_secret_is_left_out_of_the_export():
    shown = {
        f"{each.name}.{column.name}"
        for each in EVERYTHING
        if each.exported
        for column in each.table.__table__.c
        if column.name not in each.hidden
    }
    assert not [
        name for name in shown if any(w in name for w in ("hash", "secret", "token_", "totp_last"))
    ]
