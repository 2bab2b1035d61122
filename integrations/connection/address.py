"""Where カオナビ is. In 練習モード a simulator on this machine stands in for it, never the real one."""

from pathlib import Path

from django.conf import settings

from accounts import site

FOLDER = Path("practice")  # below the data folder; readable by us alone
WANTED = "wanted"  # a marker: while it is there the launcher keeps a simulator running
ADDRESS = "address"  # what the launcher leaves there: the simulator's, `http://127.0.0.1:PORT`
NOBODY = "http://127.0.0.1:9/nobody"  # where nobody listens, while no simulator is up


def folder() -> Path:
    return settings.DATA_DIR / FOLDER


def simulator_address() -> str:
    """The simulator's address; "" while the launcher has none."""
    try:
        return (folder() / ADDRESS).read_text().strip()
    except FileNotFoundError:
        return ""


def api_url() -> str:
    """The API that the stored keys are for."""
    if not site.is_practice():
        return settings.KAONAVI_API_URL
    return f"{simulator_address() or NOBODY}/api/v2.0"


def is_nobodys(url: str) -> bool:
    """Whether nobody stands in for カオナビ there who should: a backup taken in 練習モード brings no simulator."""
    return url.startswith(NOBODY)
