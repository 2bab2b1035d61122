"""Forks of a process: programs that share what it has read, and leave what it is in the midst of."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from mikiwame_kaonavi.launcher import ROOT

pytestmark = pytest.mark.processes

PARENT = """
import atexit, contextlib, gc, os, signal, subprocess, sys
from mikiwame_kaonavi.forks import Forked, fork

signal.signal(signal.SIGTERM, signal.SIG_IGN)

@contextlib.contextmanager
def in_the_midst(file):
    with open(file, "w") as open_file:
        yield open_file.fileno()

def parent(folder):
    with in_the_midst(f"{folder}/held") as descriptor:
        program = fork("mikiwame-tested", "tested_program", [folder, str(descriptor), "two words"])
        print(program.pid, flush=True)
        CONTINUE

sys.path.insert(0, sys.argv[1])
sys.marker = object()  # what the program would not have if it were a Python of its own
try:
    parent(sys.argv[1])
except Forked as forked:
    child = forked
else:
    sys.exit()
child.become()
"""
PROGRAM = """
import atexit, json, os, pathlib, signal, sys
folder, descriptor, *rest = sys.argv[1:]
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
told = {"name": __name__, "words": rest, "shares": hasattr(sys, "marker"), "holds": is_open(int(descriptor)),
    "group": os.getpgid(0) == os.getpid(), "term": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
    "comm": pathlib.Path("/proc/self/comm").read_text().strip(), "stdin": os.readlink("/proc/self/fd/0")}
print(json.dumps(told), flush=True)
atexit.register(lambda: print("ended in order", flush=True))
END
"""


def start(folder: Path, *, then: str, end: str) -> subprocess.Popen[str]:
    (folder / "tested_program.py").write_text(PROGRAM.replace("END", end))
    program = PARENT.replace("CONTINUE", then)
    command = [sys.executable, "-c", program, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ)


def test_a_fork_becomes_the_program_and_holds_nothing_of_its_parent(tmp_path):
    relay = "print(program.stdout.read().decode(), program.wait(60), program.returncode, sep='')"
    parent = start(tmp_path, then=relay, end="sys.exit(3)")
    said = parent.communicate(timeout=60)[0].splitlines()
    assert json.loads(said[1]) == {
        "name": "__main__",
        "words": ["two words"],
        "shares": True,
        "holds": False,
        "group": True,
        "term": True,
        "comm": "mikiwame-tested",
        "stdin": "/dev/null",
    }
    assert said[2:] == ["ended in order", "33"]


def test_it_ends_when_asked(tmp_path):
    then = "program.stdout.readline(); program.terminate(); print(program.wait(60))"
    parent = start(tmp_path, then=then, end="signal.pause()")
    assert parent.communicate(timeout=60)[0].splitlines()[1:] == [str(-signal.SIGTERM)]


def test_whoever_waits_for_one_that_goes_on_is_told(tmp_path):
    then = """
        try:
            program.wait(0.05)
        except subprocess.TimeoutExpired:
            print("goes on", program.poll())
        os.killpg(program.pid, signal.SIGKILL)
        print(program.wait())
"""
    parent = start(tmp_path, then=then, end="signal.pause()")
    assert parent.communicate(timeout=60)[0].splitlines()[1:] == ["goes on None", str(-signal.SIGKILL)]


def test_it_dies_with_its_parent(tmp_path):
    then = "program.stdout.readline(); print('there', flush=True); signal.pause()"
    parent = start(tmp_path, then=then, end="signal.pause()")
    child = psutil.Process(int(parent.stdout.readline()))
    assert parent.stdout.readline() == "there\n"
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 60
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)
