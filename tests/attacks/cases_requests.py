"""What somebody tries with requests: other sites, names, addresses, sizes, verbs, and text that is script elsewhere."""

from __future__ import annotations

import http.client
import json
import re
import socket
import sys
import time

TABLE = sys.modules["cxm_scene"].Table()
attack = TABLE.attack
EVIL = "https://evil.example"


def levels(visitor, campaign):
    """Return what is saved for somebody: question to level."""
    return {one["question"]: one["level"] for one in visitor.get(f"/c/{campaign}/answers").json()["saved"]}


def raw(scene, data, *, wait=10.0):
    """Send bytes, return what comes back until the server closes or `wait` seconds have passed."""
    with socket.create_connection(("127.0.0.1", scene.server.port), timeout=wait) as stream:
        try:
            stream.sendall(data)
            told = b""
            while piece := stream.recv(65536):
                told += piece
        except (TimeoutError, ConnectionError):
            pass
        return told


@attack("another site posts an answer through Bob's browser", "nothing is saved", "app.origin")
def cross_site_answer(scene):
    before = levels(scene.bob, scene.campaign)
    event = {"question": "advocacy", "state": "level", "level": 5, "device": "evil", "sequence": 1}
    path, body = f"/c/{scene.campaign}/answers", {"events": [event]}
    for headers in (
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": None, "Sec-Fetch-Site": "cross-site"},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"Origin": scene.server.origin + ".evil.example"},
        {"Origin": scene.server.origin, "Sec-Fetch-Site": "cross-site"},
    ):
        assert scene.bob.json(path, body, **headers).status == 403, headers
    assert levels(scene.bob, scene.campaign) == before


@attack("another site posts a plain form, which needs no permission", "nothing is saved", "app.origin")
def cross_site_form(scene):
    before = levels(scene.bob, scene.campaign)
    for fields in ({"advocacy.choice": "5"}, {"advocacy.choice": "5", "form_token": "0" * 32}):
        for headers in ({"Origin": EVIL}, {"Origin": "null"}, {"Origin": None}):
            assert scene.bob.post(f"/c/{scene.campaign}/answers", fields, **headers).status == 403
    assert levels(scene.bob, scene.campaign) == before


@attack("JSON sent as plain text, as another site can without asking", "nothing is saved", "app.header")
def json_as_text(scene):
    before = levels(scene.bob, scene.campaign)
    event = {"question": "advocacy", "state": "level", "level": 5, "device": "evil", "sequence": 1}
    path, body = f"/c/{scene.campaign}/answers", {"events": [event]}
    for headers in ({"X-CXM": None}, {"X-CXM": "0"}, {"X-CXM": None, "Content-Type": "text/plain"}):
        assert scene.bob.json(path, body, **headers).status == 403
    assert levels(scene.bob, scene.campaign) == before


