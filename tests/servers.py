"""Real servers for tests, each of its own: PostgreSQL, an S3 store and an antivirus daemon."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import urllib3
from minio import Minio
from minio.error import MinioException

PATIENCE = 60.0
POSTGRES = Path("/usr/lib/postgresql")
ACCESS_KEY, SECRET_KEY, REGION = "app", "a secret of tests", "us-east-1"
# In two pieces, so that no scanner takes this file for the one it names.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
READER_KEY, READER_SECRET = "reader", "a secret of readers"  # may read and list, never write
# What the platform needs on a bucket with object lock, and no right to pass a lock by.
KEEPER_KEY, KEEPER_SECRET = "keeper", "a secret of keepers"
KEEPER_RIGHTS = [
    *("Read", "Write", "List", "GetBucketObjectLockConfiguration"),
    *("GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold"),
]


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A PostgreSQL server behind a socket in a folder of its own."""

    folder: Path

    def new_database(self) -> str:
        """Make an empty database; the answer is its address."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """An S3 store on this machine."""

    endpoint: str

    def new_bucket(self, *, object_lock: bool = False) -> str:
        """Make an empty bucket; the answer is its name."""
        name = f"b{uuid4().hex}"
        self.client().make_bucket(name, object_lock=object_lock)
        return name

    def client(self) -> Minio:
        return Minio(
            self.endpoint,
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            region=REGION,
            secure=False,
            http_client=urllib3.PoolManager(retries=False),
        )


def find_postgres() -> Path | None:
    """Where the newest PostgreSQL keeps its programs, if there is one."""
    found = sorted(POSTGRES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running_postgres(programs: Path) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to run as root: then it runs as the user the package made.
    other = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = str(folder / "data")
    subprocess.run(
        [
            *(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **other,
    )
    options = ("listen_addresses=", "fsync=off", "unix_socket_permissions=0777")
    process = subprocess.Popen(
        [
            *(programs / "postgres", "-D", data, "-k", str(folder)),
            *(part for option in options for part in ("-c", option)),
        ],
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **other,
    )
    try:
        ready = [programs / "pg_isready", "-q", "-h", str(folder)]
        _wait(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")
        yield PostgresServer(folder=folder)
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_s3() -> Iterator[S3Server]:
    folder = Path(tempfile.mkdtemp(prefix="weed-"))
    identities = [
        _identity(ACCESS_KEY, SECRET_KEY, ["Admin", "Read", "Write", "List", "Tagging"]),
        _identity(READER_KEY, READER_SECRET, ["Read", "List"]),
        _identity(KEEPER_KEY, KEEPER_SECRET, KEEPER_RIGHTS),
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    parts = ("s3", "master", "volume", "filer", "admin")
    names = [f"{part}.port{kind}" for part in parts for kind in ("", ".grpc")]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(Path(sys.executable).with_name("weed"), "mini", f"-dir={folder}"),
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder}/s3.json"),
                *(f"-{name}={port}" for name, port in ports.items()),
                # Each bucket takes a volume; left alone, their number follows the free disk.
                *("-volume.max=2000", "-master.volumeSizeLimitMB=1024"),
                # Two ports that would be the same for every server are switched off.
                *("-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            ],
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(folder)},  # where it leaves its logs
            stdout=log,
            stderr=log,
        )
    server = S3Server(endpoint=f"127.0.0.1:{ports['s3.port']}")
    try:
        _wait(lambda: _is_well(server), "the S3 server")
        yield server
    finally:
        # It ignores gentler signals for up to half a minute.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
        # Its sockets are always in /tmp, named after their ports.
        for left in Path("/tmp").glob("seaweedfs-*.sock"):  # noqa: S108 - not ours to choose
            if int(left.stem.rpartition("-")[2]) in ports.values():
                left.unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True)
class ClamdServer:
    """An antivirus daemon that knows EICAR alone."""

    address: str


def find_clamd() -> str | None:
    """Where the daemon lies, if it is installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@contextmanager
def running_clamd(program: str, *, stream_limit: str = "64M") -> Iterator[ClamdServer]:
    """A daemon with a database of two lines; nothing is downloaded."""
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    (folder / "database").mkdir()
    (folder / "database" / "local.ndb").write_text(f"Eicar-Test-Signature:0:0:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}/database\n"
        f"LocalSocket {folder}/socket\n"
        f"TemporaryDirectory {folder}\n"
        f"StreamMaxLength {stream_limit}\n"
        "Foreground yes\n"
        "AlertExceedsMax yes\n"
        "MaxFileSize 32M\n"
    )
    process = subprocess.Popen(
        [program, f"--config-file={folder}/clamd.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait((folder / "socket").exists, "clamd")
        yield ClamdServer(address=f"unix:{folder}/socket")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _identity(key: str, secret: str, actions: list[str]) -> dict[str, object]:
    credentials = [{"accessKey": key, "secretKey": secret}]
    return {"name": key, "credentials": credentials, "actions": actions}


def _is_well(server: S3Server) -> bool:
    """Ready is not enough: the first write must work."""
    try:
        if httpx.get(f"http://{server.endpoint}/healthz").status_code != httpx.codes.OK:
            return False
        server.new_bucket()
    except (httpx.TransportError, urllib3.exceptions.HTTPError, MinioException):
        return False
    return True


def _wait(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what}"
        time.sleep(0.1)  # the other side is a process: there is nothing to wait on


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
