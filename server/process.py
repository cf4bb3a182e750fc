"""What this process sets for itself: open files, TensorFlow threads, memory."""

import ctypes
import functools
import gc
import logging
import os
from contextlib import suppress

# A visitor's two connections, and the event loop that Streamlit gives a session, take five; 128
# who have left, three each. So many are enough for twice the visitors that docs/speed.md counts on.
OPEN_FILES = 4096

# New objects between two garbage collections. A stroke's run makes about a thousand, most of them
# freed without a collector: Python's own threshold of 700 would run it for every third stroke.
GARBAGE = 10_000

# What glibc's malloc is told (mallopt(3)): a block of this many bytes or more goes back to the
# system once it is freed, as do this many at the heap's end, and all threads share two heaps.
# Otherwise each thread has its own, which keeps what photographs took: after five visitors and all
# views, the server takes 750 MB instead of 660 (benchmarks/memory.py).
ALLOCATION = {
    "M_MMAP_THRESHOLD": (-3, 4 << 20),
    "M_TRIM_THRESHOLD": (-1, 1 << 20),
    "M_ARENA_MAX": (-8, 2),
}

_log = logging.getLogger(__name__)


def allow_open_files() -> None:
    """Let this process have as many files open as the system allows; log if those are few.

    Most systems start a process with 1,024, at which some 200 visitors end a server for all.
    """
    with suppress(ImportError, ValueError, OSError):  # not every system has such limits
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        if most != resource.RLIM_INFINITY and most < OPEN_FILES:
            message = "%s open files are allowed, enough for %s visitors; %s are better (ulimit -n)"
            _log.warning(message, most, most // 6, OPEN_FILES)


def prepare_to_infer() -> None:
    """Set this process up to answer quickly. Call this before TensorFlow is imported."""
    # TensorFlow reads these on import. Each visitor has a thread; more threads for each
    # answer only make visitors wait for one another.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    limit_heaps()
    spare_the_collector()


def limit_heaps() -> None:
    """Have the C library give memory back, as ALLOCATION says; without glibc, do nothing."""
    with suppress(AttributeError, OSError, TypeError):  # of other C libraries
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in ALLOCATION.values():
            mallopt(parameter, value)


@functools.cache  # once in this process
def spare_the_collector() -> None:
    """Have the garbage collector ignore TensorFlow, and run less often.

    TensorFlow's objects, most of the heap, never become garbage, and visiting them takes 75–400 ms.
    Call this before a network is loaded: that must be freed when its file is replaced. Visiting it
    takes a millisecond.
    """
    import keras  # noqa: F401  and with it TensorFlow

    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
