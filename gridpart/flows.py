"""The product in one page: how a plan comes about.

files --read--> City --check--> mend --cut--> Fabric --partition--> assignment --> Plan
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import pandas as pd

from gridpart.assemble import assemble_plan
from gridpart.check.cities import check_city, mend_city, stop_on
from gridpart.choices import find_choices, plans_of
from gridpart.chunks import Chunk, divide_chunk
from gridpart.city import City, take_communities
from gridpart.errors import InputError
from gridpart.kept import Kept, key_of
from gridpart.plan import Plan
from gridpart.rules import Rules

CHUNK_BUILDINGS = 600  # buildings divided in one go, so that memory stays flat
FEW_BUILDINGS = 1500  # up to here starting processes costs more than it saves

Progress = Callable[[int, int], None]
Result = TypeVar("Result")


def divide(
    city: City,
    rules: Rules,
    *,
    seed: int = 0,
    jobs: int = 1,
    time_limit: float | None = None,
    only: Sequence[str] = (),
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Plan:
    """Divide a city that has no grids yet.

    Parameters
    ----------
    city
        The input tables.
    rules
        Sizes, weights, effort.
    seed
        Equal city, rules and seed make an equal plan.
    jobs
        Number of processes; the plan does not depend on it.
    time_limit
        Seconds; communities not begun by then get the quickest search. With a
        limit the plan depends on the machine's speed.
    only
        Codes of the communities to divide; all if empty.
    progress
        Called with communities done and communities in all.
    kept
        Where what is done is stored, so that a division that was cut short goes on
        there; not used with a time limit.

    Raises
    ------
    InputError
        If the city has faults that make a division impossible.
    """
    city, mended = mend_city(city)
    faults = check_city(city, rules)
    stop_on(faults)
    codes = _wanted(city, only)
    chunks = []
    done = 0
    if progress:
        progress(0, len(codes))
    if time_limit is not None:
        kept = None
    for chunk in _resumed(
        [take_communities(city, own) for own in _chunks(city, codes)],
        rules,
        seed,
        jobs,
        time_limit,
        kept,
    ):
        chunks.append(chunk)
        done += len(chunk.communities)
        if progress:
            progress(done, len(codes))
    chunks.sort(key=lambda chunk: str(chunk.communities["community_code"].iloc[0]))
    if only:
        city = take_communities(city, codes)
    return assemble_plan(city, chunks, [*city.notes, *mended, *faults], rules, seed)


def compare(
    city: City,
    rules: Rules,
    number: int,
    *,
    seed: int = 0,
    jobs: int = 1,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[list[Plan], pd.DataFrame]:
    """Divide a city in several ways that really differ.

    Parameters
    ----------
    city, rules, seed, jobs, only, progress
        As for :func:`divide`.
    number
        Divisions wanted of each community.

    Returns
    -------
    plans
        The first is what :func:`divide` gives; at most ``number``.
    table
        One row for each division found of each community: see
        :class:`gridpart.choices.Choices`.

    Raises
    ------
    InputError
        As for :func:`divide`.
    """
    city, mended = mend_city(city)
    faults = check_city(city, rules)
    stop_on(faults)
    codes = _wanted(city, only)
    tasks = [take_communities(city, [code]) for code in codes]
    work = partial(find_choices, rules=rules, seed=seed, number=number)
    found = []
    for choices in _spread(work, tasks, jobs):
        found.append(choices)
        if progress:
            progress(len(found), len(codes))
    found.sort(key=lambda one: one.community_code)
    if only:
        city = take_communities(city, codes)
    seen = [*city.notes, *mended, *faults]
    plans = plans_of(city, found, seen, rules, seed)
    return plans, pd.concat([one.table for one in found], ignore_index=True)


def _wanted(city: City, only: Sequence[str]) -> list[str]:
    known = sorted(city.communities["community_code"])
    unknown = sorted(set(only) - set(known))
    if unknown:
        msg = f"layer communities: no community has the code {', '.join(unknown)}."
        raise InputError(msg)
    return [code for code in known if not only or code in set(only)]


def _chunks(city: City, codes: Sequence[str]) -> Iterator[list[str]]:
    """Group communities so that each group has about as many buildings."""
    each = max(
        1, CHUNK_BUILDINGS * len(city.communities) // max(1, len(city.buildings))
    )
    for first in range(0, len(codes), each):
        yield list(codes[first : first + each])


def _resumed(
    tasks: Sequence[City],
    rules: Rules,
    seed: int,
    jobs: int,
    time_limit: float | None,
    kept: Kept | None,
) -> Iterator[Chunk]:
    """Yield the chunks that are kept, then the others, which are kept as they come."""
    deadline = None if time_limit is None else time.time() + time_limit
    work = partial(_divide_in_time, rules=rules, seed=seed, deadline=deadline)
    if kept is None:
        yield from _spread(work, tasks, jobs)
        return
    keys, missing = {}, []
    for task in tasks:
        key = key_of(task, rules, seed)
        found = kept.find(key)
        if found is None:
            keys[task.communities["community_code"].min()] = key
            missing.append(task)
        else:
            yield found
    for chunk in _spread(work, missing, jobs):
        kept.keep(keys[chunk.communities["community_code"].min()], chunk)
        yield chunk


def _spread(
    work: Callable[[City], Result], tasks: Sequence[City], jobs: int
) -> Iterator[Result]:
    """Yield what the work makes of each task, in processes where that pays."""
    buildings = sum(len(task.buildings) for task in tasks)
    if jobs <= 1 or len(tasks) <= 1 or buildings <= FEW_BUILDINGS:
        for task in tasks:
            with _ctrl_c():
                done = work(task)
            yield done
        return
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        futures = [pool.submit(work, task) for task in tasks]
        for future in as_completed(futures):
            yield future.result()
    except BaseException:
        for process in list(pool._processes.values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Let Ctrl-C inside a compiled kernel, which Python calls a SystemError, be one."""
    try:
        yield
    except SystemError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def _divide_in_time(
    task: City, rules: Rules, seed: int, deadline: float | None
) -> Chunk:
    if deadline is not None and time.time() > deadline:
        rules = rules.replace("search", starts=1, moves=50, proof_s=0.0)
    return divide_chunk(task, rules, seed)
