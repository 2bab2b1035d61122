"""The bill of materials is CycloneDX, and says of the lock everything that is in it, and nothing else."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from packaging.utils import canonicalize_name

from mikiwame_kaonavi import sbom
from mikiwame_kaonavi.version import product_version
from tests.test_architecture import DEPENDENCIES, LOCKS, Requirement, locked

LOCK = LOCKS["runtime"].read_text()


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict:
    file = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["sbom", str(file)])
        sbom.main()
    return json.loads(file.read_text())


def test_it_has_the_form_that_cyclonedx_asks_for(document):
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert set(document) == {
        "bomFormat",
        "specVersion",
        "serialNumber",
        "version",
        "metadata",
        "components",
        "dependencies",
    }
    assert UUID(document["serialNumber"]).urn == document["serialNumber"]
    for component in document["components"]:
        assert set(component) == {"type", "bom-ref", "name", "version", "purl", "hashes"}
        assert component["type"] == "library"
        assert re.fullmatch(r"pkg:pypi/[a-z0-9-]+@[0-9][0-9A-Za-z.+-]*", component["purl"])
    product = document["metadata"]["component"]
    assert (product["type"], product["version"]) == ("application", product_version())


def test_each_package_of_the_lock_is_in_it_with_all_its_hashes(document):
    found = {component["name"]: component for component in document["components"]}
    assert {name: component["version"] for name, component in found.items()} == locked(LOCKS["runtime"])
    assert len(found) == len(document["components"]) > 30
    hashes = [entry["content"] for component in document["components"] for entry in component["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert all(component["hashes"] for component in document["components"])


def test_it_says_who_wants_whom(document):
    references = [document["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in document["components"])]
    wants = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert sorted(wants) == sorted(set(references))
    assert {wanted for them in wants.values() for wanted in them} == set(references[1:])  # nothing is there for nobody
    ours = {wanted.removeprefix("pkg:pypi/").partition("@")[0] for wanted in wants[references[0]]}
    assert ours == {canonicalize_name(Requirement(text).name) for text in DEPENDENCIES["runtime"]}


def test_the_same_lock_gives_the_same_document_and_another_one_another_number(document):
    version = product_version()
    assert sbom.bill_of_materials(LOCK, version) == document
    number = document["serialNumber"]
    assert sbom.bill_of_materials(LOCK, f"{version}.1")["serialNumber"] != number
    assert sbom.bill_of_materials(LOCK.replace("==5.2", "==5.3"), version)["serialNumber"] != number


def test_the_image_holds_it_and_what_it_is_made_from():
    root = Path(sbom.ROOT)
    last = (root / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "python -m mikiwame_kaonavi.sbom sbom.cdx.json" in last
    assert {"!script/locks/runtime.txt", "!pyproject.toml"} <= set((root / ".dockerignore").read_text().split())
