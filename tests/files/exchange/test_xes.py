"""XES out: well formed after the rules of XES 1.0, the same ids, every way through a journey within a stated limit."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cxmaturity.files.exchange import to_xes
from cxmaturity.files.exchange.paths import MAX_PATHS, MAX_VISITS, paths_of
from cxmaturity.journey.values import Atlas, Event, Journey, Stage, Words

X = "{http://www.xes-standard.org/}"
TYPES = {"string", "int", "boolean", "date", "float", "id"}


def journey_of(*steps: tuple[str, ...]) -> Journey:
    events = tuple(
        Event(id=f"e{i}", by="customer", action=Words(en="<b>&"), channel="store", next=after)
        for i, after in enumerate(steps)
    )
    stage = Stage(id="s", name=Words(en="S"), lifecycle="use", events=events)
    return Journey(id="j", title=Words(en="J"), stages=(stage,))


def check(root: etree._Element) -> None:
    """Check the order and the content of a log as the standard draws them (log, extension, global, classifier, trace, event)."""
    names = [child.tag.removeprefix(X) for child in root]
    order = ["extension", "global", "classifier", "attribute", "trace"]
    kinds = ["attribute" if name in TYPES else name for name in names]
    assert kinds == sorted(kinds, key=order.index)
    assert ("log", "1.0") == (root.tag.removeprefix(X), root.get("xes.version"))
    prefixes = {child.get("prefix") for child in root if child.tag == f"{X}extension"}
    for node in root.iter():
        name = node.tag.removeprefix(X)
        if name in TYPES:
            key = node.get("key")
            assert key
            assert node.get("value") is not None
            assert ":" not in key or key.partition(":")[0] in prefixes
        elif name in {"trace", "event"}:
            keys = [child.get("key") for child in node if child.tag != f"{X}event"]
            assert len(set(keys)) == len(keys)
            assert "concept:name" in keys


def traces(content: bytes) -> dict[str, list[str]]:
    root = etree.fromstring(content)
    check(root)

    def name(node: etree._Element) -> str:
        return next(it.get("value") for it in node if it.get("key") == "concept:name")

    return {name(trace): [name(it) for it in trace.iter(f"{X}event")] for trace in root.iter(f"{X}trace")}


def test_the_example_has_the_same_ids(lavande):
    """Every event of the example is in a trace of its journey, under its own id."""
    found = traces(to_xes(lavande))

    for journey in lavande.journeys:
        mine = [ids for name, ids in found.items() if name.partition("/")[0] == journey.id]
        assert {event.id for event in journey.events} == {it for ids in mine for it in ids}


def test_branches_and_loops():
    """A branch makes two traces; a loop is shown once taken and once not; no `next` goes to the event after."""
    branch = Atlas(client="A", language="en", journeys=(journey_of(("e1", "e2"), ("end",), ()),))
    loop = Atlas(client="A", language="en", journeys=(journey_of((), ("e0", "end")),))

    assert {"j": ["e0", "e1"], "j/2": ["e0", "e2"]} == traces(to_xes(branch))
    assert {"j": ["e0", "e1", "e0", "e1"], "j/2": ["e0", "e1"]} == traces(to_xes(loop))


def test_a_loop_without_exit_ends_and_says_so():
    """A journey that never ends gives one trace, marked as not complete; an event that nothing leads to starts its own."""
    closed = journey_of(("e1",), ("e0",))
    (path,), whole = paths_of(closed)

    assert (["e0", "e1"] * MAX_VISITS, False, True) == ([it.id for it in path.events], path.complete, whole)
    lonely = journey_of(("end",), ("end",))
    assert [["e0"], ["e1"]] == [[it.id for it in path.events] for path in paths_of(lonely)[0]]


def test_the_limit_is_stated():
    """A journey with more ways than the limit gives the limit, and the log names it."""
    wide = journey_of(*[(f"e{i + 1}", f"e{i + 2}") for i in range(18)], (), ())
    content = to_xes(Atlas(client="A", language="en", journeys=(wide,)))

    assert MAX_PATHS == len(traces(content))
    assert b'key="paths-left-out" value="j"' in content


STEPS = st.lists(
    st.lists(st.sampled_from(["e0", "e1", "e2", "e3", "e4", "end", "?"]), max_size=4).map(tuple), max_size=5
)


def brute(journey: Journey) -> set[tuple[str, ...]]:
    """Return every complete way from the first event by recursion."""
    ids = [event.id for event in journey.events]
    after = {}
    for event, follower in zip(journey.events, [*ids[1:], "end"], strict=False):
        after[event.id] = [it for it in event.next if it in {*ids, "end"}] or (
            [follower] if not event.next else ["end"]
        )

    def walk(path: tuple[str, ...]) -> set[tuple[str, ...]]:
        found = set()
        for step in after[path[-1]]:
            if step == "end":
                found.add(path)
            elif path.count(step) < MAX_VISITS:
                found |= walk((*path, step))
        return found

    return walk((ids[0],)) if ids else set()


@given(STEPS)
def test_the_ways_are_those_of_a_brute_search(steps):
    """Complete ways from the first event equal a recursive search, where the limit was not reached; none comes twice."""
    journey = journey_of(*steps)
    found, whole = paths_of(journey)
    ids = [tuple(it.id for it in path.events) for path in found]

    assert len(found) <= MAX_PATHS
    if whole:
        complete = {way for way, path in zip(ids, found, strict=True) if path.complete and way[0] == "e0"}
        assert brute(journey) == complete
        assert len(set(ids)) == len(ids)
        assert {it for way in ids for it in way} == {event.id for event in journey.events}


def test_two_thousand_dense_events_take_no_time():
    """A thousand events that may all follow each other do not blow up: the search stops at the limit."""
    names = tuple(f"e{i}" for i in range(1000))
    journey = journey_of(*[names] * 1000)
    found, whole = paths_of(attrs.evolve(journey))

    assert (MAX_PATHS, False) == (len(found), whole)
