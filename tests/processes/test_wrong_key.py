"""CREDENTIAL_KEYS that do not open what is stored: each program says so at its start, and there is a way out."""

import pytest
import requests

from mikiwame_kaonavi.launcher import worker
from mikiwame_kaonavi.processes import start
from tests.processes.deployment import Deployment
from tests.processes.test_deployment import fill

pytestmark = [pytest.mark.processes, pytest.mark.long]

SENTENCE = "環境変数 CREDENTIAL_KEYS の鍵で復号できません"
OTHER = "b3RoZXIga2V5IHRoYW4gdGhlIG9uZSB0aGF0IHdhcyE="


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_they_say_so_and_new_keys_mend_it(deployment: Deployment):
    deployment.start("simulator")
    fill(deployment)
    deployment.connect()
    right = deployment.environment["CREDENTIAL_KEYS"]
    deployment.environment |= {"CREDENTIAL_KEYS": OTHER}

    with (deployment.folder / "refused.log").open("wb") as log:
        refused = start(worker(), environment=deployment.environment, output=log)
    assert refused.wait(timeout=60) == 1
    assert SENTENCE in deployment.log("refused")

    deployment.start("web", "beat")
    deployment.wait_until(lambda: SENTENCE in deployment.log("web") and SENTENCE in deployment.log("beat"), what="told")
    ready = requests.get(f"{deployment.web_url}/readyz", timeout=30)
    assert (ready.status_code, SENTENCE in ready.json()["keys"]) == (503, True)
    assert SENTENCE in deployment.manage("migrate").stderr
    assert "CREDENTIAL_KEYS" in deployment.manage("kaonavi", "sync", "departments", expect=5).stderr
    assert "CREDENTIAL_KEYS" in deployment.manage("reencrypt", expect=1).stderr

    deployment.environment |= {"CREDENTIAL_KEYS": f"{OTHER},{right}"}  # the old key is found again
    assert "1行" in deployment.manage("reencrypt").stdout
    deployment.environment |= {"CREDENTIAL_KEYS": OTHER}
    deployment.start("worker")
    assert deployment.sync("departments", expect=3)["created"] == 2
