"""A mail server that requires a sign-in, encrypted or not, and records what was sent in clear."""

import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.mail import MailServer

USER, PASSWORD = "flow@example.com", "s3cret/with:signs"
ADDRESS_USER, ADDRESS_PASSWORD = "flow%40example.com", "s3cret%2Fwith%3Asigns"


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate, which is trusted where its file is named."""

    file: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> "Certificate":
        made = cls(folder / "certificate.pem", folder / "key.pem")
        options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        subject = ["-subj", "/CN=mail server", "-addext", f"subjectAltName={names}"]
        files = ["-keyout", str(made.key), "-out", str(made.file)]
        command = ["openssl", *options.split(), *subject, *files]
        subprocess.run(command, check=True, capture_output=True)
        return made

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


@dataclass
class SecureMailServer(MailServer):
    """Takes mail after a sign-in; ``how`` is ``starttls``, ``tls``, or ``clear`` for neither."""

    certificate: Certificate | None = None
    how: str = "starttls"
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    in_the_clear: bytes = b""

    @property
    def url(self) -> str:
        scheme = "smtps" if self.how == "tls" else "smtp"
        wish = "" if self.how == "tls" else "?starttls=true"
        return f"{scheme}://{ADDRESS_USER}:{ADDRESS_PASSWORD}@127.0.0.1:{self.port}{wish}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.encrypted.append(session.ssl is not None or self.how == "tls")
        return await super().handle_DATA(server, session, envelope)

    def _sign_in(self, server, session, envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        self.signed_in.append(given)
        return AuthResult(success=given == (USER, PASSWORD), handled=False)

    def start(self) -> None:
        context = self.certificate.context() if self.certificate else None
        self._controller = _Listening(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if self.how == "tls" else None,
            tls_context=context if self.how == "starttls" else None,
            require_starttls=self.how == "starttls",
            authenticator=self._sign_in,
            auth_required=self.how == "starttls",
            auth_require_tls=self.how == "starttls",
        )
        self._controller.start()


class _Listening(Controller):
    def factory(self) -> SMTP:
        mail_server: SecureMailServer = self.handler

        class Recorded(SMTP):
            def data_received(self, data: bytes) -> None:
                if self._tls_protocol is None and mail_server.how != "tls":
                    mail_server.in_the_clear += data
                super().data_received(data)

        return Recorded(self.handler, **self.SMTP_kwargs)
