"""Work in threads: one step ahead, so that while one batch is used the next is made, or on columns side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from common.machine import threads

T = TypeVar("T")
Result = TypeVar("Result")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Give what ``items`` gives, each made while the one before is in use. Errors come where they belong."""
    nothing: list[T] = []

    def following() -> list[T]:
        return [item] if (item := next(items, None)) is not None else nothing

    with ThreadPoolExecutor(1) as thread:
        coming: Future[list[T]] = thread.submit(following)
        while got := coming.result():
            coming = thread.submit(following)
            yield got[0]


def side_by_side(work: Callable[[T], Result], items: Iterable[T]) -> list[Result]:
    """Return what ``work`` makes of each item, in their order. It pays for what lets other threads run meanwhile."""
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(work, items))
