"""What somebody tries on a kernel that is not theirs, and on the rest of Jupyter."""

from __future__ import annotations

import re
import sys

import pytest
from websockets.exceptions import InvalidStatus

TABLE = sys.modules["cxm_scene"].Table()
attack = TABLE.attack


def refused_socket(visitor, kernel, **headers):
    """Check that the websocket of a kernel does not open, and return the status."""
    with pytest.raises(InvalidStatus) as caught:
        visitor.socket(kernel, **headers)
    return caught.value.response.status_code


def still_works(scene):
    """Check that Alice's page still works."""
    assert scene.state("slider")["max"] == 10


@attack("the websocket of Alice's kernel, with Bob's cookie", "it does not open", "app.kernel")
def foreign_socket(scene):
    assert refused_socket(scene.bob, scene.alice_page.kernel) == 403


@attack("the websocket of Alice's kernel, without any cookie", "it does not open", "app.kernel")
def anonymous_socket(scene):
    assert refused_socket(scene.mallory, scene.alice_page.kernel) == 403


@attack("the websocket of Alice's kernel, by the consultant", "it does not open", "app.kernel")
def consultant_socket(scene):
    assert refused_socket(scene.consultant, scene.alice_page.kernel) == 403


@attack("the websocket from a page of another site, with Alice's cookie", "it does not open", "app.origin")
def cross_site_socket(scene):
    assert refused_socket(scene.alice, scene.alice_page.kernel, Origin="https://evil.example") == 403


@attack("the websocket with no origin at all, as a program would", "it does not open", "app.origin")
def socket_without_origin(scene):
    assert refused_socket(scene.alice, scene.alice_page.kernel, Origin=None) == 403


@attack(
    "the websocket by the kernel's id in capitals or with a path in it", "it does not open", "app.not_found"
)
def odd_kernel_ids(scene):
    for odd in (scene.alice_page.kernel.upper(), "..%2f" + scene.alice_page.kernel, "*", "0" * 36):
        assert refused_socket(scene.bob, odd) in {403, 404}


@attack("a session id meant to break the sockets behind", "refused", "app.body")
def odd_session_id(scene):
    reply = scene.alice.get(f"/api/kernels/{scene.alice_page.kernel}/channels?session_id={'x' * 300}",
                            Origin=scene.server.origin)  # fmt: skip
    assert reply.status == 400


@attack(
    "the state of Alice's kernel, with Bob's cookie",
    "refused, as for a kernel that does not exist",
    "app.kernel",
)
def foreign_state(scene):
    there = scene.bob.get(f"/api/kernels/{scene.alice_page.kernel}")
    nowhere = scene.bob.get("/api/kernels/00000000-0000-0000-0000-000000000000")
    assert (there.status, there.body) == (nowhere.status, nowhere.body) == (403, there.body)


@attack(
    "DELETE of Alice's kernel, by Bob and by Alice",
    "the verb does not exist here; the kernel lives",
    "app.method",
)
def delete_kernel(scene):
    for visitor in (scene.bob, scene.alice):
        assert visitor.send("DELETE", f"/api/kernels/{scene.alice_page.kernel}").status == 405
    still_works(scene)


@attack("the goodbye of Alice's page, sent by Bob and by a stranger", "the kernel lives", "app.kernel")
def foreign_shutdown(scene):
    for visitor in (scene.bob, scene.mallory):
        assert visitor.post(f"/voila/api/shutdown/{scene.alice_page.kernel}", {}).status == 403
    still_works(scene)


@attack(
    "the goodbye of Alice's page, sent by another site through her browser", "the kernel lives", "app.origin"
)
def cross_site_shutdown(scene):
    path = f"/voila/api/shutdown/{scene.alice_page.kernel}"
    assert scene.alice.post(path, {}, Origin="https://evil.example").status == 403
    still_works(scene)


@attack("restart and interrupt by HTTP", "no such address", "app.not_found")
def kernel_actions(scene):
    for action in ("restart", "interrupt"):
        assert scene.alice.post(f"/api/kernels/{scene.alice_page.kernel}/{action}", {}).status == 404
    still_works(scene)


@attack("the list of kernels, and a new kernel by POST", "no such address", "app.not_found")
def kernel_list(scene):
    for visitor in (scene.alice, scene.consultant, scene.mallory):
        assert visitor.get("/api/kernels").status == 404
        assert visitor.json("/api/kernels", {"name": "python3"}).status == 404


@attack(
    "contents, terminals, sessions, kernel specs, configuration, Jupyter's own pages",
    "no such address",
    "app.not_found",
)
def rest_of_jupyter(scene):
    for path in (
        "/api", "/api/contents", "/api/contents/explore.ipynb", "/api/terminals", "/api/sessions", "/api/kernelspecs",
        "/api/config/notebook", "/api/status", "/api/me", "/api/nbconvert", "/tree", "/lab", "/lab/tree", "/login",
        "/logout", "/metrics", "/files/explore.ipynb", "/view/explore.ipynb", "/nbconvert/html/explore.ipynb",
        "/terminals/1", "/notebooks/explore.ipynb", "/static/base/images/logo.png", "/custom/custom.css",
    ):  # fmt: skip
        for visitor in (scene.consultant, scene.mallory):
            assert visitor.get(path).status == 404, path


