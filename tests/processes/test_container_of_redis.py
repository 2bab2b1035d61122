"""The command of docker-compose.yml's redis, with a Valkey server in its place."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
import yaml

from mikiwame_kaonavi.broker import prepare_broker
from mikiwame_kaonavi.processes import start, stop
from tests.processes.deployment import ROOT

COMMAND = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["redis"]["command"]


def test_it_asks_for_the_password_that_no_process_list_shows_and_is_told_itself_to_stop(tmp_path: Path):
    """A shell in front would get the signal and not pass it on: the server would be killed with its last writes."""
    broker = prepare_broker(tmp_path)
    url = urlsplit(broker.url)
    secret = tmp_path / "redis_password"
    secret.write_text(f"{url.password}\n")
    program = tmp_path / "redis-server"
    program.write_text(
        f'#!/bin/sh\nexec {broker.command[0]} "$@" --port {url.port} --bind 127.0.0.1 --dir {tmp_path}\n'
    )
    program.chmod(0o755)
    words = [word.replace("$$", "$").replace("/run/secrets/redis_password", str(secret)) for word in COMMAND]
    with (tmp_path / "log").open("wb") as log:
        process = start(words, environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, output=log)
    try:
        broker.wait_until_ready(within=60)
        with (
            redis.Redis.from_url(f"redis://127.0.0.1:{url.port}/0") as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        with redis.Redis.from_url(broker.url) as client:
            assert client.info("server")["process_id"] == process.pid
        assert secret.read_bytes().strip() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.terminate()
        assert process.wait(60) == 0
    finally:
        stop([process], within=1)
    assert "ready to exit" in (tmp_path / "log").read_text()
