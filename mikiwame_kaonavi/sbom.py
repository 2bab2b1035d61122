"""What the product is made of, as CycloneDX 1.6: `python -m mikiwame_kaonavi.sbom`, which `script/sbom` calls.

Made from the lock by which the image is built, and by nothing else, so that the same lock gives the same document.
"""

import argparse
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mikiwame_kaonavi.version import ROOT, product_version

LOCK = ROOT / "script/locks/runtime.txt"
PRODUCT = "mikiwame-kaonavi"
ENTRY = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?P<rest>(?:.*\\\n)?(?:[ #].*\n?)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
WANTED_BY = re.compile(r"^ +# (?:via |  )(?P<name>[a-z0-9-]+)(?: \(pyproject\.toml\))?$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """An entry of the lock: its archives by their SHA-256, and the packages that want it (the product is one)."""

    name: str
    version: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The package URL, by which scanners look a package up."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages_in(lock: str) -> list[Package]:
    """The entries of a lock, in its order."""
    return [
        Package(
            entry["name"],
            entry["version"],
            tuple(HASH.findall(entry["rest"])),
            tuple(match["name"] for match in WANTED_BY.finditer(entry["rest"])),
        )
        for entry in ENTRY.finditer(lock)
    ]


def bill_of_materials(lock: str, version: str) -> dict[str, Any]:
    """The document for that version of the product. Its serial number follows from both: it has no time of making."""
    packages = packages_in(lock)
    references = {package.name: package.reference for package in packages} | {PRODUCT: f"{PRODUCT}@{version}"}
    wants: dict[str, list[str]] = {reference: [] for reference in references.values()}
    for package in packages:
        for name in package.wanted_by:
            wants[references[name]].append(package.reference)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid5(NAMESPACE_URL, f"{references[PRODUCT]} {lock}").urn,
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": references[PRODUCT], "name": PRODUCT, "version": version}
        },
        "components": [
            {
                "type": "library",
                "bom-ref": package.reference,
                "name": package.name,
                "version": package.version,
                "purl": package.reference,
                "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
            }
            for package in packages
        ],
        "dependencies": [
            {"ref": reference, "dependsOn": sorted(wanted)} for reference, wanted in sorted(wants.items())
        ],
    }


def main() -> None:
    """Write the document to a file, or to standard output."""
    parser = argparse.ArgumentParser(
        prog="script/sbom", description="部品表（SBOM、CycloneDX 1.6 の JSON）を作ります。"
    )
    parser.add_argument("file", nargs="?", type=Path, help="書き込むファイル（既定: 標準出力）")
    parser.add_argument("--lock", type=Path, default=LOCK, help="もとにするロックファイル（既定: runtime）")
    arguments = parser.parse_args()
    lock = arguments.lock.read_text()
    document = json.dumps(bill_of_materials(lock, product_version()), indent=2, ensure_ascii=False) + "\n"
    if arguments.file:
        Path(os.environ.get("CALLED_FROM", ""), arguments.file).write_text(document)
    else:
        sys.stdout.write(document)


if __name__ == "__main__":
    main()
