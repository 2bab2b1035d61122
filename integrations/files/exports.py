"""What somebody may take away as a file: whose rows, in which columns, narrowed as the list was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import timezone

from accounts.rights import Right, may
from assessments.models import Assessment
from assessments.scope import scales_open_to
from departments.models import Department
from departments.outline import outline
from departments.scope import Reach, reach
from employees.search import Listing
from integrations.files.table import Table, Value, moment
from integrations.files.tables import assessments_table, departments_table, employees_table
from integrations.models import Export, SyncJob

RIGHTS: Final[Mapping[str, Right]] = {
    Export.Kind.EMPLOYEES: Right.VIEW_EMPLOYEES,
    Export.Kind.ASSESSMENTS: Right.VIEW_RESULTS,
    Export.Kind.DEPARTMENTS: Right.VIEW_DEPARTMENTS,
}


class Extract(NamedTuple):
    """What the file will hold. `query` and `filters` say what narrowed it, for the next time and in words.

    `seen_at` is when カオナビ was last taken over, None if never. With a `problem` there should be no file: a filter
    means nothing any more.
    """

    table: Table
    rows: int
    seen_at: datetime | None
    query: str = ""
    filters: Mapping[str, str] = {}
    problem: str = ""


def exportable(user: User) -> list[str]:
    """The kinds that the person may take away."""
    return [kind for kind, right in RIGHTS.items() if may(user, right)] if may(user, Right.EXPORT_FILES) else []


def extract(user: User, kind: str, query: str) -> Extract:
    """The rows that the person may both see and take away. Raises PermissionDenied where there can be none.

    `query` is that of 自社社員管理; results are those of the people in that list. Departments come all.
    """
    if kind not in exportable(user):
        raise PermissionDenied
    seen = both(reach(user, RIGHTS[kind]), reach(user, Right.EXPORT_FILES))
    departments = Department.objects.within(seen)
    if kind == Export.Kind.DEPARTMENTS:
        table = departments_table(departments.in_sibling_order(), seen)
        return Extract(table, departments.count(), taken_over_at(SyncJob.Kind.DEPARTMENTS))
    shown = Department.objects.within(reach(user, Right.VIEW_EMPLOYEES))  # of which the list offers its filter
    tested = reach(user, Right.VIEW_RESULTS)
    listing = Listing(QueryDict(query), outline(shown.in_sibling_order()), seen, tested=tested)
    people = listing.people()
    told = (taken_over_at(SyncJob.Kind.EMPLOYEES), listing.query, listing.filters, listing.problem)
    if kind == Export.Kind.EMPLOYEES:
        return Extract(employees_table(people), people.count(), *told)
    results = Assessment.objects.order_by("employee__employee_number", "employee", "taken_on", "pk")
    if seen is not None or listing.filters:
        results = results.filter(employee__in=people.order_by().values("pk"))
    scales = scales_open_to(user, seen)  # a column is for all people of a file or for none
    return Extract(assessments_table(results, scales), results.count(), *told)


def taken_over_at(kind: str) -> datetime | None:
    """When the newest run of this kind that went through ended: as カオナビ was then, the file is."""
    return SyncJob.objects.completed(kind).values_list("finished_at", flat=True).first()


def about(made: Export, found: Extract) -> dict[str, Value]:
    """What the file says of itself."""
    return {
        "内容": found.table.title,
        "作成日時": made.made_at,
        "件数": made.rows,
        "カオナビのデータ": f"{moment(found.seen_at)} 時点" if found.seen_at else "取り込んでいません",
        **{f"絞り込み（{label}）": words for label, words in found.filters.items()},
    }


def about_run(job: SyncJob) -> dict[str, Value]:
    """What the workbook of a run's problems says of the run."""
    return {
        "実行内容": job.get_kind_display(),
        "実行日時": job.created_at,
        "ステータス": job.get_status_display(),
        "実行者": job.requester,
        "新規": job.created,
        "更新": job.updated,
        "変更なし": job.unchanged,
        "対象外": job.skipped,
        "エラー": job.failed,
    }


def file_name(made: Export, found: Extract) -> str:
    """Named after the list, when it was made and as カオナビ was when, without extension: a CSV says it nowhere else."""
    seen = f"_カオナビ{minute(found.seen_at)}時点" if found.seen_at else ""
    return f"{made.get_kind_display()}_{minute(made.made_at)}{seen}"


def minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y%m%d-%H%M}"


def both(one: Reach, other: Reach) -> Reach:
    """The departments that lie in both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other
