"""A table at an https address, from a loopback server with a certificate of its own."""

import gzip
import http.server
import ssl
import subprocess
import threading
from collections.abc import Iterator

import pytest

from kadr.addresses import is_not_link_local, is_public
from kadr.collect.download import download, shown_url
from kadr.collect.files import read_file
from kadr.errors import SourceError
from kadr.sources import FileSource

BODY = "title\nПолынь\n".encode() * 1_000


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/films.csv?token=geheim")
        elif path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/films.csv")
        elif path in ("/films.csv", "/loop"):
            self.send_response(200 if path == "/films.csv" else 302)
            self.send_header("Location", "/loop")
            self.send_header("Content-Encoding", "gzip")
        else:
            self.send_response(404)
        body = gzip.compress(BODY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the openssl program to make a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd, pytest.MonkeyPatch.context() as patch:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        patch.setenv("REQUESTS_CA_BUNDLE", str(cert))
        patch.setenv("NO_PROXY", "*")
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"https://localhost:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def anywhere(_: str) -> bool:
    return True


def test_a_file_comes_whole_through_redirect_and_compression(server: str) -> None:
    assert download(f"{server}/films.csv", limit=10**6, allowed=anywhere) == BODY
    assert download(f"{server}/moved", limit=10**6, allowed=anywhere) == BODY


@pytest.mark.parametrize(
    ("path", "limit", "says"),
    [
        ("/films.csv?token=geheim", 5_000, "more than 5,000 bytes"),
        ("/none?token=geheim", 10**6, "answered 404"),
        ("/loop?token=geheim", 10**6, "redirected more than 5"),
        ("/away?token=geheim", 10**6, "only https"),
    ],
)
def test_refusals_keep_secrets(server: str, path: str, limit: int, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        download(server.replace("//", "//user:geheim@") + path, limit=limit, allowed=anywhere)
    assert "geheim" not in str(caught.value)


def test_the_own_network_is_out_of_bounds(server: str) -> None:
    with pytest.raises(SourceError, match="private network"):
        read_file(FileSource("ours", f"{server}/films.csv?token=geheim"))


def test_a_certificate_of_another_name_is_refused(server: str) -> None:
    with pytest.raises(SourceError, match="SSLError"):
        download(server.replace("localhost", "127.0.0.1") + "/films.csv", limit=10**6, allowed=anywhere)


@pytest.mark.parametrize("url", ["http://films.example/a.csv?k=geheim", "ftp://films.example/a.csv", "https:///a.csv"])
def test_only_https(url: str) -> None:
    with pytest.raises(SourceError, match="https") as caught:
        read_file(FileSource("ours", url))
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("169.254.169.254", False), ("::1", False), ("fe80::1%eth0", False), ("::ffff:127.0.0.1", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("192.168.0.1", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("2002:a00:1::1", False), ("2002:808:808::1", True),
        ("::127.0.0.1", False), ("fec0::1", False), ("ff02::1", False), ("fd00::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("fd00::1", True), ("8.8.8.8", True), ("64:ff9b::7f00:1", True),
        ("169.254.169.254", False), ("::ffff:169.254.169.254", False), ("fe80::1%eth0", False),
        ("64:ff9b::a9fe:a9fe", False), ("2002:a9fe:a9fe::1", False),
        ("fd00:ec2::254", False), ("100.100.100.200", False), ("64:ff9b::6464:64c8", False),
    ],
)  # fmt: skip
def test_addresses_of_the_own_network_but_not_where_a_cloud_tells_secrets(address: str, allowed: bool) -> None:
    assert is_not_link_local(address) is allowed
    assert allowed or not is_public(address)


def test_addresses_are_shown_without_user_and_query() -> None:
    assert shown_url("https://me:geheim@a.example:8443/x.csv?token=geheim#f") == "https://a.example:8443/x.csv"
    assert "geheim" not in shown_url("https://[geheim/x?geheim")
