"""Work one step ahead, in a thread: while one batch is used the next is made."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


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
