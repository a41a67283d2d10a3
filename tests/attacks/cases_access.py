"""What somebody tries with links, sessions and roles."""

from __future__ import annotations

import datetime as dt
import re
import sys

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from cxmaturity.store import Store

TABLE = sys.modules["cxm_scene"].Table()
attack = TABLE.attack


def enter(scene, token):
    """Try a token as a stranger, looking and using; return both statuses."""
    visitor = scene.mallory
    statuses = (visitor.get(f"/i/{token}").status, visitor.post(f"/i/{token}", {}).status)
    assert not visitor.secret
    return statuses


def in_error(statuses):
    """Say whether both were refused."""
    return all(400 <= status < 500 for status in statuses)


@attack("a token of one's own making", "refused", "access.unknown")
def forged_token(scene):
    for token in ("abc", "e30.e30", "IjEyMyI.c2lnbmF0dXJl", "x" * 500, ".", "~"):
        assert in_error(enter(scene, token))


@attack("a true token with one character changed, cut, or made longer", "refused", "access.unknown")
def tampered_token(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    changed = ("B" if token[5] == "A" else "A").join((token[:5], token[6:]))
    for wrong in (changed, token[:-1], token + "A", token.partition(".")[0]):
        assert in_error(enter(scene, wrong))


@attack("a token signed with another key, or for another purpose", "refused", "access.unknown")
def other_purpose(scene):
    key = scene.server.store.secret_key
    for signer in (
        URLSafeSerializer("guessed-key", salt="cxmaturity.invitation"),
        URLSafeSerializer(key, salt="cxmaturity.session"),
        URLSafeSerializer(key, salt="cxmaturity.form"),
        URLSafeTimedSerializer(key, salt="cxmaturity.invitation"),
    ):
        assert in_error(enter(scene, signer.dumps("x" * 24)))


@attack(
    "a session secret where a token belongs, and a token where a session belongs", "refused", "access.unknown"
)
def swapped_secrets(scene):
    assert in_error(enter(scene, scene.alice.secret))
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.mallory
    visitor.cookies = {next(iter(scene.alice.cookies)): token}
    assert visitor.get(f"/c/{scene.campaign}/").status == 401


@attack("a link that has expired", "refused", "access.expired")
def expired_token(scene):
    ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
    with Store.open(scene.folder / "store.sqlite", clock=lambda: ago) as store:
        ends = ago + dt.timedelta(minutes=1)
        _, token = store.invite(scene.campaign, "respondent", actor="test", expires_at=ends)
    assert enter(scene, token) == (410, 410)


@attack("a link that was used already, from another browser", "refused", "access.used")
def replayed_token(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    assert scene.mallory.post(f"/i/{token}", {}).status == 303
    assert enter(scene, token) == (410, 410)


@attack("a link that was taken back", "refused", "access.revoked")
def revoked_token(scene):
    invitation, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    scene.server.store.revoke(invitation.id, "test")
    assert enter(scene, token) == (410, 410)


@attack("the session of a link that was taken back afterwards", "it opens nothing any more", "app.signed_out")
def revoked_session(scene):
    invitation, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.mallory
    visitor.post(f"/i/{token}", {})
    scene.server.store.revoke(invitation.id, "test")
    assert visitor.get(f"/c/{scene.campaign}/").status == 401
    assert visitor.answer("advocacy", 1, 1).status == 401


@attack("the link to continue elsewhere, used twice", "the second time is refused", "access.used")
def handover_twice(scene):
    url = scene.bob.json(f"/c/{scene.campaign}/elsewhere", {}).json()["url"]
    token = url.rpartition("/")[2]
    assert scene.mallory.post(f"/i/{token}", {}).status == 303
    assert enter(scene, token) == (410, 410)


@attack("a mail scanner that opens the link", "it is still good for the person")
def scanner(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    for _ in range(3):
        assert scene.mallory.get(f"/i/{token}").status == 200
    assert scene.mallory.post(f"/i/{token}", {}).status == 303


@attack("an open link of a campaign by invitation only", "refused", "app.no_open_link")
def no_open_link(scene):
    visitor = scene.mallory
    assert visitor.get(f"/o/{scene.server.other_campaign}").status == 403
    assert visitor.post(f"/o/{scene.server.other_campaign}", {}).status == 403
    assert not visitor.secret


@attack("pages and answers of a campaign, with the session of another", "refused", "app.role")
def other_campaign(scene):
    for path in ("", "answers", "result", "result.pdf", "explore", "workshop", "data.json"):
        assert scene.carol.get(f"/c/{scene.campaign}/{path}").status == 403
    assert scene.carol.answer("advocacy", 5, 1).status == 403
    for path in ("finish", "function", "language", "elsewhere"):
        assert scene.carol.json(f"/c/{scene.campaign}/{path}", {}).status == 403


@attack("everything that needs a session, without one", "refused", "app.signed_out")
def anonymous(scene):
    for path in (
        f"/c/{scene.campaign}/", f"/c/{scene.campaign}/answers", f"/c/{scene.campaign}/result",
        f"/c/{scene.campaign}/result.pdf", f"/c/{scene.campaign}/explore",
        f"/c/{scene.campaign}/workshop", f"/s/{scene.campaign}/", "/consultant/",
        f"/consultant/{scene.campaign}/", f"/consultant/{scene.campaign}/live", "/builder/", "/map/",
        f"/consultant/{scene.campaign}/comparison", f"/c/{scene.campaign}/data.json",
    ):  # fmt: skip
        assert scene.mallory.get(path).status == 401, path


@attack("a respondent who asks for the sponsor's and the consultant's pages", "refused", "app.role")
def respondent_climbs(scene):
    for path in (
        f"/s/{scene.campaign}/", "/consultant/", f"/consultant/{scene.campaign}/", "/builder/", "/map/",
        f"/consultant/{scene.campaign}/live", f"/consultant/{scene.campaign}/comparison",
    ):  # fmt: skip
        assert scene.alice.get(path).status == 403, path


@attack("a sponsor who asks for one person's answers or the consultant's pages", "refused", "app.role")
def sponsor_climbs(scene):
    for path in (
        f"/c/{scene.campaign}/", f"/c/{scene.campaign}/answers", f"/c/{scene.campaign}/result", "/consultant/",
        f"/consultant/{scene.campaign}/", f"/consultant/{scene.campaign}/comparison", "/builder/", "/map/",
        f"/s/{scene.server.other_campaign}/",
    ):  # fmt: skip
        assert scene.sponsor.get(path).status == 403, path


@attack("a sponsor and a respondent who invite, revoke or close", "refused; nothing changes", "app.role")
def others_manage(scene):
    before = scene.server.store.invitations(scene.campaign)
    for visitor in (scene.sponsor, scene.alice):
        for action in ("invite", "renew", "remind", "revoke", "close"):
            path = f"/consultant/{scene.campaign}/{action}"
            told = {"role": "consultant", "sure": "yes", "invitation": before[0].id}
            assert visitor.post(path, told).status == 403
    assert scene.server.store.invitations(scene.campaign) == before
    assert scene.server.store.campaign(scene.campaign).closed_at is None


@attack(
    "an invitation as consultant, asked for through the form", "the form makes no consultants", "app.body"
)
def invite_consultant(scene):
    reply = scene.consultant.post(
        f"/consultant/{scene.campaign}/invite", {"role": "consultant", "label": "x"}
    )
    assert reply.status == 400


@attack("a consultant of one campaign who asks for another", "refused", "app.role")
def campaign_consultant(scene):
    visitor = scene.server.visitor("consultant", scene.campaign)
    assert visitor.get(f"/consultant/{scene.campaign}/").status == 200
    assert visitor.get(f"/consultant/{scene.server.other_campaign}/").status == 403
    assert visitor.get("/consultant/").status == 403


@attack("an invitation of one campaign managed through the address of another", "refused", "app.not_found")
def invitation_of_another(scene):
    theirs, _ = scene.server.store.invite(scene.server.other_campaign, "respondent", actor="test")
    reply = scene.consultant.post(f"/consultant/{scene.campaign}/revoke", {"invitation": theirs.id})
    assert reply.status == 404
    assert scene.server.store.invitations(scene.server.other_campaign)[-1].revoked_at is None


@attack(
    "the name of a campaign that does not exist, to see what exists", "no campaign is named", "app.not_found"
)
def campaign_names(scene):
    for visitor in (scene.consultant, scene.mallory):
        for path in ("/o/nothing", "/c/nothing/notice"):
            reply = visitor.get(path)
            assert reply.status == 404
            assert scene.server.other_campaign not in reply.text
    assert scene.campaign not in scene.consultant.get("/consultant/nothing/live").text


@attack("a session cookie planted before the visitor comes in", "the session is a new one")
def planted_cookie(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.mallory
    name = next(iter(scene.alice.cookies))
    planted = {name: "planted-by-mallory-0123456789"}
    visitor.cookies = dict(planted)
    assert visitor.post(f"/i/{token}", {}).status == 303
    assert visitor.secret not in planted.values()
    stranger = scene.mallory
    stranger.cookies = dict(planted)
    assert stranger.get(f"/c/{scene.campaign}/").status == 401


@attack(
    "reading or planting the cookie",
    "unreadable for scripts, not sent by other sites; over https only ours can set it",
)
def cookie_attributes(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    cookie = scene.mallory.post(f"/i/{token}", {}).header("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    if scene.server.public:
        assert cookie.startswith("__Host-cxm=")
        assert "Secure" in cookie


@attack("the token in the address after entering", "the address is clean, and no page sends it on")
def clean_address(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.mallory
    page = visitor.get(f"/i/{token}")
    assert page.header("Referrer-Policy") == "same-origin"
    assert page.header("Cache-Control") == "no-store"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    reply = visitor.post(f"/i/{token}", {})
    assert reply.header("Location") == f"/c/{scene.campaign}/"


@attack("tokens in the log of the server", "none is there, used or refused")
def tokens_in_log(scene):
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    visitor = scene.mallory
    visitor.get(f"/i/{token}?lang=fr&token={token}")
    visitor.post(f"/i/{token}", {}, Referer=f"{scene.server.origin}/i/{token}")
    visitor.get(f"/c/{scene.campaign}/?token={token}")
    visitor.get(f"/nothing/i/{token}")
    log = scene.server.logged()
    assert "/i/***" in log
    assert token not in log
    assert visitor.secret not in log


@attack(
    "answers in somebody else's name: their respondent id in the body",
    "refused, the session decides",
    "app.body",
)
def named_respondent(scene):
    event = {
        "question": "advocacy",
        "state": "level",
        "level": 5,
        "device": "d",
        "sequence": 9,
        "respondent": "r1",
    }
    reply = scene.bob.json(f"/c/{scene.campaign}/answers", {"events": [event]})
    assert reply.status == 400
    assert scene.alice.get(f"/c/{scene.campaign}/answers").json()["saved"][0]["level"] == 2


@attack("reading the group before enough people have finished", "nothing of it is shown")
def small_group(scene):
    for path, visitor in (
        (f"/s/{scene.campaign}/", scene.sponsor),
        (f"/c/{scene.campaign}/result", scene.bob),
    ):
        assert visitor.get(path).status == 200
    assert scene.server.store.release(scene.campaign) is None


@attack("a hundred guesses of a link", "after some the address must wait; others are not held up", "app.rate")
def guesses(scene):
    visitor = scene.mallory
    visitor.address = "198.51.100.9"
    statuses = {visitor.get(f"/i/guess{number}").status for number in range(100)}
    assert 429 in statuses
    _, token = scene.server.store.invite(scene.campaign, "respondent", actor="test")
    assert scene.mallory.post(f"/i/{token}", {}).status == 303
