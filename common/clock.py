"""Beijing time: the only zone in which a day, a month or a deadline is meant here."""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "+08:00")
"""Asia/Shanghai has had no daylight saving since 1992, so a fixed offset says it all."""


def in_beijing(moment: datetime) -> datetime:
    """Give ``moment`` the offset +08:00; a time without offset is Beijing time already (SURFACE, Home)."""
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)


def parse_moment(text: str) -> datetime:
    """Read an ISO date or time; a date alone means its last second, because the whole day is meant.

    Raises ValueError for any other text.
    """
    if len(text.strip()) <= len("2023-09-30"):
        return datetime.combine(date.fromisoformat(text.strip()), datetime.max.time().replace(microsecond=0), BEIJING)
    return in_beijing(datetime.fromisoformat(text.strip().replace("Z", "+00:00")))


def stamp(moment: datetime) -> str:
    """Write ``moment`` as ISO 8601 with the offset +08:00, to the second or finer as it stands."""
    return in_beijing(moment).isoformat()


def now() -> datetime:
    """Return the present moment in Beijing time, to the second."""
    return datetime.now(UTC).astimezone(BEIJING).replace(microsecond=0)
