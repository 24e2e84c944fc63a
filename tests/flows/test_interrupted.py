"""Ctrl-C at any moment of a division, inside the compiled kernels too."""

import subprocess
import sys

# In a process of its own: what watches the garbage collector here (hypothesis does)
# would be interrupted too.
SCRIPT = """
import signal, time
from gridpart.flows import divide
from gridpart.rules import Rules
from gridpart.synth.cities import make_city

signal.signal(signal.SIGALRM, signal.default_int_handler)
city = make_city(3, seed=2)
rules = Rules.preset().replace("search", proof_s=0.0)
divide(city, rules)  # so that the kernels are compiled
started = time.perf_counter()
divide(city, rules)
seconds = time.perf_counter() - started
caught = 0
for turn in range(13):
    try:
        share = 0.05 + 0.45 * turn / 12
        signal.setitimer(signal.ITIMER_REAL, share * seconds)
        divide(city, rules)
        signal.setitimer(signal.ITIMER_REAL, 0)  # quicker than the alarm
    except KeyboardInterrupt:
        caught += 1
print(caught)
"""


def test_ctrl_c_is_ctrl_c_wherever_it_comes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 6
