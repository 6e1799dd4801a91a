"""REST: the email log and whether the mail server works, for admins."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.account import mail_queries, mail_service
from rxapp.account.views import EmailPage, MailServerView
from rxapp.api.auth import allowed
from rxapp.api.ids import id_of
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.core.columns import WORD_LIMIT
from rxapp.notifications.registry import label_of

router = APIRouter(prefix="/account", tags=["account"])


Admin = Annotated[Actor, allowed(Permission.MANAGE_ACCOUNT, in_person=True)]


EmailId = Annotated[UUID, *id_of("email")]


_SHOWN: Any = {"enum": list(mail_queries.SHOWN)}


class SentAgain(BaseModel):
    """How many emails are sent again."""

    emails: int = Field(description="At most 500 at once", examples=[3])


@router.get("/mail-server")
async def get_mail_server(actor: Admin) -> MailServerView:
    """Whether emails go out, what is wrong if not, and how many of the account's are waiting."""
    return await database.read(mail_queries.mail_server, actor)


@router.get("/emails")
async def list_emails(
    actor: Admin,
    show: Annotated[
        str,
        Query(
            max_length=WORD_LIMIT,
            description="`undelivered`: given up, or waiting after a failure; or `all`",
            json_schema_extra=_SHOWN,
        ),
    ] = "undelivered",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EmailPage:
    """The account's emails, newest first: to whom, about what, and why one was not sent."""
    return await database.read(
        mail_queries.mails, actor, label_of=label_of, show=show, cursor=cursor, limit=limit
    )


@router.post("/emails/resend")
async def resend_emails(actor: Admin) -> SentAgain:
    """Send every email again that was given up."""
    return SentAgain(emails=await database.run(mail_service.resend_all, actor))


@router.post("/emails/{email_id}/resend", status_code=204)
async def resend_email(actor: Admin, email_id: EmailId) -> None:
    """Send an email again that was given up."""
    await database.run(mail_service.resend, actor, email_id)
