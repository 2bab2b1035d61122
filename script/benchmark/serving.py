"""`python -m script.benchmark.serving FOLDER …`: `script/serve` with its data in that folder; the rest is its own."""

import sys
from pathlib import Path

from mikiwame_kaonavi import launcher


def main() -> None:
    launcher.DATA = Path(sys.argv.pop(1))
    launcher.main()


if __name__ == "__main__":
    main()
