"""The real server in a process of its own: pages, saves, files, kernels, stopping."""

from __future__ import annotations

import gzip
import re
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cxmaturity.resources import resource
from cxmaturity.store import Store

pytestmark = [pytest.mark.slow]
QUESTIONS = ("advocacy", "differentiation", "accessibility")


@pytest.fixture(scope="module")
def questions(catalog):
    """Return the ids of the seven questions."""
    return [question.id for question in catalog.questions]


def test_one_line_says_where_it_is(server):
    """Standard output is one line of JSON: ready, the consultant's link on a laptop, the open campaigns."""
    ready = server.ready

    assert ready["ready"] is True
    assert ready["consultant"].startswith(f"http://127.0.0.1:{ready['port']}/i/")
    assert {server.campaign: f"{ready['address']}/o/{server.campaign}"} == ready["campaigns"]


def test_the_consultants_link_of_a_laptop_opens_everything(server):
    """The link printed leads to the list of campaigns."""
    visitor = server.visitor()
    path = server.ready["consultant"].partition(f":{server.port}")[2]

    assert 200 == visitor.get(path).status
    reply = visitor.post(path, {})
    assert (303, "/consultant/") == (reply.status, reply.header("Location"))
    assert server.campaign in visitor.get("/consultant/").text


def test_a_whole_self_test(server, questions):
    """Somebody comes in by a link, answers seven questions, finishes, sees a result, takes it as a PDF."""
    visitor = server.visitor("respondent")
    for number, question in enumerate(questions):
        reply = visitor.answer(question, 1 + number % 5, number + 1)
        assert (200, number + 1, 7) == (reply.status, reply.json()["answered"], reply.json()["of"])
    assert visitor.json(f"/c/{server.campaign}/finish", {}).json()["finished"] is True

    assert 200 == visitor.get(f"/c/{server.campaign}/result").status
    pdf = visitor.get(f"/c/{server.campaign}/result.pdf?lang=fr")
    assert (200, b"%PDF-") == (pdf.status, pdf.body[:5])


def test_what_is_acknowledged_is_in_the_store(server):
    """The answer just acknowledged is read back from the file by another process's eyes."""
    visitor = server.visitor("respondent")
    reply = visitor.answer("advocacy", 4, 1, sentence="Straight to the disk.")

    found = sqlite3.connect(f"file:{server.log.parent / 'store.sqlite'}?mode=ro", uri=True)
    rows = found.execute("select count(*) from events where sentence = 'Straight to the disk.'").fetchall()
    found.close()

    assert (200, [(1,)]) == (reply.status, rows)


def test_sending_twice_changes_nothing(server):
    """The same event twice is one answer."""
    visitor = server.visitor("respondent")
    first, again = (visitor.answer("advocacy", 4, 1).json() for _ in range(2))

    assert first["saved"] == again["saved"]


def test_a_page_without_script_saves_by_a_form(server):
    """A plain form saves what it holds, leads back to the form, and says so."""
    visitor = server.visitor("respondent")
    page = visitor.get(f"/c/{server.campaign}/").text
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)[1]

    reply = visitor.post(
        f"/c/{server.campaign}/answers",
        {"advocacy.choice": "3", "advocacy.sentence": "By hand.", "form_token": token},
        Origin="null",
    )

    assert (303, f"/c/{server.campaign}/?saved=1") == (reply.status, reply.header("Location"))
    (saved,) = visitor.get(f"/c/{server.campaign}/answers").json()["saved"]
    assert ("advocacy", 3, "By hand.") == (saved["question"], saved["level"], saved["sentence"])
    finished = visitor.post(f"/c/{server.campaign}/finish", {"form_token": token})
    assert (303, f"/c/{server.campaign}/result") == (finished.status, finished.header("Location"))


def test_a_wrong_plain_form_says_what_is_wrong_and_saves_the_rest(server):
    """'Not applicable' without a reason is said on the page; nothing else is lost."""
    visitor = server.visitor("respondent")

    reply = visitor.post(f"/c/{server.campaign}/answers", {"advocacy.choice": "not_applicable"})

    assert 400 == reply.status
    assert "</form>" in reply.text
    assert [] == visitor.get(f"/c/{server.campaign}/answers").json()["saved"]


def test_an_open_link_makes_one_person_of_one_browser(server):
    """Whoever joins twice from one browser stays the same person."""
    visitor = server.visitor()
    places = {visitor.post(f"/o/{server.campaign}", {}).header("Location") for _ in range(2)}
    visitor.answer("advocacy", 2, 1)
    visitor.post(f"/o/{server.campaign}", {})

    assert {f"/c/{server.campaign}/"} == places
    assert 1 == len(visitor.get(f"/c/{server.campaign}/answers").json()["saved"])


