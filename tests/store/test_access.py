"""Who may come in: links are signed, expire, are used once and can be taken back; sessions prove themselves."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from store_samples import come_in, event, plan

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.store import AccessError, Store
from cxmaturity.store import tables as t


def refused(call, *args, **named):
    """Return the code of the refusal."""
    with pytest.raises(AccessError) as caught:
        call(*args, **named)
    return caught.value.code


def test_a_link_opens_once(store, campaign):
    """Looking does not consume (mail scanners look); the first use does; the second is refused."""
    made, token = store.invite(campaign.id, "respondent", actor="test", label="Ann")
    for _ in range(3):
        assert store.look_at(token) == made
    secret, visitor = store.redeem(token)

    assert (visitor.role, visitor.campaign, visitor.respondent) == (
        "respondent",
        campaign.id,
        made.respondent,
    )
    assert store.visitor(secret, campaign.id, ("respondent",)) == visitor
    assert refused(store.redeem, token) == "access.used"
    assert refused(store.look_at, token) == "access.used"


def test_the_same_link_on_the_same_device_still_works(store, campaign):
    """Somebody who clicks the link in the mail again is the same person, not a stranger."""
    _, token = store.invite(campaign.id, "respondent", actor="test")
    secret, visitor = store.redeem(token)

    assert store.look_at(token, session_secret=secret).role == "respondent"
    assert store.redeem(token, session_secret=secret) == (secret, visitor)
    assert refused(store.redeem, token, session_secret="somebody else's")  # noqa: S106  # it opens nothing == "access.used"


def test_a_form_sent_twice_is_one_person(store, campaign):
    """The cookie of the first answer never arrived: the same form comes in again, a form of somebody else does not."""
    _, token = store.invite(campaign.id, "respondent", actor="test")
    first = store.redeem(token, session_secret="gone" * 9, fresh_secret="a" * 64)

    assert first == store.redeem(token, fresh_secret="a" * 64)
    assert "respondent" == store.look_at(token, fresh_secret="a" * 64).role
    assert "access.used" == refused(store.redeem, token, fresh_secret="b" * 64)

    store.leave(first[0])
    assert "access.used" == refused(store.redeem, token, fresh_secret="a" * 64)


def test_an_open_link_pressed_twice_is_one_person(store):
    """Two forms of one page are one respondent; another page is another."""
    of = store.create_campaign(plan(open_link=True), questionnaire="1", actor="test").id
    one, again = (store.enter_open(of, fresh_secret="a" * 64) for _ in range(2))
    other = store.enter_open(of, fresh_secret="b" * 64)

    assert one == again != other
    assert 2 == store.participation(of).opened


def test_a_form_left_open_leads_to_nobody(store, campaign, clock):
    """Ten minutes after its session was made, a form that is sent again meets a used link, or makes another person."""
    of = store.create_campaign(plan(open_link=True), questionnaire="1", actor="test").id
    _, token = store.invite(campaign.id, "respondent", actor="test")
    store.redeem(token, fresh_secret="a" * 64)
    (secret, one) = store.enter_open(of, fresh_secret="b" * 64)
    clock.forward(minutes=10)
    (new, other) = store.enter_open(of, fresh_secret="b" * 64)

    assert "access.used" == refused(store.redeem, token, fresh_secret="a" * 64)
    assert one.respondent != other.respondent
    assert secret != new
    assert 2 == store.participation(of).opened


def test_of_two_at_once_one_comes_in(store, campaign):
    """Eight browsers redeem one token at the same moment: exactly one session exists afterwards."""
    _, token = store.invite(campaign.id, "respondent", actor="test")

    def attempt(_):
        try:
            return store.redeem(token)
        except AccessError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))

    assert sorted(map(str, outcomes)).count("access.used") == 7


def forgeries(token):
    """Yield texts that are almost the token."""
    yield ""
    yield token[:-1]
    yield token + "A"
    yield token.partition(".")[0]
    yield token.replace(".", "..")
    flipped = "A" if token[3] != "A" else "B"
    yield token[:3] + flipped + token[4:]
    yield "é" * 20
    yield "x" * 10_000
    yield "../../etc/passwd"


def test_a_forged_link_is_unknown(store, campaign):
    """A token that was cut, bent or invented is refused without saying which."""
    _, token = store.invite(campaign.id, "respondent", actor="test")

    for forged in forgeries(token):
        assert refused(store.look_at, forged) == "access.unknown"
        assert refused(store.redeem, forged) == "access.unknown"


def test_another_stores_link_is_unknown(store, campaign, tmp_path, monkeypatch):
    """A token signed with another secret key opens nothing, even if the database were the same."""
    _, token = store.invite(campaign.id, "respondent", actor="test")
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", "f" * 64)
    with Store.open(tmp_path / "other.db") as other:
        assert refused(other.redeem, token) == "access.unknown"


def test_a_link_whose_answers_were_erased_says_so(store, campaign):
    """An erased person's link, and every link of a purged campaign, is told apart from one that was cut."""
    (_, used), (_, unused) = (store.invite(campaign.id, "respondent", actor="test") for _ in range(2))
    _, visitor = store.redeem(used)
    store.record(visitor, [event()])

    store.erase_person(visitor.respondent, "test")
    assert (refused(store.look_at, used), refused(store.redeem, used)) == ("access.erased", "access.erased")
    store.look_at(unused)
    store.purge(campaign.id, "test")
    assert refused(store.look_at, unused) == "access.erased"
    assert refused(store.look_at, unused[:-1]) == "access.unknown"


