"""A company that fills a page of every list, with texts as long as companies really have them."""

from datetime import date, timedelta

from django.contrib.auth.models import Group, User
from django.utils import timezone

from accounts.models import AuditEntry, Role
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import (
    AutomaticRun,
    Export,
    PrivacySettings,
    ProblemNote,
    SyncChange,
    SyncException,
    SyncIssue,
    SyncJob,
)
from integrations.reasons import REASONS
from tests.factories.rows import make_job

FULL = 60  # rows: more than one page of any list
DEPARTMENTS, DEPTH = 2_000, 10
POSITION = "シニアマネージャー"
RIGHTS = ["view_employees", "edit_employees", "view_departments", "view_results", "export_files", "view_jobs"]
QUERY = "retired=no&kaonavi=unregistered&result=no&q=勅使河原"


def fill(person: Employee, administrator: User) -> Department:
    """Around the company of the fixture `company`, whose person has more than one result and a history.

    The department with the most departments right below it.
    """
    places = departments()
    people = staff(places)
    results([*people, person], person)
    runs(person, people, administrator)
    accounts(people)
    automatic_runs()
    trail(administrator, people)
    exceptions(places, people, administrator)
    PrivacySettings.objects.create(retention_months=12)
    Export.objects.bulk_create(
        Export(kind="employees", form="xlsx", query=QUERY, rows=12_345, made_by=administrator) for _ in range(FULL)
    )
    return places[0]


def exceptions(places: list[Department], people: list[Employee], administrator: User) -> None:
    why = {"reason": "出向先の人事部門が決めるため、カオナビの値を使わない。" * 3, "made_by": administrator}
    scope = SyncException.objects.create(kind="scope", limits_departments=True, **why)
    scope.departments.set(places[:FULL])
    SyncException.objects.bulk_create(
        SyncException(kind="pinned", employee=each, item="retirement_date", until=date(2999, 12, 31), **why)
        for each in people
    )


def departments() -> list[Department]:
    """Ten levels, as deep as カオナビ allows; the second lies below one department."""
    above: list[Department | None] = [None]
    places: list[Department] = []
    width = DEPARTMENTS // DEPTH
    for level in range(1, DEPTH + 1):
        made = Department.objects.bulk_create(
            Department(
                code=f"D{level:02}{n:04}",
                name=f"東日本営業本部 第{n + 1}営業部 第{level}課",
                parent=above[n % len(above)],
            )
            for n in range(width)
        )
        above = list(made[:1] if level == 1 else made)
        places += made
    return places


def staff(places: list[Department]) -> list[Employee]:
    long_ago = timezone.now() - timedelta(days=2_000)
    return Employee.objects.bulk_create(
        Employee(
            email=f"taro-zaemon.teshigawara-{n:04}@group.example.co.jp",
            employee_number=f"E{n:06}",
            last_name="勅使河原",
            first_name=f"太郎左衛門{n}",
            last_name_kana="テシガワラ",
            first_name_kana="タロウザエモン",
            department=places[-1 - n * 7],
            position=POSITION,
            employment_type="part_time",
            hire_date=date(2020, 4, 1),
            is_retired=n % 2 == 0,
            retirement_date=date(2020, 3, 31) if n % 2 == 0 else None,
            last_seen_at=long_ago,
            missing_since=long_ago if n % 4 == 1 else None,
        )
        for n in range(2 * FULL)
    )


def results(people: list[Employee], person: Employee) -> None:
    PersonalityType.objects.bulk_create(
        PersonalityType(
            code=f"type{n}", name=f"タイプ{n:03}", japanese_name="粘り強く支える人", description="説明" * 40
        )
        for n in range(FULL - 20)
    )
    kind = PersonalityType.objects.latest("order")
    days = [date(2016 + n, 1, 1) for n in range(10)]
    tests = [(each, date(2026, 4, 1)) for each in people] + [(person, day) for day in days]
    scores = {scale.code: 50.0 for scale in Scale.objects.all()}
    Assessment.objects.bulk_create(
        Assessment(
            employee=each,
            taken_on=day,
            title="2026年：自社社員検査_v2",
            personality_type=kind,
            grade="A+",
            scores=scores,
        )
        for each, day in tests
    )