@pytest.mark.parametrize("opened", ["/o/", "/i/"])
def test_a_button_pressed_twice_on_a_slow_line_lets_one_person_in(server, opened):
    """The form is sent again before the first answer brought the cookie: the same session, and the person reads the form."""
    link = (
        f"/o/{server.campaign}"
        if opened == "/o/"
        else f"/i/{server.store.invite(server.campaign, 'respondent', actor='test')[1]}"
    )
    word = re.search(r'name="entrance" value="([^"]+)"', server.visitor().get(link).text)[1]
    before = server.store.participation(server.campaign).opened
    first, again, stranger = (server.visitor() for _ in range(3))
    replies = [
        visitor.post(link, {"entrance": each})
        for visitor, each in ((first, word), (again, word), (stranger, "x" * 22))
    ]

    assert [303, 303] == [reply.status for reply in replies[:2]]
    assert first.secret == again.secret != stranger.secret
    assert 200 == again.get(f"/c/{server.campaign}/").status
    if opened == "/o/":
        assert before + 2 == server.store.participation(server.campaign).opened
    else:
        assert 410 == replies[2].status


def test_another_device_goes_on(server):
    """The link for another device opens the same answers there."""
    visitor, elsewhere = server.visitor("respondent"), server.visitor()
    visitor.answer("advocacy", 5, 1)
    told = visitor.json(f"/c/{server.campaign}/elsewhere", {}).json()

    elsewhere.post(told["url"].partition(f":{server.port}")[2], {})

    assert 15 == told["minutes"]
    assert [5] == [one["level"] for one in elsewhere.get(f"/c/{server.campaign}/answers").json()["saved"]]


def test_the_language_follows(server):
    """The address decides, then what was chosen before, then the browser; the choice is remembered."""
    visitor = server.visitor("respondent")

    def language(**headers):
        return re.search(r'<html lang="(\w+)"', visitor.get(f"/c/{server.campaign}/", **headers).text)[1]

    assert "en" == language(Accept_Language="en-GB,en;q=0.9,fr;q=0.5")
    assert "fr" == language(Accept_Language="de,fr;q=0.2,en;q=0.1")
    visitor.get(f"/c/{server.campaign}/?lang=en")
    assert "en" == language(Accept_Language="fr")
    assert "fr" == visitor.json(f"/c/{server.campaign}/language", {"language": "fr"}).json()["language"]
    assert "fr" == language(Accept_Language="en")
    problems = visitor.json(f"/c/{server.campaign}/answers", {}).json()["problems"]
    assert "lu" in problems[0]["message"]


def test_a_person_takes_their_data_and_goes(server):
    """A copy is a file; erasing needs a yes, ends the session and leaves no answer."""
    visitor = server.visitor("respondent")
    visitor.answer("advocacy", 3, 1, sentence="To be erased.")
    copy = visitor.get(f"/c/{server.campaign}/data.json")

    assert "To be erased." in copy.text
    assert "attachment" in copy.header("Content-Disposition")
    assert 400 == visitor.post(f"/c/{server.campaign}/erase", {}).status
    assert 303 == visitor.post(f"/c/{server.campaign}/erase", {"sure": "yes"}).status
    assert 401 == visitor.get(f"/c/{server.campaign}/").status


def test_a_consultant_runs_a_campaign(server, live):
    """Inviting tells a link once; renewing makes the old one useless; revoking and closing take effect at once."""
    of = server.store.create_campaign(live.plan(), questionnaire="1", actor="test").id
    consultant, base = server.visitor("consultant"), f"/consultant/{of}"

    page = consultant.post(f"{base}/invite", {"role": "respondent", "label": "Ann"}).text
    first = re.search(r"/i/([\w.-]+)", page)[1]
    (invitation,) = server.store.invitations(of)
    second = re.search(r"/i/([\w.-]+)", consultant.post(f"{base}/renew", {"invitation": invitation.id}).text)[
        1
    ]
    person = server.visitor()

    assert 410 == server.visitor().post(f"/i/{first}", {}).status
    assert 303 == person.post(f"/i/{second}", {}).status
    assert 303 == consultant.post(f"{base}/remind", {"invitation": invitation.id}).status
    counts = consultant.get(f"{base}/live").json()
    assert (1, 1, "open") == (counts["invited"], counts["opened"], counts["status"])
    assert 400 == consultant.post(f"{base}/close", {}).status
    assert 303 == consultant.post(f"{base}/close", {"sure": "yes"}).status
    assert 409 == person.answer("advocacy", 3, 1, campaign=of).status
    assert 303 == consultant.post(f"{base}/revoke", {"invitation": invitation.id}).status
    assert 401 == person.get(f"/c/{of}/").status