def test_a_link_expires(store, campaign, clock):
    """One moment before its expiry a link works; at its expiry it does not."""
    ends = clock.now + dt.timedelta(hours=1)
    _, token = store.invite(campaign.id, "respondent", actor="test", expires_at=ends)
    clock.now = ends - dt.timedelta(microseconds=1)
    store.look_at(token)
    clock.now = ends

    assert refused(store.redeem, token) == "access.expired"


def test_a_revoked_link_closes_what_it_opened(store, campaign):
    """Taking a link back ends the sessions that it opened, on other devices too; answers stay."""
    person = come_in(store, campaign)
    store.record(person.visitor, [event()])
    elsewhere, _ = store.redeem(store.handover(person.visitor))
    made = store.invitations(campaign.id)[0]
    store.revoke(made.id, "test")

    for secret in (person.secret, elsewhere):
        assert store.visitor(secret, campaign.id, ("respondent",)) is None
    assert refused(store.record, person.visitor, [event(sequence=2)]) == "access.unknown"
    assert store.participation(campaign.id).started == 1


def test_a_revoked_unused_link_says_so(store, campaign):
    """A link taken back before it was used is refused as revoked."""
    made, token = store.invite(campaign.id, "respondent", actor="test")
    store.revoke(made.id, "test")

    assert refused(store.redeem, token) == "access.revoked"


def test_a_renewed_link_is_the_same_person(store, campaign):
    """The new token continues the same answers, the old ones open nothing, an open session goes on."""
    person = come_in(store, campaign)
    store.record(person.visitor, [event()])
    made = store.invitations(campaign.id)[0]
    _, first = store.renew(made.id, "test")
    again, second = store.renew(made.id, "test")

    assert again.respondent == person.id
    assert refused(store.redeem, first) == "access.revoked"
    _, visitor = store.redeem(second)
    assert store.progress(visitor).answers == store.progress(person.visitor).answers != ()


def test_closing_stops_new_people_but_not_results(store, campaign):
    """After the end an unused link is closed; who is in still reads, and still may go to another device."""
    person = come_in(store, campaign)
    store.record(person.visitor, [event()])
    _, token = store.invite(campaign.id, "respondent", actor="test")
    store.close_campaign(campaign.id, "test")

    assert refused(store.redeem, token) == "access.closed"
    assert refused(store.invite, campaign.id, "respondent", actor="test") == "access.closed"
    assert len(store.progress(person.visitor).answers) == 1
    _, elsewhere = store.redeem(store.handover(person.visitor))
    assert elsewhere.respondent == person.id


def test_handover_is_quick_and_single(store, campaign, clock):
    """A handover works once, for 15 minutes, and a newer one replaces it."""
    person = come_in(store, campaign)
    first = store.handover(person.visitor)
    second = store.handover(person.visitor)
    assert refused(store.redeem, first) == "access.unknown"
    assert store.look_at(second).id == ""
    _, other = store.redeem(second)
    assert (other.respondent, other.session == person.visitor.session) == (person.id, False)
    assert refused(store.redeem, second) == "access.used"

    third = store.handover(person.visitor)
    clock.forward(minutes=15)
    assert refused(store.redeem, third) == "access.expired"


def test_a_sponsor_cannot_hand_over_or_answer(store, campaign):
    """What a respondent may do, another role may not, even with a visitor made by hand."""
    _, token = store.invite(campaign.id, "sponsor", actor="test")
    secret, sponsor = store.redeem(token)

    assert refused(store.handover, sponsor) == "access.role"
    assert refused(store.record, sponsor, [event()]) == "access.role"
    assert refused(store.progress, sponsor) == "access.role"
    assert store.visitor(secret, campaign.id, ("respondent", "consultant")) is None
    assert store.visitor(secret, campaign.id, ("consultant", "sponsor")) == sponsor


