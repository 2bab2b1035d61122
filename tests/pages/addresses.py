"""Addresses that lead to pages of one kind."""

import re

NUMBER = re.compile(r"[0-9a-f-]{36}|(?<!jobs/)\b\d+\b")


def kind_of(address: str) -> str:
    """Addresses that differ in a number or in what a query is for alone lead to pages of one kind; but each run has its
    own page.
    """
    path, _, query = address.partition("?")
    names = sorted(part.split("=")[0] for part in query.split("&"))
    return NUMBER.sub("N", path) + "?" + "&".join(names)
