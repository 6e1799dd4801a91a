"""Connects the features with each other, for whatever serves them: pages, API, commands."""

from urllib.parse import urlsplit

from fastapi import APIRouter

from rxapp.account import api as account_api
from rxapp.account import mail_api
from rxapp.audit import api as audit_api
from rxapp.drafts import api as drafts_api
from rxapp.editor import api as editor_api
from rxapp.handoffs import api as handoffs_api
from rxapp.handoffs import notices
from rxapp.handoffs.closing_service import follow_session
from rxapp.library import api as tree_api
from rxapp.library import catalog_api, shelf_api, starter_api, synonyms_api
from rxapp.members import api as member_api
from rxapp.own_settings import api as settings_api
from rxapp.sessions import api as sessions_api
from rxapp.sessions.hold_service import on_change
from rxapp.settings import settings
from rxapp.sign_in import api as accounts_api
from rxapp.sign_in import browser_api
from rxapp.sign_in import notices as account_notices
from rxapp.versions import api as version_api


def connect_features() -> None:
    """Register what features do when something happens in another. Calling it twice is harmless."""
    on_change(follow_session)
    base_url = settings().base_url
    mail_domain = urlsplit(base_url).hostname or "localhost"
    for feature in (account_notices, notices):
        feature.register(base_url=base_url, mail_domain=mail_domain)


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of every feature, in the order of the documentation."""
    return (
        accounts_api.router,
        browser_api.router,
        settings_api.router,
        tree_api.router,
        shelf_api.router,
        catalog_api.router,
        synonyms_api.router,
        drafts_api.router,
        version_api.router,
        version_api.browser,
        editor_api.router,
        starter_api.router,
        starter_api.browser,
        sessions_api.router,
        sessions_api.browser,
        handoffs_api.router,
        member_api.router,
        account_api.router,
        account_api.browser,
        mail_api.router,
        audit_api.router,
        audit_api.browser,
    )