def runs(person: Employee, people: list[Employee], administrator: User) -> None:
    """One behind the other, the newest with many problems of each reason; and one that waits for an answer."""
    job, held = SyncJob.objects.get(status="partial"), SyncJob.objects.get(status="held")
    told = [
        SyncIssue(
            job=of,
            severity=REASONS[reason].severity,
            reason=reason,
            subject_key=f"E{n:06}",
            subject_name=people[n].full_name,
            email=people[n].email,
            field="メールアドレス",
            value=f"E{n:06}",
            detail=f"{people[n].full_name}さん（社員番号 E{n:06}）と同じメールアドレスの社員が、ほかにもいます。",
            remedy="カオナビで正しいメールアドレスに直してから、もう一度同期してください。",
            object_id=people[n].pk,
            fingerprint=number * FULL + n,
            value_digest=1,
        )
        for of in (job, held)
        for number, reason in enumerate(code for code in REASONS if code.startswith("MEMBER_"))
        for n in range(FULL)
    ]
    SyncIssue.objects.bulk_create(told)
    ProblemNote.objects.bulk_create(
        ProblemNote(fingerprint=issue.fingerprint, assignee="佐藤 花子", memo="来月、本人に確認します。")
        for issue in told[: len(told) // 2]
        if issue.fingerprint
    )
    fields = {f"field{n}": [None, "とても長い値のある項目"] for n in range(12)}
    SyncChange.objects.bulk_create(
        SyncChange(
            job=of,
            what="employee",
            object_id=each.pk,
            action="create",
            key=each.email,
            name=each.full_name,
            fields=fields,
        )
        for of in (job, held)
        for each in [*people, *[person] * FULL]
    )
    for n in range(FULL):
        ended = make_job(
            *("partial", "assessments_file"),
            created_at=timezone.now() - timedelta(hours=9 * n + 1),
            requested_by=administrator,
            created=12_345,
            updated=12_345,
            failed=12_345,
            file_name=f"2026年4月_検査結果_全社_最新版_{n}.csv",
        )
        SyncIssue.objects.create(job=ended, severity="error", reason="RESULT_TYPE_UNKNOWN", fingerprint=-n)


def automatic_runs() -> None:
    """Of a schedule, long ago, each with its jobs."""
    then = timezone.now() - timedelta(days=100)
    begun = AutomaticRun.objects.bulk_create(
        AutomaticRun(cause="schedule", due_at=then - timedelta(hours=n), ended_at=then, outcome="done")
        for n in range(40)
    )
    SyncJob.objects.bulk_create(
        SyncJob(kind=kind, status="succeeded", created_at=then, finished_at=then, cause="schedule", automatic_run=run)
        for run in begun
        for kind in ("departments", "results")
    )


def accounts(people: list[Employee]) -> None:
    places = list(Department.objects.order_by("-pk")[:FULL])
    for n in range(FULL):
        user = User.objects.create(
            username=people[n].email,
            email=people[n].email,
            last_name="勅使河原",
            first_name=f"太郎左衛門{n}",
            password="!",
        )
        group = Group.objects.create(name=f"東日本営業本部 第{n}営業部の人事担当")
        role = Role.objects.create(group=group, rights=RIGHTS, is_limited=True)
        user.groups.add(group)
        RoleDepartment.objects.bulk_create(RoleDepartment(role=role, department=place) for place in places[:5])


def trail(administrator: User, people: list[Employee]) -> None:
    """Each entry for many people at once, with many fields."""
    told = {
        "actor_id": administrator.pk,
        "actor": "佐藤 花子",
        "action": "edited",
        "what": "社員",
        "address": "203.0.113.7",
    }
    changed = {
        name: ["以前の値", "とても長い値のある項目"] for name in ("position", "email", "last_name", "first_name")
    }
    firsts = AuditEntry.objects.bulk_create(
        AuditEntry(**told, object_id=str(each.pk), label=each.full_name, detail={"changes": changed} if n % 2 else {})
        for n, each in enumerate(people[: 2 * FULL])
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(**told, object_id=str(each.pk), label=each.full_name, part_of=first.pk, subject_id=each.pk)
        for first in firsts[::2]
        for each in people[:10]
    )
