"""Dagster's own event log with its connections kept: it opens two for each event, of which a build has a thousand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import create_db_conn_string
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

_KEPT = 4
"""Databases kept open: there is one for each run, and one of all."""
_PATIENCE = 60
"""Seconds to wait for another process that writes."""


class KeptEventLog(SqliteEventLogStorage):
    """Stores and reads exactly what Dagster's default does."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "KeptEventLog":
        """Make the storage that ``dagster.yaml`` names."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            # the lock lets one thread in at a time, whichever that is
            engine = create_engine(
                create_db_conn_string(self._base_dir, shard), poolclass=StaticPool,
                connect_args={"timeout": _PATIENCE, "check_same_thread": False},
            )  # fmt: skip
            event.listen(engine, "connect", _lightly)
            self._initdb(engine)
        self._engines[shard] = engine
        while len(self._engines) > _KEPT:
            self._engines.pop(next(iter(self._engines))).dispose()
        return engine

    def dispose(self) -> None:
        """Close the connections."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _lightly(connection: Any, _: Any) -> None:
    """Let the machine choose when the log reaches the disk: a power cut may cost its newest lines, never the file."""
    connection.execute("pragma synchronous = normal")
