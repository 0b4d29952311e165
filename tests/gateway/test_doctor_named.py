"""The doctor before a system that is asked in its caller's name: it asks as itself, and says what mends a refusal."""

from pathlib import Path

import pytest

from tests.gateway.test_doctor import ASKED, doctor, systems_of
from tests.running.named import checked, in_callers_name, key_file, new_key
from tests.running.services import sources_file

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize(("status", "light"), [(None, "green"), (401, "red"), (403, "red")])
async def test_it_asks_as_itself(status: int | None, light: str, tmp_path: Path) -> None:
    key = new_key()
    key_file(tmp_path, key)
    async with systems_of(tmp_path) as (systems, settings):
        text = in_callers_name("services/interactions.toml")
        sources_file(tmp_path, systems.addresses, text)
        if status is not None:
            await systems.fault("interaction", "status", status=status)
        examined = await doctor(tmp_path, settings, ASKED)
        what = "interaction from interactions"
        assert examined.lights[what] == light
        mend = {401: "public key", 403: "caller `doctor`"}
        assert status is None or mend[status] in examined.mends[what]
        calls = systems.calls("interaction").log
        told = [checked(call["on_behalf_of"], key)[1] for call in calls]
        assert {(one["kind"], one["sub"], one["purpose"]) for one in told} == {
            ("SERVICE", "doctor", "QUALITY_CHECK")
        }
