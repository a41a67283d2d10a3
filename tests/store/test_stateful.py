"""Random lives of one respondent with several devices, against a twin that keeps a list and thinks naively."""

from __future__ import annotations

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from store_samples import QUESTIONS, Clock, come_in, event, plan

from cxmaturity.store import AnswerEvent, Store

DEVICES = ("phone", "laptop", "tablet")


@attrs.define
class Twin:
    """Everything received, in order; what stands is worked out from the start each time."""

    received: list[AnswerEvent] = attrs.field(factory=list)

    def stands(self) -> dict[str, tuple[int, int]]:
        """Return question to (revision, level)."""
        told: dict[str, tuple[int, AnswerEvent]] = {}
        known = set()
        for one in self.received:
            name = (one.device, one.sequence)
            if name in known:
                continue
            known.add(name)
            revision, holder = told.get(one.question, (0, None))
            later = holder is not None and holder.device == one.device and one.sequence > holder.sequence
            seen = holder is None or (holder.device != one.device and one.base >= revision)
            if later or seen:
                told[one.question] = (revision + 1, one)
        return {question: (revision, one.answer.level) for question, (revision, one) in told.items()}


def machine(open_store):  # noqa: C901  # the rules need what opens the store
    """Return the class of lives on one database."""

    class Life(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.clock = Clock()
            self.store = open_store(self.clock)
            campaign = self.store.create_campaign(plan(), questionnaire="1", actor="test")
            self.person = come_in(self.store, campaign)
            self.twin = Twin()
            self.counts = dict.fromkeys(DEVICES, 0)
            self.queued: list[AnswerEvent] = []

        def teardown(self):
            if hasattr(self, "store"):
                self.store.close()

        @rule(
            device=st.sampled_from(DEVICES),
            question=st.sampled_from(QUESTIONS[:2]),
            level=st.integers(1, 5),
            behind=st.integers(0, 2),
        )
        def answer(self, device, question, level, behind):
            self.counts[device] += 1
            revision = self.twin.stands().get(question, (0, 0))[0]
            self.queued.append(
                event(
                    question,
                    level,
                    sequence=self.counts[device],
                    device=device,
                    base=max(0, revision - behind),
                )
            )

        @rule(data=st.data())
        def send(self, data):
            """Send some of what waits, in any order, perhaps with something sent before."""
            pool = self.queued + self.twin.received[-3:]
            if not pool:
                return
            batch = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4))
            saved = self.store.record(self.person.visitor, batch)
            self.twin.received += batch
            self.queued = [one for one in self.queued if one not in batch]
            stands = self.twin.stands()
            assert [(s.revision, s.answer.level) for s in saved] == [stands[one.question] for one in batch]

        @rule(hours=st.integers(-48, 48))
        def jump(self, hours):
            self.clock.forward(hours=hours / 10)

        @rule()
        def restart(self):
            self.store.close()
            self.store = open_store(self.clock)

        @rule()
        def elsewhere(self):
            """Go on with another session: the answers are the person's, not the browser's."""
            _, visitor = self.store.redeem(self.store.handover(self.person.visitor))
            self.person = attrs.evolve(self.person, visitor=visitor)

        @invariant()
        def agrees(self):
            if hasattr(self, "person"):
                answers = self.store.progress(self.person.visitor).answers
                assert {s.question: (s.revision, s.answer.level) for s in answers} == self.twin.stands()

    return Life


def test_any_life_ends_as_the_twin_says(url):
    """Replays, several devices, wrong orders, clock jumps, restarts: what stands is what the rules say."""
    run_state_machine_as_test(
        machine(lambda clock: Store.open(url, clock=clock)),
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
    )
