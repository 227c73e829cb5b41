"""A small OpenID Connect provider on loopback, and the messages of a SAML one, for tests."""

import base64
import datetime
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

CLIENT, SECRET = "bpm-influence", "a-long-secret-that-both-sides-know-well"
ENTITY = "https://idp.example/entity"


class OpenIdProvider(ThreadingHTTPServer):
    """Vouches for `person` in groups `groups`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.person, self.groups = "lena", ["bpm-change"]

    def claims(self):
        now = int(time.time())
        return {
            "iss": self.address, "aud": CLIENT, "sub": self.person, "iat": now, "exp": now + 300,
            "preferred_username": self.person, "groups": self.groups,
        }  # fmt: skip

    def described(self):
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
        }


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        path = urlsplit(self.path).path
        self._send(self.server.claims() if path == "/userinfo" else self.server.described())

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        basic = self.headers.get("Authorization", "").removeprefix("Basic ")
        known = SECRET in base64.b64decode(basic).decode() or sent.get("client_secret") == [SECRET]
        if not known:
            self.send_error(401)
            return
        token = jwt.encode(self.server.claims(), SECRET, "HS256")
        self._send({"access_token": "access", "token_type": "Bearer", "id_token": token})

    def _send(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@contextmanager
def running_provider():
    """Run an OpenID Connect provider while the block lasts."""
    provider = OpenIdProvider()
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()


def make_certificate():
    """Return (key, certificate) as PEM texts."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def saml_response(key, certificate, *, person, groups, request_id, recipient, audience):
    """Return a signed answer of a SAML identity provider, as a browser posts it."""
    now = datetime.datetime.now(datetime.UTC)
    moment, later = (f"{t:%Y-%m-%dT%H:%M:%SZ}" for t in (now, now + datetime.timedelta(minutes=5)))
    values = "".join(f"<saml:AttributeValue>{group}</saml:AttributeValue>" for group in groups)
    assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0"
 IssueInstant="{moment}"><saml:Issuer>{ENTITY}</saml:Issuer>
<saml:Subject><saml:NameID>{person}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{later}" Recipient="{recipient}" InResponseTo="{request_id}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{moment}" NotOnOrAfter="{later}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{moment}" SessionIndex="_s1"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="groups">{values}</saml:Attribute></saml:AttributeStatement>
</saml:Assertion>"""
    signed = OneLogin_Saml2_Utils.add_sign(
        assertion, key, certificate, sign_algorithm=OneLogin_Saml2_Constants.RSA_SHA256,
        digest_algorithm=OneLogin_Saml2_Constants.SHA256,
    )  # fmt: skip
    signed = signed.decode() if isinstance(signed, bytes) else signed
    response = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="{moment}"
 Destination="{recipient}" InResponseTo="{request_id}"><saml:Issuer>{ENTITY}</saml:Issuer><samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
{signed}</samlp:Response>"""
    return base64.b64encode(response.encode()).decode()
