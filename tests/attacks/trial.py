"""Trying an attack: it is made against a gateway that runs, every column is checked, and honest people still get in."""

import json
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.callers import HONEST
from tests.attacks.scene import Scene
from tests.attacks.stage import Stage
from tests.attacks.town import ANNE, MARK, NAME, SECRETS
from tests.attacks.ways import customer
from tests.running import Answer

NEVER = frozenset(
    {
        MARK,
        "Did you mean",
        "Traceback",
        "sqlite",
        "SELECT ",
        "audit.ndjson",
        ".py",
        "access-control-",
        "set-cookie",
    }
)
"""What no answer holds, whoever asks: no page is listed here."""
LONGEST = 10_000
"""How long a refusal may be, in signs, whatever was sent."""
PASSING = {"x-request-id", "date", "ratelimit"}


async def tried(attack: Attack, stage: Stage) -> None:
    """Make an attack; fail where anything is not as its line says."""
    scene = Scene(stage, attack.at, attack.who)
    await scene.begin()
    await attack.sends(scene)
    _check_columns(attack, scene)
    _check_silence(attack, scene)
    if attack.like is not None:
        await _check_likeness(attack, scene, scene.calls)
    await _check_honest_people(stage)


def _check_columns(attack: Attack, scene: Scene) -> None:
    answer = scene.answers[-1]
    found = (answer.status, code_of(answer), scene.calls, scene.audit)
    assert found == (attack.status, attack.code, attack.calls, attack.audit), f"{found} {answer.text}"
    if attack.fetches is not None:
        assert scene.fetches == attack.fetches


def code_of(answer: Answer) -> str | None:
    """The one code of an answer, whether it stands in its errors or in what a command came to."""
    if not answer.text.startswith("{"):
        return None
    codes = {error["extensions"]["code"] for error in answer.errors} | set(_ruled(answer.body.get("data")))
    return " ".join(sorted(codes)) or None


def _ruled(data: Any) -> list[str]:
    """The rule that forbids a command."""
    done = (data or {}).get("breakGlass") or {}
    return [done["code"]] if "code" in done else []


def _check_silence(attack: Attack, scene: Scene) -> None:
    seen = {word for word in SECRETS if any(word in shown for shown in attack.sees)}
    hidden = (SECRETS - seen) | NEVER | scene.secrets
    last = scene.answers[-1]
    text = last.text + json.dumps(dict(last.headers))
    assert [word for word in attack.sees if word not in text] == []
    assert [word for word in hidden if word in text] == [], text
    assert last.status < 400 or len(last.text) < LONGEST
    shown = "\n".join(answer.text + str(answer.headers) for answer in scene.answers)
    assert [word for word in NEVER | scene.secrets if word in shown] == []
    told = "\n".join([*scene.logged, repr(scene.heard), scene.recorded])
    assert [word for word in SECRETS | scene.secrets | {MARK} if word in told] == []


async def _check_likeness(attack: Attack, scene: Scene, calls: int) -> None:
    assert attack.like is not None
    twin = Scene(scene.stage, attack.at, attack.who)
    await twin.begin()
    await attack.like(twin)
    assert whole(scene.answers[-1]) == whole(twin.answers[-1])
    assert twin.calls == calls


def whole(answer: Answer) -> tuple[Any, ...]:
    """All of an answer but its number, its moment, and what its caller has left."""
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return answer.status, headers, answer.worded


async def _check_honest_people(stage: Stage) -> None:
    scene = Scene(stage, "main", HONEST)
    await scene.mark(warm=True)
    await customer(ANNE)(scene)
    (answer,) = scene.answers
    assert (answer.status, code_of(answer)) == (200, None), answer.text
    assert NAME in answer.text
