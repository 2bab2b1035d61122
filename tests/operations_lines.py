"""The command lines of docs/operations.md: its indented ones. What stands in a fence is the content of a file."""

import re

from mikiwame_kaonavi.version import ROOT

TEXT = (ROOT / "docs/operations.md").read_text()


def lines() -> list[str]:
    """Each command as it is typed, in the order of the document, without the remark behind it."""
    unfenced = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    return [
        re.sub(r"\s+# .*$", "", line) for line in re.findall(r"^(?: {4}| {8})(\S.*)$", unfenced, flags=re.MULTILINE)
    ]


def documented(start: str) -> str:
    """The one that begins so."""
    [found] = {line for line in lines() if line.startswith(start)}
    return found


# Lines that need more than a desk: the test that runs each. All others are run by `test_operations_commands`.
ENCRYPTED = "tests/processes/test_encrypted_backup.py::test_what_was_taken_comes_back_and_only_the_secret_key_reads_it"
VERSIONS = "tests/mikiwame_kaonavi/test_upgrade.py::test_beside_script_serve_the_database_goes_along"
ELSEWHERE = {
    "script/serve": "tests/processes/test_systemd_units.py::test_one_machine_is_served_and_ends_in_time",
    "script/upgrade": VERSIONS,
    "script/rollback": VERSIONS,
    documented("gpg --quick-generate-key"): ENCRYPTED,
    documented("gpg --armor --export "): ENCRYPTED,
    documented("gpg --armor --export-secret-keys"): ENCRYPTED,
    documented("(trap 'rm -f /dev/shm/plain.backup' EXIT; manage.py"): ENCRYPTED,
    documented("gpg --decrypt"): ENCRYPTED,
}


def at_the_desk() -> list[str]:
    return [line for line in lines() if line not in ELSEWHERE]
