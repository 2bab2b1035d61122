"""検査結果: what people's personality tests said, and the reference rows that name types and scales."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.locks import LockableQuerySet
from accounts.rights import Account, Right
from assessments.bases import COMPANY_BASIS, LONGEST_BASIS
from assessments.name_lookup import Named, fold_name
from assessments.signals import results_leave
from departments.scope import reach
from employees.models import Employee

MENTAL_HEALTH = "現在のメンタルヘルス"  # the category whose scales have a right of their own

SCORE = "score_"  # and a scale's code: what the form calls its score
GRADE_ON, OVERALL_SCORE_ON = "grade_on_", "overall_score_on_"  # and a Judgement's number: the same of a further basis

PROTECTED = (
    f"「{{}}」は、「{MENTAL_HEALTH}」の尺度の名前または別名として使われている（または使われていた）ため、ほかの尺度には使えません。"
    "この尺度の値を、権限のない人に見せてしまうことを防ぐためです。別の名前を入力してください。"
)


class PersonalityType(models.Model):
    """One of the 16 types. Replaceable reference data: a company edits names, aliases and texts."""

    code = models.SlugField("コード", max_length=50, unique=True)
    name = models.CharField("名前", max_length=100, unique=True)
    japanese_name = models.CharField("和名", max_length=100, blank=True, default="")
    aliases = models.JSONField("別名", default=list, blank=True)
    category = models.CharField("グループ", max_length=100, blank=True, default="")
    description = models.TextField("説明", blank=True, default="")
    order = models.PositiveSmallIntegerField("表示順", default=0)
    # the vendor publishes nine of the sixteen; the others stand in until the company's own sheet names them
    is_stand_in = models.BooleanField("仮の名前", default=False, db_default=False, editable=False)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "16タイプ"
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("assessments:edit_type", args=[self.pk])

    @property
    def label(self) -> str:
        """カタカナ（和名）: how it is shown, and sent where the sheet's item is a text."""
        return f"{self.name}（{self.japanese_name}）" if self.japanese_name else self.name


class ScaleQuerySet(LockableQuerySet["Scale"]):
    def kept(self) -> Self:
        """Those whose scores are stored."""
        return self.filter(is_kept=True)


