"""The garbage collector rests while a whole company is in memory, and only then."""

import gc

import pytest

from integrations.jobs.gc_paused import collector_paused


def test_it_rests_inside_and_works_again_afterwards():
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error():
    with pytest.raises(RuntimeError), collector_paused():
        raise RuntimeError
    assert gc.isenabled()


def test_a_pause_inside_a_pause_does_not_end_it():
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_decorated_function_is_run_in_a_pause_each_time():
    seen = []

    @collector_paused()
    def look() -> None:
        seen.append(gc.isenabled())

    look()
    look()
    assert seen == [False, False]
    assert gc.isenabled()