@attack("another site makes Bob's browser enter with Mallory's link", "Bob stays Bob", "app.origin")
def login_cross_site(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    before = scene.bob.secret
    assert scene.bob.post(f"/i/{token}", {}, Origin=EVIL).status == 403
    assert scene.bob.post(f"/o/{scene.campaign}", {}, Origin=EVIL).status == 403
    assert scene.bob.secret == before


@attack(
    "another site ends Bob's session, erases his answers, invites in the consultant's name",
    "nothing happens",
    "app.origin",
)
def cross_site_actions(scene):
    invitations = len(scene.server.store.invitations(scene.campaign))
    assert scene.bob.post("/leave", {}, Origin=EVIL).status == 403
    assert scene.bob.post(f"/c/{scene.campaign}/erase", {"sure": "yes"}, Origin=EVIL).status == 403
    path = f"/consultant/{scene.campaign}/invite"
    assert scene.consultant.post(path, {"role": "respondent"}, Origin=EVIL).status == 403
    assert levels(scene.bob, scene.campaign)
    assert len(scene.server.store.invitations(scene.campaign)) == invitations


@attack("another site loads a page or data of Bob's in the background", "refused", "app.origin")
def cross_site_reading(scene):
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
    for path in (
        f"/c/{scene.campaign}/answers",
        f"/c/{scene.campaign}/result.pdf",
        f"/c/{scene.campaign}/explore",
    ):
        assert scene.bob.get(path, **headers).status == 403
    assert scene.bob.get(f"/c/{scene.campaign}/answers").header("Access-Control-Allow-Origin") == ""


@attack("a page of ours inside a frame of another site", "no page may be framed")
def framing(scene):
    for path in ("/", f"/c/{scene.campaign}/", f"/c/{scene.campaign}/result", "/nothing"):
        reply = scene.bob.get(path)
        assert "frame-ancestors 'none'" in reply.header("Content-Security-Policy")
        assert reply.header("X-Frame-Options") == "DENY"


@attack("a script put into a page by any other way", "the policy of every page runs none but ours")
def policies(scene):
    for path, visitor in (
        ("/", scene.mallory), (f"/c/{scene.campaign}/", scene.bob), (f"/c/{scene.campaign}/result", scene.bob),
        (f"/s/{scene.campaign}/", scene.sponsor), ("/consultant/", scene.consultant), ("/nothing", scene.mallory),
        (f"/c/{scene.campaign}/notice", scene.mallory), (f"/consultant/{scene.campaign}/", scene.consultant),
        (f"/consultant/{scene.campaign}/comparison", scene.consultant), ("/health", scene.mallory),
    ):  # fmt: skip
        policy = visitor.get(path).header("Content-Security-Policy")
        assert "default-src 'none'" in policy, path
        assert "script-src 'self';" in policy, path
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    visitor = scene.server.visitor("respondent")
    policy = visitor.open_page(f"/c/{scene.campaign}/explore")[1].header("Content-Security-Policy")
    visitor.post("/leave", {})
    assert "script-src 'self' blob:" in policy
    assert "unsafe-eval" not in policy


@attack("another name in Host, as DNS rebinding does", "refused", "app.host")
def host_header(scene):
    for host in ("evil.example", f"evil.example:{scene.server.port}", "", "127.0.0.1.evil.example", "localhost.evil.example",
                 "evil.example@127.0.0.1", "cx.example.test.evil.example", "[::ffff:1.2.3.4]"):  # fmt: skip
        for path in ("/", f"/c/{scene.campaign}/", "/assets/00000000/tokens.css", "/nothing"):
            reply = scene.bob.get(path, Host=host)
            assert reply.status in {400, 421}, (host, path)


@attack(
    "this computer's names in Host, behind a proxy",
    "only the public name is answered; health may be asked",
    None,
)
def loopback_host(scene):
    status = scene.mallory.get("/", Host=f"127.0.0.1:{scene.server.port}").status
    assert status == (421 if scene.server.public else 200)
    assert scene.mallory.get("/health", Host="localhost").status == 200


@attack(
    "X-Forwarded-Host and X-Forwarded-Proto, to change the links that the server writes", "the links are ours"
)
def forwarded_host(scene):
    headers = {
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "gopher",
        "Forwarded": "host=evil.example",
    }
    reply = scene.bob.json(f"/c/{scene.campaign}/elsewhere", {}, **headers)
    assert reply.status == 200
    assert reply.json()["url"].startswith(f"{scene.server.origin}/i/")
    page = scene.consultant.get(f"/consultant/{scene.campaign}/", **headers).text
    assert f"{scene.server.origin}/o/{scene.campaign}" in page
    assert "evil.example" not in page


@attack("a false X-Forwarded-For, to escape the limit of guesses", "the true address is counted", "app.rate")
def forwarded_for(scene):
    statuses = set()
    for number in range(110):
        visitor = scene.mallory
        visitor.address = f"10.9.{number}.1, 192.0.2.55" if scene.server.public else "192.0.2.55"
        headers = {} if scene.server.public else {"X_Forwarded_For": f"10.9.{number}.1"}
        statuses.add(visitor.get(f"/i/guess{number}", **headers).status)
    assert 429 in statuses


@attack("a redirect to another site by the address", "no redirect leaves the site")
def open_redirect(scene):
    for path in ("//evil.example/", "//evil.example/c/x/", "/\\evil.example", f"/?next={EVIL}", f"/leave?next={EVIL}",
                 f"/i/x?next={EVIL}", "/%2f%2fevil.example", f"/c/{scene.campaign}//evil.example"):  # fmt: skip
        reply = scene.bob.get(path)
        assert not re.match(r"https?:|//|\\", reply.header("Location")), path
    reply = scene.server.visitor("respondent").post("/leave", {"next": EVIL})
    assert (reply.status, reply.header("Location")) == (303, "/")


@attack("line breaks in a language, a name, a header, to add headers of one's own", "none is added")
def header_injection(scene):
    for path in ("/?lang=fr%0d%0aSet-Cookie:%20evil=1", "/o/x%0d%0aSet-Cookie:%20evil=1",
                 f"/c/{scene.campaign}/notice?lang=%0d%0aX-Evil:1"):  # fmt: skip
        reply = scene.bob.get(path)
        assert "evil" not in reply.header("Set-Cookie")
        assert not reply.header("X-Evil")


@attack("verbs that no address takes", "refused", "app.method")
def verbs(scene):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"):
        for path in (
            "/",
            f"/c/{scene.campaign}/answers",
            "/i/x",
            "/health",
            "/assets/00000000/tokens.css",
            "/nothing",
        ):
            assert scene.bob.send(method, path).status in {400, 405}, (method, path)


@attack("GET on what changes something, POST on what is read", "refused", "app.method")
def wrong_verbs(scene):
    for path in ("finish", "function", "language", "elsewhere", "erase"):
        assert scene.bob.get(f"/c/{scene.campaign}/{path}").status == 405
    for path in ("/", f"/c/{scene.campaign}/", f"/c/{scene.campaign}/result", "/consultant/", "/health"):
        assert scene.bob.post(path, {}).status == 405
    assert scene.bob.get("/leave").status == 405


@attack("a verb changed by a header or a field", "the verb sent is the one that counts", "app.method")
def verb_override(scene):
    headers = {"X_HTTP_Method_Override": "POST", "X_Method_Override": "POST"}
    assert scene.bob.get(f"/c/{scene.campaign}/finish?_method=POST", **headers).status == 405


@attack("a body larger than the address takes", "refused", "app.large")
def large_body(scene):
    event = {
        "question": "advocacy",
        "state": "level",
        "level": 5,
        "device": "d",
        "sequence": 1,
        "sentence": "x" * 90_000,
    }
    assert scene.bob.json(f"/c/{scene.campaign}/answers", {"events": [event]}).status == 413
    assert scene.bob.json(f"/c/{scene.campaign}/language", {"language": "x" * 20_000}).status == 413
    assert scene.mallory.post("/i/x", {"a": "x" * 20_000}).status == 413
    assert scene.mallory.post("/nothing", {"a": "x" * 20_000}).status == 413


@attack(
    "a body larger than the server takes, whole or in chunks without end",
    "the connection is cut",
    "http.malformed",
)
def endless_body(scene):
    head = f"POST /leave HTTP/1.1\r\nHost: {scene.server.host}\r\nOrigin: {scene.server.origin}\r\n"
    told = raw(scene, f"{head}Content-Length: 99999999\r\n\r\n".encode() + b"x" * 1000)
    assert told == b"" or b" 400 " in told
    chunks = b"".join(b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(8))
    told = raw(scene, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks)
    assert told == b"" or b" 400 " in told


@attack(
    "two lengths, a length and chunks, to smuggle a second request", "the connection is cut", "http.malformed"
)
def smuggling(scene):
    head = f"POST /leave HTTP/1.1\r\nHost: {scene.server.host}\r\nOrigin: {scene.server.origin}\r\n"
    for lengths in (
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    ):
        told = raw(scene, f"{head}{lengths}\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert b'"status"' not in told


@attack("headers of 64 kB", "the connection is cut", "http.malformed")
def large_headers(scene):
    told = raw(scene, f"GET / HTTP/1.1\r\nHost: {scene.server.host}\r\nX-Big: {'x' * 65536}\r\n\r\n".encode())
    assert b"200 OK" not in told


@attack(
    "headers sent slowly and never ended, fifty at once",
    "the server keeps answering, and cuts them (after 20 s, by its settings)",
)
def slow_headers(scene):
    assert scene.mallory.get("/health").status == 200
    for stream in scene.slow_headers:
        if not scene.server.public:  # behind a proxy, it is the proxy that cuts
            assert stream.recv(10) == b""
        stream.close()


@attack("a body announced and never sent", "the connection is cut; the server keeps answering")
def slow_body(scene):
    assert scene.mallory.get("/health").status == 200
    with scene.slow_body as stream:
        assert stream.recv(10) == b""


@attack("paths that climb out of the folder of our files", "nothing outside is served", "app.not_found")
def asset_traversal(scene):
    for path in (
        "../security.py", "..%2fsecurity.py", "%2e%2e/security.py", "..%5csecurity.py", "....//security.py",
        "%252e%252e%252fsecurity.py", "/etc/passwd", "tokens.css%00.js", "tokens.css/../../security.py", ".", "..",
        "theme-zzzzzz.css", "theme-00000.css", "x" * 290, "cards.js/", "..;/security.py", "\u00e9.css".encode().hex(),
    ):  # fmt: skip
        reply = scene.mallory.get(f"/assets/{'0' * 16}/{path}")
        assert reply.status in {400, 404}, path
        assert b"import" not in reply.body


@attack(
    "JSON that is none: nested without end, not-a-number, a list, a half character, huge numbers",
    "refused, nothing saved",
    "app.body",
)
def odd_json(scene):
    before = levels(scene.bob, scene.campaign)
    event = {"question": "advocacy", "state": "level", "level": 5, "device": "d", "sequence": 77}
    bodies = [
        b"[" * 30_000, b'{"events":' * 5000, b'{"events": NaN}', b"[]", b'"x"', b"", b"\xff\xfe", b'{"events": {}}',
        b'{"events": [], "more": 1}', b'{"events": [null]}', b'{"events": [1]}',
    ]  # fmt: skip
    changes = (
        {"level": 6}, {"level": 0}, {"level": "5"}, {"level": True}, {"level": 3.0}, {"level": [5]}, {"sequence": -1},
        {"sequence": 10**30}, {"sequence": 1.5}, {"sequence": "1"}, {"device": ""} | {"device": None}, {"state": "x"},
        {"question": None}, {"question": "nothing"}, {"sentence": "a\x00b"}, {"sentence": "\ud800"}, {"lead": 5},
        {"criteria": "x"}, {"criteria": ["nothing"]}, {"made_at": 5}, {"base": -1}, {"respondent": "r"},
        {"sentence": "x" * 300},
    )  # fmt: skip
    bodies += [json.dumps({"events": [{**event, **wrong}]}).encode() for wrong in changes]
    for body in bodies:
        reply = scene.bob.json(f"/c/{scene.campaign}/answers", body)
        assert reply.status == 400, body[:100]
        assert reply.json()["problems"][0]["message"]
        time.sleep(0.02)
    assert levels(scene.bob, scene.campaign) == before


@attack("one wrong answer among good ones", "none is saved: all or nothing")
def all_or_nothing(scene):
    event = {"state": "level", "level": 4, "device": "d9"}
    events = [{**event, "question": "trust", "sequence": 1}, {**event, "question": "nothing", "sequence": 2}]
    visitor = scene.server.visitor("respondent")
    assert visitor.json(f"/c/{scene.campaign}/answers", {"events": events}).status == 400
    assert levels(visitor, scene.campaign) == {}


@attack("a flood of saves", "beyond the rate they are refused, and said to be", "app.rate")
def save_flood(scene):
    visitor = scene.server.visitor("respondent")
    replies = []
    while len(replies) < 3000 and (
        not replies or replies[-1].status != 429
    ):  # a slow server is given more time
        replies.append(visitor.answer("advocacy", 1 + len(replies) % 5, len(replies) + 1))
    saved = [number for number, reply in enumerate(replies) if reply.status == 200]
    late = [reply for reply in replies if reply.status == 429]
    assert late
    assert all(reply.header("Retry-After") for reply in late)
    assert levels(visitor, scene.campaign) == {} or saved


@attack("a flood of refusals, to fill the disk through the trail", "a few lines and a count")
def refusal_flood(scene):
    before = len(scene.server.store.audit_entries())
    for number in range(300):
        scene.mallory.get(f"/nothing/{number}")
    assert len(scene.server.store.audit_entries()) - before < 10


@attack("the server's name and version, and what its errors tell", "neither is said")
def banners(scene):
    for path in ("/", "/nothing", "/i/x", f"/c/{scene.campaign}/", "/health", "/api/kernels/x"):
        reply = scene.mallory.get(path)
        assert not reply.header("Server")
        assert not re.search(r"tornado|voila|jupyter|Traceback|\.py\b|sqlite", reply.text, re.IGNORECASE), (
            path
        )


@attack("a request of HTTP/1.0 without Host, HTTP/2 in the clear, and noise", "no page comes back")
def odd_protocols(scene):
    for data in (b"GET / HTTP/1.0\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n",
                 b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"):  # fmt: skip
        assert b"200 OK" not in raw(scene, data, wait=2)
    connection = http.client.HTTPConnection("127.0.0.1", scene.server.port, timeout=60)
    connection.request("GET", "/health", headers={"Host": "localhost"})
    assert connection.getresponse().status == 200
    connection.close()
