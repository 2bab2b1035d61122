"""A company, on both sides: two to seven people, two or three departments, some results."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from accounts.models import Role
from accounts.rights import Right
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.kaonavi.simulator.state import Credentials, Member, State
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection, KaonaviQuota
from tests.world.network import PREFIX
from tests.world.scheduler import EPOCH
from tests.world.sorts import Sort

KEYS = Credentials("ck_world", "cs_world")
CANARY = "金糸雀"  # is in the name of everybody, and in no log, message or metric
MAIL = "kanaria"  # is in each address
SURNAMES = ("青山", "石川", "上田", "江藤", "岡本", "加藤", "木村", "久保", "小林", "佐野")
TYPES = ("promoter", "contributor", "analyzer")
RULES = {
    "DEBUG": False,  # with it Django asks SQLite of each statement how it reads with its values
    "KAONAVI_API_URL": PREFIX,
    "KAONAVI_TIMEOUT": 40.0,
    "KAONAVI_TASK_TIMEOUT": 300.0,
    "KAONAVI_VERIFY_TIMEOUT": 40.0,
    "JOB_LOOK_EVERY": 12.0,
}


def furnish_template() -> None:
    """Fill a new database with the tables, the accounts and the connection that every world begins with."""
    for name, value in RULES.items():
        setattr(settings, name, value)
    call_command("migrate", verbosity=0)
    for name in ("hanako", "taro"):
        User.objects.create_superuser(name, last_name="管理", first_name=name)
    limited = User.objects.create_user("jiro")
    group = Group.objects.create(name="限られた権限")
    role = Role.objects.create(group=group, rights=[Right.VIEW_EMPLOYEES], is_limited=True)
    RoleDepartment.objects.create(role=role, department=Department.objects.create(name="別会社"))
    limited.groups.add(group)
    moment = datetime.fromtimestamp(EPOCH - 3600, UTC)
    keys = {"consumer_key": KEYS.consumer_key, "consumer_secret": KEYS.consumer_secret}
    KaonaviConnection.objects.create(**keys, connected_at=moment)
    KaonaviQuota.objects.create(pk=1)


def mail_of(number: int) -> str:
    return f"{MAIL}{number}@example.co.jp"


def make_tenant(clock: Callable[[], float], dice: Random, sort: Sort) -> Tenant:
    """カオナビ's side."""
    tenant = Tenant(State(credentials=KEYS), clock=clock)
    for number in range(dice.randint(2, 3)):
        tenant.add_department(f"D{number}", f"部署{number}", "D0" if number and dice.random() < 0.5 else None)
    for number in range(1, dice.randint(*sort.people) + 1):
        hire(tenant, number, dice)
    for key in dice.choice(sort.sheets):
        tenant.use_template(key)
    tenant.tick_all()
    return tenant


def hire(tenant: Tenant, number: int, dice: Random) -> Member:
    department = dice.choice(tenant.state.departments).code if dice.random() < 0.8 else ""
    return tenant.add_member(
        f"{number:04}",
        name=f"{CANARY}{SURNAMES[number % 10]} 花{number}",
        name_kana=f"カナリア ハナ{number}" if dice.random() < 0.9 else "",
        mail=mail_of(number),
        department=department,
        position=dice.choice(("部長", "課長", "")),
        employment_type=dice.choice(("正社員", "契約社員", "")),
        gender=dice.choice(("男性", "女性", "")),
        birthday=f"19{70 + number % 30}-04-0{1 + number % 9}",
    )


def settle_in(tenant: Tenant, dice: Random, sort: Sort) -> None:
    """Our side: some of the people are here already, as the last sync left them, some or all have results."""
    seen, share = datetime.fromtimestamp(EPOCH - 86_400, UTC), dice.choice(sort.here)
    departments: dict[str, Department] = {}
    for row in tenant.state.departments:
        if dice.random() < share:
            parent = departments.get(row.parent_code or "")
            departments[row.code] = Department.objects.create(
                code=row.code, name=row.name, parent=parent, order=row.order, last_seen_at=seen
            )
    people = [
        Employee(
            email=member.mail,
            employee_number=member.code,
            last_name=member.name.split()[0],
            first_name=member.name.split()[1],
            last_name_kana=member.name_kana.partition(" ")[0],
            first_name_kana=member.name_kana.partition(" ")[2],
            department=departments.get(member.department),
            last_seen_at=seen,
            missing_since=seen if dice.random() < 0.1 else None,  # was gone then, and has come back
        )
        for member in tenant.state.members
        if dice.random() < share
    ]
    Employee.objects.bulk_create(people)
    here = list(Employee.objects.order_by("pk"))
    if sort.are_all_tested:
        for person in here:
            test([person], dice, 1)
    else:
        test(here, dice, dice.randint(*sort.results))


def test(people: list[Employee], dice: Random, results: int) -> None:
    """Somebody is tested."""
    if not people:
        return
    kinds = {kind.code: kind for kind in PersonalityType.objects.filter(code__in=TYPES)}
    scales = list(Scale.objects.order_by("code").values_list("code", flat=True))
    Assessment.objects.bulk_create(
        Assessment(
            public_id=UUID(int=dice.getrandbits(128), version=4),
            employee=dice.choice(people),
            title=f"検査{dice.randint(1, 2)}",
            taken_on=date(2026, 1, 1) + timedelta(days=dice.randrange(300)),
            personality_type=kinds[dice.choice(TYPES)],
            scores=dict.fromkeys(scales, dice.randrange(200, 800) / 10),
        )
        for _ in range(results)
    )