@pytest.mark.parametrize("of_one", [True, False])
def test_no_link_of_a_campaign_s_page_is_refused_to_its_reader(server, of_one):
    """A consultant of one campaign is not led to what only a consultant of all may open."""
    reader = server.visitor("consultant", campaign=server.campaign if of_one else None)
    page = reader.get(f"/consultant/{server.campaign}/").text
    links = {link for link in re.findall(r'<a [^>]*href="(/[^"]+)"', page) if "/map/" not in link}

    assert of_one == ("/consultant/" not in links)
    assert {200} == {reader.get(link).status for link in links}


def test_a_reminder_too_many_is_told_as_such(server):
    """The consultant reads that the person was reminded often enough, not that the server is broken."""
    made, _ = server.store.invite(server.campaign, "respondent", actor="test")
    consultant = server.visitor("consultant")
    path, asked = f"/consultant/{server.campaign}/remind?lang=fr", {"invitation": made.id}
    sent = [consultant.post(path, asked) for _ in range(3)]

    assert [303, 303, 400] == [reply.status for reply in sent]
    assert "Cela n’a pas pu être fait" in sent[-1].text
    assert "store.reminders_spent" in sent[-1].text
    assert "de notre côté" not in sent[-1].text


def test_files_of_ours_are_packed_and_kept(server):
    """A file of ours comes compressed, may be kept for ever, and is not sent again when the browser has it."""
    page = server.visitor().get("/").text
    path = re.search(r'href="(/assets/[0-9a-f]+/page\.css)"', page)[1]
    plain = server.visitor().get(path)
    packed = server.visitor().get(path, Accept_Encoding="gzip, br")

    assert plain.body == gzip.decompress(packed.body)
    assert len(packed.body) < len(plain.body) / 2
    assert "immutable" in packed.header("Cache-Control")
    again = server.visitor().get(path, If_None_Match=packed.header("Etag"))
    assert (304, b"") == (again.status, again.body)
    head = server.visitor().send("HEAD", path, headers={"Origin": None})
    assert (200, b"") == (head.status, head.body)


def test_health_says_little(server):
    """Anybody may ask; the answer is one word."""
    assert {"status": "ok"} == server.visitor().get("/health", Host="localhost").json()


def test_a_locked_store_is_never_acknowledged(server):
    """While somebody else holds the database a save is answered 503, and nothing of it is written afterwards."""
    visitor = server.visitor("respondent")
    holder = sqlite3.connect(server.log.parent / "store.sqlite", isolation_level=None)
    holder.execute("begin immediate")
    try:
        reply = visitor.answer("advocacy", 1, 1)
    finally:
        holder.execute("rollback")
        holder.close()

    assert 503 == reply.status
    assert reply.header("Retry-After")
    assert [] == visitor.get(f"/c/{server.campaign}/answers").json()["saved"]
    assert 200 == visitor.answer("advocacy", 1, 1).status


def test_a_goodbye_ends_the_kernel(server, live):
    """The beacon of a closing tab ends its kernel at once, with the form body that Voilà's script sends."""
    visitor = server.visitor("respondent")
    visitor.answer("advocacy", 3, 1)
    page = live.Page.open(visitor, f"/c/{server.campaign}/explore")

    assert 1 == server.kernels()
    assert visitor.get(f"/api/kernels/{page.kernel}").json()["id"] == page.kernel
    body = b'--x\r\nContent-Disposition: form-data; name="_xsrf"\r\n\r\n\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    reply = visitor.send("POST", f"/voila/api/shutdown/{page.kernel}", body, kind)
    assert 204 == reply.status
    assert 0 == server.kernels()
    page.close()


def test_without_a_folder_each_page_has_a_copy_of_the_example(server, live):
    """What is saved on the map of a server without an engagement is in a copy that goes with the page; the page says so."""
    shipped = resource("examples") / "maison-lavande" / "journeys.yaml"
    before = shipped.read_bytes()
    visitor = server.visitor("consultant")
    for _ in range(2):
        page = live.Page.open(visitor, "/map/")
        assert {"copy made for this page", "copie faite pour cette page"} <= set(
            re.findall(r"cop(?:y|ie) [\w ]*page", page.html)
        )
        ((model, state),) = [one for one in page.states().items() if "picture" in one[1]]
        assert (False, "journeys.yaml") == (state["status"]["can_undo"], state["status"]["file"])
        event = re.search(r'data-event="([\w-]+)"', state["picture"]["svg"])[1]
        box = {"at": event, "part": "expectation", "item": "", "field": "level", "text": "3.5"}
        page.comm(model, {"method": "custom", "content": {"kind": "edit", "seq": 1, **box}})
        page.comm(model, {"method": "custom", "content": {"kind": "save", "seq": 2}})
        while page.wait("comm_msg")["data"].get("state", {}).get("handled") != 2:
            pass
        (folder,) = {path.parent for path in Path("/tmp").glob(f"cxm-*/kernel-{page.kernel}*")}  # noqa: S108  # the server's
        (copy,) = folder.glob("page-*/maison-lavande/journeys.yaml")
        assert before != copy.read_bytes()
        visitor.post(f"/voila/api/shutdown/{page.kernel}", {})
        assert not copy.exists()
        page.close()
    assert before == shipped.read_bytes()


