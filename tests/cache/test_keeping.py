"""What is kept: never something older than what is kept already."""

from cache import CrnCache, Found, Keep, Keys, MemoryStore


def cache_of(clock: list[float]) -> CrnCache:
    return CrnCache(
        MemoryStore(), Keys(b"k", "test", "1"), lambda _: Keep.USUALLY, monotonic=lambda: clock[0]
    )


async def no_fetch(_: object) -> dict[str, object]:
    raise AssertionError("nothing is missing")


async def test_a_slow_reader_does_not_put_its_older_value_over_a_newer_one() -> None:
    clock = [100.0]
    cache = cache_of(clock)
    generation = 1
    assert await cache.keep("debt", "s", "A", Found("new", True, False, 99.0, generation))
    assert not await cache.keep("debt", "s", "A", Found("old", True, False, 98.0, generation))
    assert (await cache.look("debt", "s", ["A"], no_fetch))["A"].value == "new"
