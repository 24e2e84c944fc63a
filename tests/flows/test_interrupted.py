"""Ctrl-C at any moment of a division, inside the compiled kernels too."""

import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from gridpart.flows import divide
from gridpart.rules import Rules
from gridpart.synth.cities import make_city


@pytest.fixture
def alarm() -> Iterator[None]:
    """Let the alarm do what Ctrl-C does."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("alarm")
def test_ctrl_c_is_ctrl_c_wherever_it_comes() -> None:
    city = make_city(3, seed=2)
    rules = Rules.preset().replace("search", proof_s=0.0)
    divide(city, rules)  # so that the kernels are compiled
    started = time.perf_counter()
    divide(city, rules)
    seconds = time.perf_counter() - started
    caught = 0
    for share in np.linspace(0.05, 0.5, 13):
        try:
            signal.setitimer(signal.ITIMER_REAL, share * seconds)
            divide(city, rules)
            signal.setitimer(signal.ITIMER_REAL, 0)  # quicker than the alarm
        except KeyboardInterrupt:
            caught += 1
    assert caught > 6