def test_a_kernel_that_dies_is_said(server, live):
    """When a kernel is killed the page is told that it is dead, and its place is free again."""
    import os
    import signal

    visitor = server.visitor("respondent")
    page = live.Page.open(visitor, f"/c/{server.campaign}/explore")
    (process,) = live.children(server.process.pid)

    os.kill(process, signal.SIGKILL)

    while page.wait("status")["execution_state"] != "dead":
        pass
    assert 0 == server.kernels()


def test_the_page_with_a_kernel_has_no_inline_script(server):
    """Every script of the Voilà page is a file or data; the policy says the same."""
    visitor = server.visitor("respondent")
    _, reply = visitor.open_page(f"/c/{server.campaign}/explore?lang=fr")
    visitor.post("/leave", {})

    scripts = re.findall(r"<script([^>]*)>", reply.text)
    assert scripts
    assert all("src=" in script or "json" in script for script in scripts)
    assert '<html lang="fr">' in reply.text
    assert "script-src 'self' blob:" in reply.header("Content-Security-Policy")


def test_beyond_the_cap_people_wait(live, tmp_path):
    """With one place, the second page is a friendly 503 that looks again by itself; when the first goes it opens."""
    server = live.start(tmp_path, "--max-kernels", "1")
    try:
        first, second = server.visitor("respondent"), server.visitor("respondent")
        page = live.Page.open(first, f"/c/{server.campaign}/explore")
        reply = second.get(f"/c/{server.campaign}/explore")

        assert (503, "5", "5") == (reply.status, reply.header("Retry-After"), reply.header("Refresh"))
        assert "<html" in reply.text
        page.close()
        first.post("/leave", {})
        assert 200 == second.get(f"/c/{server.campaign}/explore").status
    finally:
        assert 0 == server.stop()


def test_fifty_closed_tabs_leave_no_kernel(live, tmp_path):
    """Fifty pages opened and closed, half of them without a goodbye, leave no kernel once the grace is over."""
    server = live.start(tmp_path, "--max-kernels", "50", script=Path(__file__).with_name("impatient.py"))
    try:

        def open_and_close(number):
            visitor = server.visitor("respondent")
            page = live.Page.open(visitor, f"/c/{server.campaign}/explore")
            page.close()
            if number % 2:
                visitor.post(f"/voila/api/shutdown/{page.kernel}", {})

        with ThreadPoolExecutor(3) as tabs:
            list(tabs.map(open_and_close, range(50)))
        until = time.monotonic() + 60
        while server.kernels() and time.monotonic() < until:
            time.sleep(0.1)
        assert 0 == server.kernels()
    finally:
        assert 0 == server.stop()


def test_stopping_loses_nothing_that_was_acknowledged(live, tmp_path, questions):
    """Told to stop in the middle of saves, the server ends with 0 and every acknowledged answer is in the store."""
    server = live.start(tmp_path)
    visitors = [server.visitor("respondent") for _ in range(6)]
    acknowledged: list[tuple[int, int]] = []

    def save(place):
        for number in range(1, 60):
            try:
                reply = visitors[place].answer(questions[number % 7], 1 + number % 5, number)
            except OSError:
                return
            if reply.status == 200:
                acknowledged.append((place, number))

    threads = [threading.Thread(target=save, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(acknowledged) < 30 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(acknowledged) >= 30
    secrets = [visitor.secret for visitor in visitors]
    code = server.stop()
    for thread in threads:
        thread.join()

    with Store.open(tmp_path / "store.sqlite") as store:
        people = [store.visitor(secret, server.campaign, ("respondent",)).respondent for secret in secrets]
    found = sqlite3.connect(tmp_path / "store.sqlite")
    kept = set(found.execute("select respondent, sequence from events").fetchall())
    found.close()
    assert {(people[place], number) for place, number in acknowledged} <= kept
    assert 0 == code
    assert "Traceback" not in server.logged()
