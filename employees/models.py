"""自社社員: the people of the company."""

from typing import Any, Self
from zlib import crc32

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.locks import LockableQuerySet
from accounts.rights import Account, Right
from accounts.search import FEW, mentions
from accounts.spelling import RULES as SPELLING
from accounts.spelling import keys_of
from departments.models import Department
from departments.scope import Reach, reach
from employees.rules import BY_HAND, BY_KAONAVI
from employees.signals import people_leave

SEARCHED = (("last_name", "first_name"), ("last_name_kana", "first_name_kana"), "email", "employee_number")
RULES = crc32(f"{SPELLING} {SEARCHED}".encode()) >> 1  # an integer of the database has a sign


class IsBlank(models.Func):
    """Whether a text is "": to sort by before the text itself, so that whoever has none comes last.

    The "" stands in the SQL itself: only so an index over the same expression serves.
    """

    template = "(%(expressions)s = '')"
    output_field = models.BooleanField()


class EmployeeQuerySet(LockableQuerySet["Employee"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the people, and what is kept of them elsewhere: the one door for whatever deletes some."""
        with transaction.atomic():
            people_leave.send(sender=Employee, people=self)
            return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's own: a manager has no such method
    delete.alters_data = True  # type: ignore[attr-defined]  # as Django's own: no template calls it

    def within(self, reach: Reach) -> Self:
        """People of these departments; everybody for None."""
        return self if reach is None else self.filter(department__in=reach)

    def open_to(self, user: Account, right: Right = Right.VIEW_EMPLOYEES) -> Self:
        """The people for whom somebody has the right."""
        return self.within(reach(user, right))

    def matching(self, text: str, *, one_by_one: bool = False, lacks: bool | None = None) -> Self:
        """People who have every word of the text in 氏名, kana, mail or 社員番号, however it is written.

        With `one_by_one` SQLite looks whether each of them fits, for whoever wants the first of many in an order that
        has an index; else it finds all of them first. `lacks` is whether the keys lack some, where that is known.
        """
        if not text.strip():
            return self
        keys, by_name = SearchKey.objects.finding(text), mentions(text, *SEARCHED)
        found = Q(Exists(keys.filter(pk=OuterRef("pk")))) if one_by_one else Q(pk__in=keys.values("pk"))
        if SearchKey.objects.lacks_some() if lacks is None else lacks:
            new = Employee.objects.exclude(pk__in=SearchKey.objects.values("pk")).order_by()
            few = list(new.values_list("pk", flat=True)[: FEW + 1])
            found = found | (Q(pk__in=few) & by_name) if len(few) <= FEW else by_name
        return self.filter(found)


class MailField(models.CharField):
    """A mail address: written and looked up in lower case, whoever does it."""

    def get_prep_value(self, value: object) -> object:
        prepared = super().get_prep_value(value)
        return prepared.lower() if isinstance(prepared, str) else prepared


class Employee(models.Model):
    """One person, found again in カオナビ by mail address; 社員番号 only carries results back.

    The address is blank only for somebody whose address another person has now.
    """

    class Gender(models.TextChoices):
        MALE = "male", "男性"
        FEMALE = "female", "女性"
        OTHER = "other", "その他"

    class EmploymentType(models.TextChoices):
        REGULAR = "regular", "正社員"
        CONTRACT = "contract", "契約社員"
        DISPATCHED = "dispatched", "派遣社員"
        PART_TIME = "part_time", "パート・アルバイト"
        OUTSOURCED = "outsourced", "業務委託"
        OTHER = "other", "その他"

    class RetirementSource(models.TextChoices):
        KAONAVI = BY_KAONAVI, "カオナビ"
        MANUAL = BY_HAND, "手入力"

    email = MailField("メールアドレス", max_length=254, blank=True, default="")
    employee_number = models.CharField("社員番号", max_length=50, blank=True, default="", db_index=True)
    last_name = models.CharField("氏名（姓）", max_length=100)
    first_name = models.CharField("氏名（名）", max_length=100, blank=True, default="")
    last_name_kana = models.CharField("姓（カナ）", max_length=100, blank=True, default="")
    first_name_kana = models.CharField("名（カナ）", max_length=100, blank=True, default="")
    birth_date = models.DateField("生年月日", null=True, blank=True)
    gender = models.CharField("性別", max_length=10, choices=Gender, blank=True, default="")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="employees", verbose_name="所属部署"
    )
    position = models.CharField("役職", max_length=200, blank=True, default="")
    employment_type = models.CharField("雇用形態", max_length=20, choices=EmploymentType, blank=True, default="")
    hire_date = models.DateField("入社日", null=True, blank=True)
    retirement_date = models.DateField("退職日", null=True, blank=True)
    is_retired = models.BooleanField("退職者フラグ", default=False)
    retirement_source = models.CharField(
        "退職の登録元", max_length=10, choices=RetirementSource, blank=True, default="", editable=False
    )
    last_seen_at = models.DateTimeField("カオナビで最後に確認した日時", null=True, blank=True, editable=False)
    missing_since = models.DateTimeField("カオナビで見つからなくなった日時", null=True, blank=True, editable=False)

    objects = EmployeeQuerySet.as_manager()
    audit_label = ""  # from the audit trail nothing can be erased: it looks the name up by the number

    class Meta:
        verbose_name = verbose_name_plural = "社員"
        indexes = [
            # upwards, those without kana last; and downwards, where they are last by themselves
            models.Index(
                IsBlank("last_name_kana"), "last_name_kana", "first_name_kana", "id", name="employees_by_kana_or_none"
            ),
            models.Index(fields=["last_name_kana", "first_name_kana", "id"], name="employees_by_kana"),
            models.Index(fields=["email", "id"], name="employees_by_mail"),
            # who is kept no longer: few of a company, so small
            models.Index(fields=["missing_since"], condition=Q(missing_since__isnull=False), name="employees_missing"),
            models.Index(fields=["retirement_date"], condition=Q(is_retired=True), name="employees_retired"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="employees_employee_email_is_unique",
                violation_error_message="このメールアドレスは、ほかの社員が使っています。",
            ),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="employees_employee_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(missing_since__isnull=True) | Q(last_seen_at__isnull=False),
                name="employees_employee_missing_was_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("employees:detail", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As a query of one does it."""
        with transaction.atomic():
            people_leave.send(sender=Employee, people=Employee.objects.filter(pk=self.pk))
            return super().delete(*args, **kwargs)

    @property
    def person_number(self) -> int:
        """Whom the audit trail tells of."""
        return self.pk

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def full_name_kana(self) -> str:
        return f"{self.last_name_kana} {self.first_name_kana}".strip()


class SearchKeyQuerySet(LockableQuerySet["SearchKey"]):
    def due(self) -> Self:
        """Those that are still to be made."""
        return self.exclude(rules=RULES)

    def lacks_some(self) -> bool:
        """Whether there are people without a row: on SQLite, who came a moment ago. There it counts at once."""
        return connection.vendor == "sqlite" and self.count() < Employee.objects.count()

    def finding(self, text: str) -> Self:
        """Those of whoever has every word of the text in what is `SEARCHED`, however it is written.

        Where a key is not made yet the names themselves are looked at, with the same result: nobody is ever missed.
        """
        by_key = Q(*(Q(key__contains=key) for key in keys_of(text)), rules=RULES)
        person = Employee.objects.filter(mentions(text, *SEARCHED), pk=OuterRef("pk"))
        # looked up one by one: of EXISTS PostgreSQL would make a list first, of everybody
        return self.filter(by_key | (~Q(rules=RULES) & Q(pk=Subquery(person.values("pk")[:1]))))


class SearchKey(models.Model):
    """What a search compares of a person, so that it need not look at each name anew.

    The database itself makes the row with the person (SQLite does not), empties it with each change of a name, an
    address or a number, and deletes it (`triggers`); `search_keys` fills it. It may be missing, and is never of before.
    """

    # no constraint: an import would pay for it with each row, and the trigger keeps it
    employee = models.OneToOneField(
        Employee, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    key = models.TextField("検索用の文字列", blank=True)
    rules = models.IntegerField("検索の規則", null=True)  # by which the key was made

    objects = SearchKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "検索用の文字列"

    def __str__(self) -> str:
        return str(self.pk)


class FormerIdentity(models.Model):
    """How a person was known before a change: under this runs may have told of them. Written by the database itself
    (`former_identities`); it goes with the person, or when no run is kept that could know it.
    """

    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, related_name="former_identities", verbose_name="社員"
    )
    email = MailField("メールアドレス", max_length=254)
    employee_number = models.CharField("社員番号", max_length=50)
    last_name = models.CharField("氏名（姓）", max_length=100)
    first_name = models.CharField("氏名（名）", max_length=100)
    last_name_kana = models.CharField("姓（カナ）", max_length=100)
    first_name_kana = models.CharField("名（カナ）", max_length=100)
    changed_at = models.DateTimeField("変更日時", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "変更前の氏名・番号・メールアドレス"

    def __str__(self) -> str:
        return str(self.pk)


class IdentityDecisionQuerySet(models.QuerySet["IdentityDecision"]):
    def naming(self, people: models.QuerySet[Employee]) -> Self:
        """Those about these people, and those that hold an address or a 社員番号 of theirs."""
        mails = people.exclude(email="").values("email")
        numbers = people.exclude(employee_number="").values("employee_number")
        return self.filter(Q(employee__in=people.values("pk")) | Q(email__in=mails) | Q(employee_number__in=numbers))


class IdentityDecision(models.Model):
    """What a person said of a row that could be this employee or somebody else: for exactly this 社員番号 and address."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="identity_decisions")
    employee_number = models.CharField("社員番号", max_length=50)
    email = MailField("メールアドレス", max_length=254)
    is_same = models.BooleanField("同じ人です")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="決めた人"
    )
    decided_at = models.DateTimeField("決めた日時", default=timezone.now)

    objects = IdentityDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "本人の確認"
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "employee_number", "email"], name="employees_identitydecision_is_the_only_one"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))) & ~Q(email=""),
                name="employees_identitydecision_names_a_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {'同じ人' if self.is_same else '別の人'}"


class FiguresVersion(models.Model):
    """A number that is another one whenever what figures read of people and their results has changed.

    Usually one; two where two wrote at once. The database itself keeps it (`triggers`): nobody writes here.
    """

    version = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.version)