class Scale(models.Model):
    """One 尺度. `kaonavi_item` says how it travels to the single-record sheet; if not kept, no score is stored."""

    class KaonaviItem(models.TextChoices):
        REQUIRED = "required", "必須"
        OPTIONAL = "optional", "あれば送る"
        OFF = "off", "送らない"

    code = models.SlugField("コード", max_length=50, unique=True)
    name = models.CharField("尺度名", max_length=100, unique=True)
    aliases = models.JSONField("別名", default=list, blank=True)
    category = models.CharField("カテゴリ", max_length=100)
    description = models.TextField("説明", blank=True, default="")
    order = models.PositiveSmallIntegerField("表示順", default=0)
    kaonavi_item = models.CharField("カオナビの項目", max_length=10, choices=KaonaviItem, default=KaonaviItem.OFF)
    # changed by `kept_scales` alone, since what is stored goes with it
    is_kept = models.BooleanField("偏差値を保存する", default=True, db_default=True, editable=False)

    objects = ScaleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "尺度"
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kaonavi_item__in=["required", "optional", "off"]),
                name="assessments_scale_kaonavi_item_known",
            ),
            models.CheckConstraint(
                condition=Q(is_kept=True) | Q(kaonavi_item="off"),
                name="assessments_scale_not_kept_is_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The names of a protected scale stay its kind's, also when it is called otherwise or is no more."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.category == MENTAL_HEALTH:
                names = [ProtectedName(name=name) for name in Named.of(self).names()]
                ProtectedName.objects.bulk_create(names, ignore_conflicts=True)

    def get_absolute_url(self) -> str:
        return reverse("assessments:edit_scale", args=[self.pk])

    def clean(self) -> None:
        """Raises ValidationError where a scale that everybody may see would be called as a protected one ever was.

        Files find scales by their names: the values of the protected one would come to stand in the open.
        """
        if self.category == MENTAL_HEALTH:
            return
        protected = set(map(fold_name, ProtectedName.objects.values_list("name", flat=True)))
        if taken := [name for name in Named.of(self).names() if fold_name(name) in protected]:
            raise ValidationError({"name" if self.name in taken else "aliases": PROTECTED.format(taken[0])})


class ProtectedName(models.Model):
    """What a scale with a right of its own is called, or ever was: no other scale may be called so. Kept for ever."""

    name = models.TextField("名前", unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "予約された尺度名"

    def __str__(self) -> str:
        return self.name


class AssessmentQuerySet(LockableQuerySet["Assessment"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the results, and what is kept of them elsewhere: the one door for whatever deletes some."""
        with transaction.atomic():
            results_leave.send(sender=Assessment, results=self)
            return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's own: a manager has no such method
    delete.alters_data = True  # type: ignore[attr-defined]  # as Django's own: no template calls it

    def open_to(self, user: Account, right: Right = Right.VIEW_RESULTS) -> Self:
        """The results of the people for whom somebody has the right."""
        seen = reach(user, right)
        return self if seen is None else self.filter(employee__department__in=seen)


class Assessment(models.Model):
    """One person's result of one test. `public_id` is the part of the link that カオナビ's sheets hold.

    `grade` and `overall_score` are those of 会社基準; further bases are rows of `Judgement`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="assessments", verbose_name="社員")
    title = models.CharField("検査名", max_length=200, blank=True, default="")
    taken_on = models.DateField("受検日")
    completed_at = models.DateTimeField("完了日時", null=True, blank=True)
    personality_type = models.ForeignKey(
        PersonalityType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name="16タイプ",
    )
    # as a file said it, while none of the types is called so
    unknown_type = models.CharField("設定にない16タイプ", max_length=100, blank=True, default="", db_default="")
    scores = models.JSONField("偏差値", default=dict, blank=True)
    grade = models.CharField("判定", max_length=10, blank=True, default="")
    overall_score = models.DecimalField("総合スコア", max_digits=3, decimal_places=1, null=True, blank=True)
    comment = models.TextField("適性に関するコメント", blank=True, default="")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "検査結果"
        constraints = [
            models.CheckConstraint(
                condition=Q(overall_score__isnull=True) | Q(overall_score__gte=0, overall_score__lte=10),
                name="assessments_assessment_overall_score_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(unknown_type="") | Q(personality_type__isnull=True),
                name="assessments_assessment_type_is_known_or_not",
            ),
        ]
        indexes = [
            # a person's latest result is found by one look, so that figures of all people wait for no sorting
            models.Index(fields=["employee", "taken_on", "completed_at"], name="assessments_by_person_and_day"),
            models.Index(fields=["unknown_type"], condition=~Q(unknown_type=""), name="assessments_by_unknown_type"),
        ]

    def __str__(self) -> str:
        return f"{self.title or '検査'}（{self.taken_on:%Y/%m/%d}）"

    def get_absolute_url(self) -> str:
        return reverse("assessments:detail", args=[self.public_id])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As a query of one does it."""
        with transaction.atomic():
            results_leave.send(sender=Assessment, results=Assessment.objects.filter(pk=self.pk))
            return super().delete(*args, **kwargs)

    @property
    def person_number(self) -> int:
        """Whom the audit trail tells of."""
        return self.employee_id

    @property
    def audit_label(self) -> str:
        """Without 検査名 and 受検日: they are the person's, and nothing can be erased from the trail."""
        return f"#{self.pk}"

    @classmethod
    def audit_fields(cls, names: Iterable[str]) -> dict[str, str]:
        """What the form's fields are called that are no columns: by scale, by basis, 16タイプ."""
        names = list(names)
        codes = {name: name.removeprefix(SCORE) for name in names if name.startswith(SCORE)}
        scales = dict(Scale.objects.filter(code__in=codes.values()).values_list("code", "name")) if codes else {}
        scores = {name: f"尺度「{scales.get(code, '削除された尺度')}」" for name, code in codes.items()}
        return {**scores, **Judgement.audit_fields(names), "kind": "16タイプ", "new_basis": "追加した基準"}

    def judged(self) -> list["Judged"]:
        """判定 and 総合スコア on each basis that says something, 会社基準 first."""
        company = Judged(COMPANY_BASIS, self.grade, self.overall_score)
        further = [Judged(row.basis, row.grade, row.overall_score) for row in self.judgements.all()]
        says_something = self.grade or self.overall_score is not None
        return [company, *further] if says_something else further

    @property
    def type_name(self) -> str:
        """The same without 和名, where there is little room."""
        return self.personality_type.name if self.personality_type else self.unknown_type

    @property
    def type_label(self) -> str:
        """The 16タイプ as it is shown: カタカナ（和名）, or what a file called it; "" for none."""
        return self.personality_type.label if self.personality_type else self.unknown_type


class Judged(NamedTuple):
    """How a result is judged on one basis, of whatever kind."""

    name: str
    grade: str
    overall_score: Decimal | None


class Judgement(models.Model):
    """How a result is judged on a further basis, such as チーム基準. 会社基準 has no row: it stands in the result itself.

    A row says something: a grade, a score, or both.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="judgements", verbose_name="検査結果"
    )
    basis = models.CharField("基準", max_length=LONGEST_BASIS)
    grade = models.CharField("判定", max_length=10, blank=True, default="")
    overall_score = models.DecimalField("総合スコア", max_digits=3, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "ほかの基準での判定"
        ordering = ["basis"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "basis"], name="assessments_judgement_one_a_basis"),
            models.CheckConstraint(
                condition=~Q(basis__in=["", COMPANY_BASIS]), name="assessments_judgement_basis_is_a_further_one"
            ),
            models.CheckConstraint(
                condition=Q(overall_score__isnull=True) | Q(overall_score__gte=0, overall_score__lte=10),
                name="assessments_judgement_overall_score_0_to_10",
            ),
            models.CheckConstraint(
                condition=~Q(grade="") | Q(overall_score__isnull=False), name="assessments_judgement_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.basis

    @classmethod
    def audit_fields(cls, names: Iterable[str]) -> dict[str, str]:
        """What the fields of the form of a result are called that belong to such rows, by the row's basis."""
        told = {
            name: (label, int(name.removeprefix(start)))
            for name in names
            for start, label in ((GRADE_ON, "判定"), (OVERALL_SCORE_ON, "総合スコア"))
            if name.startswith(start)
        }
        rows = {pk for _, pk in told.values()}
        bases = dict(cls.objects.filter(pk__in=rows).values_list("pk", "basis")) if rows else {}
        return {name: f"{label}（{bases.get(pk, '削除された基準')}）" for name, (label, pk) in told.items()}


class LatestResult(models.Model):
    """Which result of each person is the latest, and its scores as thousands of people are compared by them.

    The database itself keeps it, whatever changes the results (see `latest_triggers`): nobody writes here.
    """

    employee = models.OneToOneField(
        Employee, on_delete=models.CASCADE, primary_key=True, related_name="latest_result", verbose_name="社員"
    )
    result = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="+", verbose_name="検査結果")
    packed = models.TextField("偏差値", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "最新の検査結果"

    def __str__(self) -> str:
        return str(self.result)


class Tombstone(models.Model):
    """A result that was deleted here, whatever way (see `tombstones`). Kept for ever.

    So a result that somebody else still shows, and that is not here, is known to be deleted and not merely unknown: a
    restored backup knows nothing of what came after it.
    """

    public_id = models.UUIDField(primary_key=True, editable=False)
    deleted_at = models.DateTimeField("削除日時", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "削除された検査結果"

    def __str__(self) -> str:
        return str(self.public_id)
