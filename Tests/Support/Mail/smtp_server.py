"""A mail server that takes mail for everybody, does what the recipient's name says, and writes down what it took, a
line of JSON each, as Python's own parser reads it.

    smtp_server.py FILE [CERTIFICATE KEY {starttls,smtps} [USER PASSWORD]]

Prints its port. With a certificate nothing is taken in clear; with a user nothing without a login. Recipients:
refused@ (550), later@ (451), once@ (451 the first time), hang@ (no answer), spam@ (554 to the mail itself), silent@
(taken, and nothing is said of it), dropped@ (taken, and the connection ends), slow@ (taken after two seconds), bye@
(taken, and the session's end is not answered). All others are taken.
"""

import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

path = sys.argv[1]
certificate, key, form = (sys.argv[2:5] + [None] * 3)[:3]
user, password = (sys.argv[5:7] + [None] * 2)[:2]
seen = set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "refused":
            return "550 5.1.1 there is nobody called so"
        if name == "later" or name == "once" and address not in seen:
            seen.add(address)
            return "451 4.7.1 come back later"
        if name == "hang":
            await asyncio.sleep(600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        names = {address.split("@")[0] for address in envelope.rcpt_tos}
        if "spam" in names:
            return "554 5.7.1 this is not wanted"
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        text = next(part for part in parts if part.get_content_type() == "text/plain")
        taken = {
            "sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "isEncrypted": session.ssl is not None,
            "user": session.auth_data.decode() if session.authenticated else None,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "type": message.get_content_type(), "text": text.get_content(),
            "defects": [str(defect) for part in [message, *parts] for defect in part.defects],
            "longestLine": max(len(line) for line in raw.split(b"\r\n")),
            "attachments": [
                {"name": part.get_filename(), "type": part.get_content_type(),
                 "content": base64.b64encode(part.get_content()).decode()}
                for part in parts if part.get_content_disposition() == "attachment"],
        }
        with open(path, "a") as file:
            file.write(json.dumps(taken) + "\n")
        if "silent" in names:
            await asyncio.sleep(600)
        if "dropped" in names:
            server.transport.abort()
        if "slow" in names:
            await asyncio.sleep(2)
        session.hangs = "bye" in names
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        if getattr(session, "hangs", False):
            await asyncio.sleep(600)
        return "221 Bye"


def authenticate(server, session, envelope, mechanism, given):
    isRight = (given.login.decode(), given.password.decode()) == (user, password)
    return AuthResult(success=isRight, handled=False, auth_data=given.login)


async def serve():
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    isImplicit = form == "smtps"

    def session():
        # What an implicit TLS session is, aiosmtpd does not see: it would want STARTTLS before a login.
        return SMTP(
            Handler(), hostname="mx.example", tls_context=None if isImplicit else context,
            require_starttls=form == "starttls", authenticator=authenticate if user else None,
            auth_required=user is not None, auth_require_tls=not isImplicit)

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context if isImplicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
