"""A reader of plain pages: follows links and sends forms as a person without JavaScript would."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class _Reader(HTMLParser):
    """Collects the words of links with their targets, and forms with the values that they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[dict[str, object]] = []
        self.text = ""
        self._inside = ""
        self._words = ""
        self._href = ""
        self._field = ""
        self._option: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._inside, self._words, self._href = "a", "", given.get("href", "")
        elif tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method", "get"), "data": [], "words": ""}
            )
        elif tag == "input" and self.forms and "name" in given:
            if given.get("type") != "checkbox" or "checked" in given:
                self._send(given["name"], given.get("value", ""))
        elif tag in ("select", "textarea"):
            self._field = given.get("name", "")
            self._words = ""
        elif tag == "option" and "selected" in given and self._field:
            self._option = given.get("value")
            self._send(self._field, self._option or "")
        elif tag == "button":
            self._inside, self._words = "button", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.links.append((" ".join(self._words.split()), self._href))
        elif tag == "button" and self.forms:
            self.forms[-1]["words"] = f"{self.forms[-1]['words']}|{self._words.strip()}"
        elif tag == "textarea":
            self._send(self._field, self._words)
        if tag in ("a", "button", "textarea", "select"):
            self._inside = self._field = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        self._words += data

    def _send(self, name: str, value: str) -> None:
        data = self.forms[-1]["data"]
        assert isinstance(data, list)
        data.append((name, value))


class Visitor:
    """One person on the pages. `click` and `send` raise LookupError when the words are not on the page."""

    def __init__(self, root: str) -> None:
        self.session = requests.Session()
        self.address = root
        self.go("/")

    def go(self, path: str) -> "Visitor":
        return self._arrive(self.session.get(urljoin(self.address, path), timeout=60))

    def click(self, words: str, *, nth: int = 0) -> "Visitor":
        """Follow the n-th link whose words contain these."""
        found = [href for text, href in self.page.links if words in text]
        if len(found) <= nth:
            raise LookupError(f"no link 「{words}」 on {self.address}")
        return self.go(found[nth])

    def send(
        self, words: str, changes: dict[str, str] | None = None, *, also: tuple[tuple[str, str], ...] = ()
    ) -> "Visitor":
        """Press the button in the first form that has one with these words, with some fields changed."""
        for form in self.page.forms:
            if f"|{words}" in str(form["words"]):
                data = form["data"]
                assert isinstance(data, list)
                changed = changes or {}
                body = [pair for pair in data if pair[0] not in changed] + list(changed.items()) + list(also)
                target = urljoin(self.address, str(form["action"]) or self.address)
                if form["method"] == "get":
                    return self._arrive(self.session.get(target, params=body, timeout=60))
                return self._arrive(self.session.post(target, data=body, timeout=60))
        raise LookupError(f"no button 「{words}」 on {self.address}")

    def sees(self, words: str) -> bool:
        return words in self.page.text

    def close(self) -> None:
        self.session.close()

    def _arrive(self, answer: requests.Response) -> "Visitor":
        answer.raise_for_status()
        self.address = answer.url
        self.page = _Reader()
        self.page.feed(answer.text)
        return self
