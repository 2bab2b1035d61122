"""操作の記録 as a file, in the words of the page."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit_lines import lines_of
from accounts.audit_words import Fact
from accounts.models import AuditEntry
from accounts.rights import for_administrators
from accounts.views.audit import AuditSearch
from integrations.files.table import Table, Value
from integrations.rules.cells import Sort
from integrations.views.attachment import table_as_file

TITLE = "操作の記録"
COLUMNS = ("日時", "操作した人", "内容", "変更と詳細", "操作元", "リクエスト番号")
AT_ONCE = 500  # entries whose names are read together


@for_administrators
@require_safe
def download_record(request: HttpRequest, *, extension: str) -> HttpResponseBase:
    """What the search finds, a line each also where one stands for many. That it was taken is written down."""
    now = timezone.now()
    found = AuditSearch(request.GET).every_entry().filter(at__lte=now)  # without that it is taken
    rows = found.count()
    audit.record(
        audit.Action.DOWNLOADED, by=request.user, what=TITLE, label=TITLE, detail={"format": extension, "rows": rows}
    )
    about: dict[str, Value] = {"内容": TITLE, "作成日時": now, "件数": rows}
    table = Table(COLUMNS, record_rows(found), {COLUMNS[0]: Sort.MOMENT}, TITLE, about, is_read=True)
    return table_as_file(table, extension, f"{TITLE}_{timezone.localtime(now):%Y%m%d-%H%M}")


def record_rows(entries: QuerySet[AuditEntry]) -> Iterator[Sequence[Value]]:
    read = entries.iterator(chunk_size=AT_ONCE)
    while some := list(islice(read, AT_ONCE)):
        for line in lines_of(some, folded=False):
            entry = line.entry
            at = entry.at.replace(microsecond=0)
            yield at, entry.actor, line.text, in_a_row(line.facts), entry.address, entry.request_id


def in_a_row(facts: Iterable[Fact]) -> str:
    return "／".join(
        f"{fact.label}：{fact.text}" if fact.old is None else f"{fact.label}：{fact.old} → {fact.text}"
        for fact in facts
    )