@attack(
    "Voilà's own pages: the tree, a notebook by name, its contents, its files",
    "no such address",
    "app.not_found",
)
def rest_of_voila(scene):
    for path in (
        "/voila", "/voila/", "/voila/tree", "/voila/render/explore.ipynb", "/voila/api/contents", "/explore.ipynb",
        "/voila/files/client-radar.png", "/voila/files/explore.ipynb", "/voila/query/x", "/voila/execution/x",
        f"/voila/query/{scene.alice_page.kernel}",
    ):  # fmt: skip
        for visitor in (scene.alice, scene.mallory):
            assert visitor.get(path).status == 404, path


@attack("Voilà's scripts, without a page of one's own", "refused", "app.kernel")
def statics_without_a_page(scene):
    script = re.search(r'src="(/voila/static/[^"]+)"', scene.alice_page.html)[1]
    assert scene.alice.get(script).status == 200
    for visitor in (scene.bob, scene.mallory, scene.consultant):
        assert visitor.get(script).status == 403


@attack("paths that climb out of Voilà's folders", "nothing outside is served", "app.not_found")
def voila_traversal(scene):
    for folder in ("static", "labextensions", "api/themes"):
        for path in (
            "../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/conf.json",
            "v-x/../../../../../../../etc/passwd", "/etc/passwd", "..\\..\\conf.json", "x%00.js", "../index.html.j2",
        ):  # fmt: skip
            reply = scene.alice.get(f"/voila/{folder}/{path}")
            assert reply.status in {400, 404}, path
            assert b"root:" not in reply.body


@attack("another template or theme by the address", "the page is ours")
def template_by_query(scene):
    visitor = scene.server.visitor("respondent")
    _, reply = visitor.open_page(
        f"/c/{scene.campaign}/explore?template=classic&theme=dark&voila-template=lab"
    )
    assert reply.status == 200
    assert "cxm-voila" in reply.text
    visitor.post("/leave", {})


@attack("headers and a query meant for the kernel's environment", "the kernel knows nothing of them")
def environment_by_request(scene):
    visitor = scene.server.visitor("respondent")
    kernel, reply = visitor.send_page(
        f"/c/{scene.campaign}/explore?token=in-the-query", {"X-Evil": "in-a-header"}
    )
    page = scene.live.Page(visitor, kernel, reply.text, visitor.socket(kernel))
    told, secret = str(page.states()), visitor.secret
    page.close()
    visitor.post("/leave", {})
    assert "PATH=" in told
    for leak in ("in-the-query", "in-a-header", secret, scene.campaign, "HTTP_", "QUERY_STRING"):
        assert leak not in told


@attack(
    "one visitor who opens page after page, to use up the kernels",
    "the fourth is asked to wait; others still get one",
)
def kernels_for_one(scene):
    visitor = scene.server.visitor("respondent")
    pages = [scene.live.Page.open(visitor, f"/c/{scene.campaign}/explore") for _ in range(3)]
    reply = visitor.get(f"/c/{scene.campaign}/explore")
    assert reply.status == 503
    assert reply.header("Retry-After")
    for page in pages:
        page.close()
    visitor.post("/leave", {})


@attack(
    "looking in one's own kernel for what somebody else's kernel did", "each begins as if it were the first"
)
def left_behind(scene):
    drawn = []
    for _ in range(2):
        visitor = scene.server.visitor("respondent")
        page = scene.live.Page.open(visitor, f"/c/{scene.campaign}/explore")
        states = page.states()
        named = {state["description"]: key for key, state in states.items() if state.get("description")}
        assert states[named["left"]]["value"] == "['', '', False] False"
        drawn += states[named["drawn"]]["value"].split()
        page.comm(named["leaving"], {"method": "custom", "content": {"event": "click"}})
        while page.wait("comm_msg")["data"].get("state", {}).get("value") != "done":
            pass
        page.close()
    assert len(set(drawn)) == 6  # nor are the random numbers those of another


@attack("a page kept open after its invitation was taken back", "its kernel ends within seconds")
def revoked_page(scene):
    store = scene.server.store
    invitation, token = store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.server.visitor()
    visitor.post(f"/i/{token}", {})
    page = scene.live.Page.open(visitor, f"/c/{scene.campaign}/explore")
    store.revoke(invitation.id, "test")
    with pytest.raises(Exception, match=r"close|1000"):
        page.wait("never")
    assert refused_socket(visitor, page.kernel) == 403


@attack("a request answered after leaving", "the session is gone on the server too", "app.signed_out")
def after_leaving(scene):
    visitor = scene.server.visitor("respondent")
    kept = dict(visitor.cookies)
    visitor.post("/leave", {})
    visitor.cookies = kept
    assert visitor.get(f"/c/{scene.campaign}/").status == 401


@attack("the same kernel's websocket opened many times", "beyond a few it is refused")
def many_sockets(scene):
    opened = []
    try:
        with pytest.raises(InvalidStatus) as caught:
            opened.extend(scene.alice.socket(scene.alice_page.kernel) for _ in range(10))
        assert caught.value.response.status_code == 503
    finally:
        for one in opened:
            one.close()
    still_works(scene)
    scene.restart_page()  # as soon as the server has seen the others go
