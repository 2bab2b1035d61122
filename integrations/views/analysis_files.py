"""分析: each of its tables as a file, in the same figures as the page and narrowed as it was."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.requests import person
from accounts.rights import Right, needs
from assessments.analysis.balance import Balance, BalanceBelow
from assessments.analysis.crossing import Crossing
from assessments.analysis.group import Scope
from assessments.analysis.profile import OverallSpread, Profile
from departments.scope import reach
from integrations.files.table import Table, Value
from integrations.rules.cells import Sort
from integrations.views.attachment import table_as_file

TABLES: Final[dict[str, type[Balance | Crossing | Profile]]] = {
    "balance": Balance,
    "departments": BalanceBelow,
    "crossing": Crossing,
    "profile": Profile,
    "scores": OverallSpread,
}


@needs(Right.EXPORT_FILES)
@needs(Right.VIEW_RESULTS)
@require_safe
def download_analysis(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    """A table of the page: of those whose results the person may both see and take away."""
    if name not in TABLES:
        raise Http404
    scope = Scope.of(request.user, reach(request.user, Right.EXPORT_FILES))
    if scope.is_restricted and scope.reach != Scope.of(request.user).reach:
        raise PermissionDenied  # by another whole than that of the page one could work out those who are left
    made = TABLES[name](scope, request.GET)
    group = made.group
    if group.refusal:  # the page says why
        return HttpResponseRedirect(f"{reverse(f'analysis:{made.page}')}?{request.GET.urlencode()}")
    lines = list(made.file_lines())
    title = f"分析_{made.title.replace(' ', '')}"
    detail = {"what": "analysis", "format": extension, "rows": len(lines)}
    audit.record(audit.Action.DOWNLOADED, by=person(request), what=title, label=title, detail=detail)
    about: dict[str, Value] = {
        "内容": f"分析（{made.title}）",
        "作成日時": timezone.now(),
        "対象": f"{group.full_name}の{group.number:,}人",
        "退職者": "含む" if group.filters.with_retired else "除く",
        **{f"絞り込み（{label}）": words for label, words in group.filters.in_words.items() if label != "退職者"},
    }
    if not group.is_whole:
        about["比較の相手"] = f"{group.whole_name}の{group.whole_number:,}人"
    table = Table(
        made.header,
        lines,
        sorts=dict.fromkeys(made.header[made.texts :], Sort.NUMBER),
        title=made.title,
        about=about,
        fixed=made.texts,
    )
    return table_as_file(table, extension, f"{title}_{timezone.localtime():%Y%m%d-%H%M}")
