"""本人開示: everything that is held about a person, where it was sent and when, who looked at it.

What hangs on the person's row is found by walking the models, so that a table that is added later is not forgotten.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Field, ForeignObjectRel, Model, Q, QuerySet
from django.db.models.functions import Lower, Trim

from accounts.models import AuditEntry
from accounts.roles import role_of
from accounts.viewing_log import LOOKS, about
from assessments.models import Assessment, LatestResult, Scale
from employees.models import Employee
from integrations import kinds
from integrations.erasure.issues import find_issues, is_about
from integrations.erasure.subjects import subjects_of
from integrations.kaonavi.types import Record
from integrations.models import Export, ProblemNote, SyncChange, SyncException, SyncIssue, SyncJob, UploadChunk
from integrations.rules.mentions import Subjects
from integrations.screens.change_lines import Names, change_lines
from integrations.upload import images

Row = Mapping[str, Any]
# what has no name for people in the model
NAMES = {"id": "番号", "public_id": "リンクの番号"}
TITLES = {"unseenemployee": "最新の同期で確認できなかった記録"}
UNREADABLE = "（暗号化の鍵がないため、読み取れません）"
MOST_COLUMNS = 7  # beside each other on a sheet of paper
SHEETS = (SyncChange.What.LATEST_SHEET, SyncChange.What.ALL_SHEET)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the sheet: `columns` are the headings by key, each row has its values by the same keys."""

    key: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[Row]
    note: str = ""

    @property
    def is_table(self) -> bool:
        """Whether the rows stand below each other; wider ones are told one by one."""
        return len(self.columns) <= MOST_COLUMNS


def disclosure(person: Employee) -> list[Section]:
    """All parts, in the order in which they are read."""
    results = list(Assessment.objects.filter(employee=person).select_related("personality_type").order_by("taken_on"))
    subjects = subjects_of([person.pk], frozenset({person.pk}))
    numbers = numbers_of(person)
    changes = list(changes_of(person, results, subjects))
    issues = list(issues_of(subjects))
    sent = list(sent_to_kaonavi(numbers))
    shown_in = {issue.job_id for issue in issues} | {chunk.job_id for chunk in sent}
    shown_in |= {change.job_id for change in changes if change.what != SyncChange.What.EMPLOYEE}
    return [
        of_rows("person", "社員情報", Employee, [person]),
        of_rows("results", "検査結果", Assessment, results, without=("employee", "scores")),
        scores_of(results),
        *hanging_on(person, (Assessment, LatestResult, SyncException)),  # the second repeats one of the first
        exceptions_section(person),
        *hanging_on_all(results),
        accounts_of(person),
        sent_section(sent),
        images_section(numbers),
        changes_section(changes),
        issues_section(issues),
        notes_section(issues, subjects),
        looks_section(numbers, shown_in),
        exports_section(),
        audit_section(numbers),
    ]


def columns_of(model: type[Model], without: Iterable[str] = ()) -> dict[str, str]:
    """The model's fields and what they are called."""
    return {
        field.name: NAMES.get(field.name, str(field.verbose_name))
        for field in model._meta.concrete_fields
        if field.name not in without
    }


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """The row's values as they are read: what it refers to by name, a choice by its word."""
    fields = {field.name: field for field in row._meta.concrete_fields}
    return {name: value_of(row, fields[name]) for name in names if name in fields}


def value_of(row: Model, field: Field) -> Any:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return value
    if field.is_relation:
        return str(getattr(row, field.name))
    return dict(field.flatchoices).get(value, value) if field.flatchoices else value


def of_rows(key: str, title: str, model: type[Model], rows: Iterable[Model], without: Iterable[str] = ()) -> Section:
    """Rows of one model with all of their fields but these."""
    columns = columns_of(model, without)
    return Section(key, title, columns, [values_of(row, columns) for row in rows])


def relations(model: type[Model], without: Iterable[type[Model]] = ()) -> Iterator[ForeignObjectRel]:
    """What refers to the model's rows."""
    for relation in model._meta.related_objects:
        if relation.related_model not in without:
            yield relation


def names_of(model: type[Model]) -> tuple[str, str]:
    """The key and the title of the model's part."""
    key = str(model._meta.model_name)
    return key, TITLES.get(key, str(model._meta.verbose_name))


def hanging_on(person: Employee, without: Iterable[type[Model]]) -> Iterator[Section]:
    """What refers to the person's row, one part a table."""
    for relation in relations(Employee, without):
        model, name = relation.related_model, relation.field.name
        rows = model._default_manager.filter(**{name: person})
        yield of_rows(*names_of(model), model, rows, (name,))


