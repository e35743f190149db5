"""A web server of the test's own, with an OAuth token endpoint, that remembers what it was asked."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, CLIENT_SECRET = "client-1", "oauth-s3cret"


def self_signed(folder: Path) -> tuple[str, str]:
    """Files of a certificate for 127.0.0.1 that nobody vouches for, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "certificate.pem"), str(folder / "key.pem")


class Web:
    """What the server was asked, and what it is to say.

    Attributes:
        asked: Method, path, query, headers (names in lower case) and body of every request.
        tokens: How many access tokens were given.
        lifetime: `expires_in` of the tokens that are given.
        refuse: Statuses for the next requests of /orders, in order.
        release: Set it to end what /slow and /drip do.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.tokens = 0
        self.lifetime: Any = 3600
        self.refuse: list[int] = []
        self.release = threading.Event()
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = {"method": self.command, "path": self.path, "query": query, "headers": headers, "body": body}
        self.web.asked.append(asked)
        page = getattr(self, "page_" + parts.path.strip("/").replace("/", "_"), self.page_echo)
        page(asked)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = _any

    def say(self, status: int, body: bytes | str = b"", kind: str | None = "application/json", **more: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def page_echo(self, asked: dict[str, Any]) -> None:
        self.say(200, json.dumps({"method": asked["method"], "query": asked["query"], "body": asked["body"]}))

    def page_orders(self, asked: dict[str, Any]) -> None:
        status = self.web.refuse.pop(0) if self.web.refuse else 201
        self.say(status, json.dumps({"id": 7}) if status < 300 else f"no: {status}", X_Trace="a")

    def page_token(self, asked: dict[str, Any]) -> None:
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        grant = dict(parse_qsl(asked["body"])).get("grant_type") or asked["query"].get("grant_type")
        if asked["headers"].get("authorization") != wanted or grant != "client_credentials":
            self.say(401, json.dumps({"error": "invalid_client"}))
            return
        self.web.tokens += 1
        said = {"access_token": f"t0ken-{self.web.tokens}", "token_type": "bearer", "expires_in": self.web.lifetime}
        self.say(200, json.dumps(said))

    def page_nothing(self, asked: dict[str, Any]) -> None:
        self.say(200, "{}")

    def page_text(self, asked: dict[str, Any]) -> None:
        self.say(200, "caf\xe9".encode("latin-1"), "text/plain; charset=latin-1")

    def page_broken(self, asked: dict[str, Any]) -> None:
        self.say(200, "{not json")

    def page_empty(self, asked: dict[str, Any]) -> None:
        self.say(204, kind=None)

    def page_image(self, asked: dict[str, Any]) -> None:
        self.say(200, b"\x89PNG", "image/png")

    def page_bytes(self, asked: dict[str, Any]) -> None:
        self.say(200, b"\xff\xfe\x00", "text/plain")

    def page_huge(self, asked: dict[str, Any]) -> None:
        self.say(200, b"x" * 300_000, "text/plain")

    def page_moved(self, asked: dict[str, Any]) -> None:
        self.say(302, "elsewhere", "text/plain", Location="/orders")

    def page_slow(self, asked: dict[str, Any]) -> None:
        self.web.release.wait(30)
        self.close_connection = True

    def page_drip(self, asked: dict[str, Any]) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while not self.web.release.wait(0.02):
                self.wfile.write(b".")
        except OSError:
            return

    def page_garbage(self, asked: dict[str, Any]) -> None:
        self.wfile.write(b"this is no HTTP\r\n\r\n")
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def web_server(certificate: tuple[str, str] | None = None) -> Iterator[Web]:
    """A running server; it ends with the block.

    Args:
        certificate: Files of a certificate and its key, for https.
    """
    web = Web()
    server = _Server(("127.0.0.1", 0), type("Bound", (Handler,), {"web": web}))
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    web.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
