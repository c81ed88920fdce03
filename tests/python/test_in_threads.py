"""Pieces of work in threads, and how many threads torch has afterwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from labelatlas._in_threads import in_threads
from labelatlas.space import search_neighbors


@pytest.fixture(autouse=True)
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def threads_of_a_new_thread():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


def test_results_come_in_the_order_of_the_pieces_each_made_on_one_thread():
    def work(piece):
        return piece, torch.get_num_threads()

    assert list(in_threads(work, range(20))) == [(piece, 1) for piece in range(20)]
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize("first_to_end", ["first", "second"])
def test_two_searches_at_once_leave_torch_with_the_threads_it_had(first_to_end):
    begun = {name: threading.Event() for name in ("first", "second")}
    may_end = {name: threading.Event() for name in ("first", "second")}
    after = {}

    def search(name):
        if name == "second":
            assert begun["first"].wait(60)

        def work(piece):
            begun[name].set()
            assert may_end[name].wait(60)
            return torch.get_num_threads()

        assert list(in_threads(work, range(2))) == [1, 1]
        after[name] = torch.get_num_threads()

    running = {name: threading.Thread(target=search, args=(name,)) for name in begun}
    for thread in running.values():
        thread.start()
    assert begun["second"].wait(60)
    for name in sorted(running, key=lambda name: name != first_to_end):
        may_end[name].set()
        running[name].join(60)
    assert after == {"first": 3, "second": 3}
    assert torch.get_num_threads() == 3
    assert threads_of_a_new_thread() == 3


def test_work_that_fails_and_a_caller_that_stops_leave_torch_with_the_threads_it_had():
    def work(piece):
        if piece == 5:
            raise ValueError("no")
        return piece

    with pytest.raises(ValueError, match="no"):
        list(in_threads(work, range(100)))
    assert torch.get_num_threads() == 3
    for _ in in_threads(work, range(3)):
        break
    assert torch.get_num_threads() == 3
    assert threads_of_a_new_thread() == 3


@pytest.mark.parametrize("exact", [True, False])
def test_a_search_that_is_interrupted_while_it_tells_how_far_it_is_stops_there(exact):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 12))[rng.integers(0, 50, 9000)] * 9.0 + rng.normal(size=(9000, 12))
    told = []

    def stop(done, total):
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_neighbors(rows, 5, exact=exact, device="cpu", progress=stop)
    assert len(told) == 1
    assert told[0] < 9000
    assert torch.get_num_threads() == 3