def exceptions_section(person: Employee) -> Section:
    """同期の例外, also those of the person's mail or 社員番号, and those that have ended."""
    model = SyncException
    columns = columns_of(model, ("employee", "limits_departments", "employment_types"))
    found = model.objects.about(person).select_related("made_by").order_by("pk")
    rows = [{**values_of(each, columns), "item": each.item_label} for each in found]
    return Section(*names_of(model), columns, rows)


def hanging_on_all(results: Sequence[Assessment]) -> Iterator[Section]:
    """The same of the results; what hangs on the person too stands there."""
    persons = {relation.related_model for relation in relations(Employee)}
    for relation in relations(Assessment, persons):
        model = relation.related_model
        rows = model._default_manager.filter(**{f"{relation.field.name}__in": results})
        yield of_rows(*names_of(model), model, rows)


def scores_of(results: Iterable[Assessment]) -> Section:
    """All 偏差値, also of scales that are not sent or that no setting knows any more."""
    names = {scale.code: scale.name for scale in Scale.objects.all()}
    rows = [
        {"result": str(result), "scale": names.get(code, code), "score": score}
        for result in results
        for code, score in result.scores.items()
    ]
    return Section("scores", "各尺度の偏差値", {"result": "検査結果", "scale": "尺度", "score": "偏差値"}, rows)


def accounts_of(person: Employee) -> Section:
    """The person's own log-in, where there is one with the same address."""
    users = User.objects.filter(email__iexact=person.email).prefetch_related("groups") if person.email else ()
    columns = {
        "username": "ユーザー名",
        "last_name": "姓",
        "first_name": "名",
        "email": "メールアドレス",
        "role": "権限",
        "is_active": "有効",
        "date_joined": "登録日時",
        "last_login": "最終ログイン",
    }
    rows = [{name: role_of(user) if name == "role" else getattr(user, name) for name in columns} for user in users]
    return Section("accounts", "この製品のアカウント（同じメールアドレス）", columns, rows)


def sent_to_kaonavi(numbers: Iterable[int]) -> QuerySet[UploadChunk]:
    """The calls to カオナビ in which somebody with one of these numbers was."""
    sent = UploadChunk.objects.filter(sent_at__isnull=False, sent_people__has_any_keys=[*map(str, numbers)])
    return sent.defer("content", "codes", "sent_people").select_related("job").order_by("pk")


def sent_section(sent: Iterable[UploadChunk]) -> Section:
    """What went to カオナビ: sheet, when it was sent, and what became of it."""
    columns = {
        "sheet": "送信先（カオナビのシート）",
        "sent_at": "送信日時",
        "ended_at": "完了日時",
        "state": "状態",
        "run": "処理",
    }
    rows = [values_of(chunk, columns) | {"run": str(chunk.job)} for chunk in sent]
    note = "送信した値は「同期とファイル取込による変更」にあります。どちらも、処理の保存期間を過ぎると消去されます。"
    return Section("sent", "送信先と日時", columns, rows, note)


def images_section(numbers: Iterable[int]) -> Section:
    """What is kept of カオナビ's sheets so that an upload can be undone; items are told by カオナビ's numbers."""
    columns = {"sheet": "シート", "run": "処理", "before": "処理の前", "after": "処理の後"}
    rows = [
        {
            **values_of(image, ("sheet",)),
            "run": str(image.job),
            "before": records_told(send.shown) if send else UNREADABLE,
            "after": records_told(send.records) if send else UNREADABLE,
        }
        for image, send in images.of_person(numbers)
    ]
    note = "登録を元に戻すために、暗号化して保存しています。項目は、カオナビの項目の番号です。"
    return Section("before_images", "登録前のカオナビのシートの内容", columns, rows, note)


def records_told(records: Iterable[Record]) -> str:
    """One line a record, with what it holds."""
    return "\n".join(
        " ".join(f"{item}：{'、'.join(texts)}" for item, texts in record.values.items() if any(texts))
        for record in records
    )


def changes_of(person: Employee, results: Iterable[Assessment], subjects: Subjects) -> QuerySet[SyncChange]:
    """What runs wrote or, while held, would write about the person: by the row's number, without one by any key."""
    mine = Q(what__in=(SyncChange.What.EMPLOYEE, *SHEETS), object_id=person.pk)
    mine |= Q(what=SyncChange.What.ASSESSMENT, object_id__in=[result.pk for result in results])
    by_key = Q(object_id=None) & ~Q(what=SyncChange.What.DEPARTMENT)
    mine |= (by_key | Q(what=SyncChange.What.ASSESSMENT)) & Q(told_key__in=subjects.by_key)
    changes = SyncChange.objects.alias(told_key=Lower(Trim("key")))
    return changes.filter(mine).select_related("job").order_by("pk")


