"""What a delivery is judged against."""

from collections.abc import Sequence

from review.landed import Landed


class Past:
    """What a delivery is judged against: those of its feed that stand before it, and all that are known."""

    def __init__(self, known: Sequence[Landed]) -> None:
        self.before: list[Landed] = []
        self.seen: list[Landed] = []
        """What stands, and what waits for no more than an answer about its being unusual."""
        self._standing: dict[tuple[str, str], Landed] = {}
        self._known: dict[tuple[str, str], list[Landed]] = {}
        self._told: dict[tuple[object, ...], list[Landed]] = {}
        for landed in known:
            for part in landed.parts:
                self._known.setdefault(part, []).append(landed)

    def add(self, landed: Landed) -> None:
        """Let a delivery stand before those that are judged after it."""
        self.before.append(landed)
        self.seen.append(landed)
        if not landed.parts:
            self._told.setdefault(landed.shape, []).append(landed)
        elif not landed.adds:
            self._standing |= dict.fromkeys(landed.parts, landed)

    def note(self, landed: Landed) -> None:
        """Remember a delivery that was asked about only because it is unlike those before it."""
        self.seen.append(landed)

    @property
    def asked(self) -> bool:
        """Whether there is any such delivery."""
        return len(self.seen) > len(self.before)

    def beside(self, landed: Landed, *, with_asked: bool = False) -> list[Landed]:
        """Return what stands of the same parts of the feed before this one: a street's month beside its others."""
        parts = {key for key, _ in landed.scopes}
        known = self.seen if with_asked else self.before
        return [one for one in known if {key for key, _ in one.scopes} == parts]

    def standing(self, part: tuple[str, str]) -> Landed | None:
        """Return the delivery that stands for a part of the feed before this one, without what only adds to it."""
        return self._standing.get(part)

    def newer(self, landed: Landed) -> Landed | None:
        """Return the newest version of the same parts that had been received when this older one came."""
        found = (
            one for part in landed.parts for one in self._known[part]
            if one.order[0] > landed.order[0]
            and one.delivery.received_at < landed.delivery.received_at
            and not one.has_effect("REJECT")
        )  # fmt: skip
        return max(found, key=lambda one: one.order, default=None)

    def told(self, landed: Landed) -> Landed | None:
        """Return the delivery of a feed of changes that said the same, if nothing it speaks of was changed since.

        What comes on one day is one sending: a list of it in two formats is read twice, which changes nothing.
        """
        sent, keys = landed.delivery.sidecar, landed.feed.key
        likely = [
            one for one in self._told.get(landed.shape, ())
            if one.delivery.sidecar.scope == sent.scope and sent.period in (None, one.delivery.sidecar.period)
            and one.delivery.received_at.date() < landed.delivery.received_at.date()
        ]  # fmt: skip
        former = next((one for one in reversed(likely) if one.says_the_same(landed)), None)
        if former is None or landed.feed.kind == "VERSIONS":
            return former
        rows = landed.rows(*keys)
        since = (one.rows(*keys) for one in self.before[self.before.index(former) + 1 :])
        changed = any(not rows.join(other, on=keys, how="semi", nulls_equal=True).is_empty() for other in since)
        return None if changed else former
