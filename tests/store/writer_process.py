"""A program that answers without end, from several threads, and writes a line once each answer is acknowledged.

Started by the tests that kill it; a line is "device sequence level".
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading

from cxmaturity.assessment.values import Answer
from cxmaturity.store import AnswerEvent, Store, StoreBusyError


def main() -> None:
    """Answer until killed."""
    url, campaign, name, people = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    store = Store.open(url, clock=lambda: dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC))

    def answer(number: int) -> None:
        _, visitor = store.enter_open(campaign)
        device, sequence = f"{name}-{number}", 0
        while True:
            sequence += 1
            level = 1 + sequence % 5
            given = AnswerEvent(
                question="advocacy",
                answer=Answer(state="level", level=level),
                device=device,
                sequence=sequence,
            )
            try:
                store.record(visitor, [given])
            except StoreBusyError:
                sequence -= 1  # nothing was acknowledged: the same again
                continue
            os.write(1, f"{device} {sequence} {level}\n".encode())

    threads = [threading.Thread(target=answer, args=(number,), daemon=True) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
