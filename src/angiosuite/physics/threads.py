"""Work shared by a few threads: the same bytes whatever their number.

Kernels here are compiled without the interpreter's lock and without parallel loops of their own. A piece
of work is cut into strands by index (strand k of n takes blocks k, k + n, ...); strands write to separate
memory and nothing is summed across them, so one thread and many give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Lock, local
from typing import Any

_lock = Lock()
_own = local()
_pool: ThreadPoolExecutor | None = None
_threads = 0


def _default_threads() -> int:
    given = os.environ.get("ANGIOSUITE_THREADS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:  # not a Linux machine
        usable = os.cpu_count() or 1
    return max(1, min(2, usable))


def threads() -> int:
    """Number of threads that share the work of one picture (two where the machine has two)."""
    global _threads
    if _threads == 0:
        _threads = _default_threads()
    return _threads


def set_threads(count: int) -> None:
    """Use `count` threads from the next piece of work on; the results do not depend on it."""
    global _threads, _pool
    with _lock:
        _threads = max(1, int(count))
        if _pool is not None:
            _pool.shutdown(wait=True)
            _pool = None


def share(strand: Callable[[int, int], None]) -> None:
    """Run ``strand(k, n)`` for k = 0 ... n - 1, one a thread, and wait for all of them."""
    global _pool
    n = 1 if getattr(_own, "is_busy", False) else threads()
    if n == 1:
        strand(0, 1)
        return
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(n - 1, thread_name_prefix="strand")
        others = [_pool.submit(strand, k, n) for k in range(1, n)]
    strand(0, n)
    for other in others:
        other.result()


def together(*tasks: Callable[[], Any]) -> list[Any]:
    """Do unlike pieces of work at the same time, each on one thread, the longest given first; their results.

    What one of them raises is raised here once all have ended.
    """
    results: list[Any] = [None] * len(tasks)
    turn = count()

    def strand(k: int, n: int) -> None:
        before, _own.is_busy = getattr(_own, "is_busy", False), n > 1 or getattr(_own, "is_busy", False)
        try:
            while (number := next(turn)) < len(tasks):
                results[number] = tasks[number]()
        finally:
            _own.is_busy = before

    share(strand)
    return results
