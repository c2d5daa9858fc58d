"""What a server does when it starts, before it answers anyone."""

import gc

from kadr.web.logs import configure

__all__ = ["start"]


def start() -> None:
    """Write the log as JSON, and leave what stays for good out of the search for garbage.

    That is 80,000 objects, of modules for the most part. To look through them took 50 ms and more every ten seconds of
    load, in which nobody was answered: with a hosted model 21 of 1,500 searches went without its vector for that, and
    none since (`python -m bench.load`).
    """
    configure()
    gc.collect()
    gc.freeze()