def test_one_session_has_several_doors(store, campaign):
    """A consultant who also answers has both roles in one browser; leaving closes all of them."""
    _, first = store.invite(None, "consultant", actor="test")
    _, second = store.invite(campaign.id, "respondent", actor="test")
    secret, consultant = store.redeem(first)
    same, respondent = store.redeem(second, session_secret=secret)

    assert same == secret
    assert set(store.visitors(secret)) == {consultant, respondent}
    assert store.visitor(secret, campaign.id, ("respondent",)) == respondent
    assert store.visitor(secret, campaign.id, ("consultant",)) == consultant
    assert consultant.campaign is None
    store.leave(secret)
    assert store.visitors(secret) == ()


def test_a_shared_computer_keeps_one_person_per_campaign(store, campaign):
    """The second person who uses the browser replaces the first: nobody sees the other's answers."""
    first = come_in(store, campaign)
    _, token = store.invite(campaign.id, "respondent", actor="test")
    secret, second = store.redeem(token, session_secret=first.secret)

    assert secret == first.secret
    assert store.visitors(secret) == (second,)
    assert refused(store.record, first.visitor, [event()]) == "access.unknown"


def test_only_a_consultant_has_the_whole_store(store, campaign):
    """An invitation without a campaign is for a consultant; a consultant of one campaign sees only that."""
    with pytest.raises(InputError):
        store.invite(None, "sponsor", actor="test")
    other = store.create_campaign(plan(), questionnaire="1", actor="test")
    secret, _ = store.redeem(store.invite(campaign.id, "consultant", actor="test")[1])

    assert store.visitor(secret, other.id, ("consultant",)) is None
    assert store.visitor(secret, None, ("consultant",)) is None


def test_the_open_link_has_a_cap(store):
    """As many people as planned come in; who is in comes back as the same person; then it is full."""
    campaign = store.create_campaign(plan(open_link=True, most_open=2), questionnaire="1", actor="test")
    secret, first = store.enter_open(campaign.id)
    assert store.enter_open(campaign.id, session_secret=secret) == (secret, first)
    store.enter_open(campaign.id)

    assert refused(store.enter_open, campaign.id) == "access.full"
    assert store.enter_open(campaign.id, session_secret=secret)[1] == first


def test_the_cap_holds_when_all_come_at_once(store):
    """Twelve people at the same moment through an open link for five: five come in."""
    campaign = store.create_campaign(plan(open_link=True, most_open=5), questionnaire="1", actor="test")

    def attempt(_):
        try:
            return store.enter_open(campaign.id)[1].respondent
        except AccessError as error:
            return error.code

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(attempt, range(12)))

    assert (outcomes.count("access.full"), len(set(outcomes))) == (7, 6)


def test_without_an_open_link_nobody_comes_in_by_the_address(store):
    """The address of a campaign alone opens nothing."""
    campaign = store.create_campaign(plan(), questionnaire="1", actor="test")

    assert refused(store.enter_open, campaign.id) == "access.unknown"
    with pytest.raises(UnknownIdError):
        store.enter_open("nowhere")


def test_reminders_are_counted_and_capped(store, campaign):
    """Two reminders are the plan's; the third is refused and not counted."""
    made, _ = store.invite(campaign.id, "respondent", actor="test")
    assert [store.note_reminder(made.id, "test").reminders_sent for _ in range(2)] == [1, 2]
    with pytest.raises(InputError) as caught:
        store.note_reminder(made.id, "test")

    assert caught.value.code == "store.reminders_spent"
    assert store.invitations(campaign.id)[0].reminders_sent == 2


def test_the_database_holds_no_secret(store, campaign):
    """Neither a token nor a cookie's secret stands anywhere in the database: only digests do."""
    made, token = store.invite(campaign.id, "respondent", actor="test")
    secret, visitor = store.redeem(token)
    handed = store.handover(visitor)
    with store._engine.connect() as connection:
        everything = " ".join(
            str(tuple(row))
            for table in t.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )

    assert made.id in everything
    for told in (token, token.partition(".")[0], handed, secret):
        assert told not in everything


@pytest.mark.parametrize(("given", "code"), [("k" * 31, "store.secret_short"), ("", "store.secret_missing")])
def test_a_weak_or_missing_key_is_refused(new_database, monkeypatch, given, code):
    """PostgreSQL needs a key in the environment; a short one is refused anywhere."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", given)
    with pytest.raises(InputError) as caught:
        Store.open(new_database())

    assert caught.value.code == code


def test_sqlite_keeps_its_key_beside_it(tmp_path, monkeypatch):
    """Without a variable the key is a private file, made once: links still work after a restart."""
    monkeypatch.delenv("CXMATURITY_SECRET_KEY", raising=False)
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        _, token = store.invite(None, "consultant", actor="test")
    with Store.open(path) as store:
        store.redeem(token)

    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes["store.db"] == modes["store.db.key"] == 0o600
