"""What is kept: never something older than what is kept already."""

from cache import CrnCache, Found, Keep, Keys, MemoryStore

KEYS = Keys(b"k", "test", "1")


async def no_fetch(_: object) -> dict[str, object]:
    raise AssertionError("nothing is missing")


async def test_a_slow_reader_does_not_put_its_older_value_over_a_newer_one() -> None:
    store = MemoryStore()
    cache = CrnCache(store, KEYS, lambda _: Keep.USUALLY, monotonic=lambda: 100.0)
    (looked,) = await store.look([KEYS.place("debt", "s", "A")])
    assert await cache.keep("debt", "s", "A", Found("new", True, False, 99.0, looked.mark))
    assert not await cache.keep("debt", "s", "A", Found("old", True, False, 98.0, looked.mark))
    assert (await cache.look("debt", "s", ["A"], no_fetch))["A"].value == "new"