def changes_section(changes: Iterable[SyncChange]) -> Section:
    told = list(changes)
    names = Names.of(told)
    rows = []
    for change in told:
        lines = (
            f"{line.label}：{line.new}" if line.old is None else f"{line.label}：{line.old} → {line.new}"
            for line in change_lines(change, names)
        )
        rows.append(
            {
                "at": change.job.finished_at or change.job.created_at,
                "run": str(change.job),
                "status": change.job.get_status_display(),
                **values_of(change, ("what", "name")),
                "change": "\n".join(lines),
            }
        )
    columns = {"at": "日時", "run": "処理", "status": "ステータス", "what": "対象", "name": "名前", "change": "変更"}
    return Section("changes", "同期とファイル取込による変更", columns, rows)


def issues_of(subjects: Subjects) -> QuerySet[SyncIssue]:
    """What runs found about the person, under whatever keys. Of rows that name somebody else the page warns."""
    found = find_issues(subjects)
    wanted = [issue.pk for issue, _ in found.own] + [issue.pk for issue in found.quoting if is_about(issue, subjects)]
    issues = SyncIssue.objects.filter(pk__in=wanted).exclude(
        job__kind__in=kinds.codes(lambda kind: kind.writes == (SyncChange.What.DEPARTMENT,))
    )
    return issues.select_related("job").order_by("pk")


def issues_section(issues: Iterable[SyncIssue]) -> Section:
    columns = {
        "at": "日時",
        "run": "処理",
        **columns_of(SyncIssue, ("id", "job", "object_id", "fingerprint", "value_digest")),
    }
    rows = [{"at": issue.job.created_at, "run": str(issue.job), **values_of(issue, columns)} for issue in issues]
    note = (
        "社員番号、メールアドレス（以前のものを含みます）、氏名で探しています。同姓同名の人のものや、ほかの社員の氏名や社員番号が"
        "含まれることがあります。本人に渡す前に確認し、必要であればその行を除いてください。"
    )
    return Section("issues", "処理のエラーと注意", columns, rows, note)


def notes_section(issues: Iterable[SyncIssue], subjects: Subjects) -> Section:
    """What people said of the person's problems, and where they name the person in what they said of others'."""
    columns = columns_of(ProblemNote, ("id", "fingerprint", "value_digest"))
    own = {issue.fingerprint for issue in issues}
    rows = [
        values_of(note, columns)
        for note in ProblemNote.objects.select_related("set_aside_by").order_by("pk")
        if note.fingerprint in own or any(map(subjects.are_in, (note.reason, note.assignee, note.memo)))
    ]
    return Section("notes", "要対応についての記録", columns, rows)


def numbers_of(person: Employee) -> set[int]:
    """The person's, and those of whose records were merged into this one."""
    numbers = {person.pk}
    merged = AuditEntry.objects.filter(action=AuditEntry.Action.MERGED)
    while (
        news := set(merged.filter(subject_id__in=numbers).values_list("detail__removed", flat=True)) - numbers - {None}
    ):
        numbers |= news
    return numbers


def about_any(numbers: Iterable[int]) -> Q:
    """The audit trail about them."""
    wanted = Q()
    for number in numbers:
        wanted |= about(number)
    return wanted


AUDIT_COLUMNS = {"at": "日時", "actor": "操作した人", "action": "操作", "what": "対象の種類", "label": "対象"}


def audit_rows(entries: QuerySet[AuditEntry]) -> list[Row]:
    return [values_of(entry, AUDIT_COLUMNS) for entry in entries.order_by("at", "pk")]


def looks_section(numbers: Iterable[int], runs: Iterable[int]) -> Section:
    """Who looked at the person's results, also on the pages and in the error files of runs that tell of the person."""
    of_runs = Q(what=str(SyncJob._meta.verbose_name), object_id__in=[*map(str, runs)])
    looks = AuditEntry.objects.filter(about_any(numbers) | of_runs, action__in=LOOKS)
    return Section("looks", "閲覧した人", AUDIT_COLUMNS, audit_rows(looks))


def exports_section() -> Section:
    """Lists that were taken away as files or opened in the admin: who was in them is not kept, so all are named."""
    taken = Q(action=AuditEntry.Action.DOWNLOADED, what=str(Export._meta.verbose_name))
    opened = Q(action=AuditEntry.Action.VIEWED, object_id="", subject_id=None)
    note = (
        "だれの行が含まれていたかは保存していないため、この社員が含まれていた可能性のあるものをすべて表示しています。"
    )
    rows = audit_rows(AuditEntry.objects.filter(taken | opened))
    return Section("exports", "一覧のダウンロードと閲覧", AUDIT_COLUMNS, rows, note)


def audit_section(numbers: Iterable[int]) -> Section:
    """Everything else that was done to the person's record."""
    done = AuditEntry.objects.filter(about_any(numbers)).exclude(action__in=LOOKS)
    return Section("operations", "操作の記録", AUDIT_COLUMNS, audit_rows(done))
