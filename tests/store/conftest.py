"""A store on each database: SQLite in a temporary file, and a real PostgreSQL in a private cluster.

The cluster lives in a temporary directory and listens on loopback only; as root it runs as the user `postgres`,
because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from cxmaturity.store import Campaign, Store


def _beside(name: str) -> None:
    """Make a module that stands beside this file importable by the tests, as ``store_<name>``."""
    spec = importlib.util.spec_from_file_location(f"store_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)


_beside("samples")
_beside("oracle")

from store_samples import KEY, Clock, plan  # noqa: E402  # just made importable

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, as `postgres` when we are root."""
    told = [str(word) for word in command]
    if os.geteuid() == 0:
        told = ["runuser", "-u", "postgres", "--", *told]
    # Output goes to files: a server started by pg_ctl would keep a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(told, stdout=said, stderr=said, check=False, cwd="/")
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


@attrs.frozen
class Cluster:
    """A running PostgreSQL: `url` is the start of its addresses."""

    url: str
    control: tuple[str | Path, ...]

    def crash(self) -> None:
        """Stop it as a power cut would, and start it again."""
        run(*self.control, "-m", "immediate", "restart")


@pytest.fixture(scope="session")
def cluster(free_port: Callable[[], int]) -> Iterator[Cluster]:
    """Start a private PostgreSQL."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed")
    home = Path(tempfile.mkdtemp(prefix="cxm-pg-"))
    data, binaries, port = home / "data", BINARIES[-1].parent, free_port()
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    password = home / "password"
    password.write_text("secret", encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(password, "postgres", "postgres")
    try:
        run(
            *(binaries / "initdb", "-D", data, "-U", "cxm", "-A", "scram-sha-256", "--pwfile", password),
            *("-E", "UTF8", "--locale=C.UTF-8", "-N"),
        )
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home}"
        control = (binaries / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", settings)
        run(*control, "start")
        try:
            yield Cluster(f"postgresql://cxm:secret@127.0.0.1:{port}/", control)
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def new_database(cluster: Cluster) -> Iterator[Callable[[], str]]:
    """Return a maker of empty PostgreSQL databases, dropped at the end."""
    admin = sa.create_engine(
        cluster.url.replace("postgresql", "postgresql+pg8000") + "postgres",
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
    )
    made: list[str] = []

    def new() -> str:
        name = f"t{secrets.token_hex(6)}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        made.append(name)
        return cluster.url + name

    yield new
    with admin.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty database, of each kind in turn."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    made: str = request.getfixturevalue("new_database")()
    return made


@pytest.fixture
def clock() -> Clock:
    """Return a clock that the test moves."""
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    """Open a store on each database in turn."""
    with Store.open(url, clock=clock) as one:
        yield one


@pytest.fixture
def campaign(store: Store) -> Campaign:
    """Return an open campaign without functions, with an open link."""
    return store.create_campaign(plan(open_link=True), questionnaire="1", actor="test")
