"""要対応: what people decided and noted about a problem, whichever run tells it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate

from accounts.locks import LockableQuerySet


class ProblemNoteQuerySet(LockableQuerySet["ProblemNote"]):
    def set_aside_today(self) -> Self:
        """Those that say 「対応不要」, by the day in Japan when the query is made; of which value, the caller compares."""
        return self.filter(Q(until=None) | Q(until__gte=TruncDate(Now())), set_aside_at__isnull=False)


class ProblemNote(models.Model):
    """What was said of one problem, known by its fingerprint (`rules.fingerprint`). Where nobody said anything, no row.

    One that is 対応不要 has `set_aside_at`; `until` is the last day of that, without one it has no end. `value_digest` is
    of the value that it had then: with another one it is open again (`rules.problems`).
    """

    fingerprint = models.BigIntegerField(unique=True, editable=False)
    set_aside_at = models.DateTimeField("対応不要にした日時", null=True, blank=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="対応不要にした人",
    )
    reason = models.TextField("理由", blank=True, default="")
    until = models.DateField("終了日", null=True, blank=True)
    value_digest = models.BigIntegerField(null=True, blank=True, editable=False)
    assignee = models.CharField("担当", max_length=100, blank=True, default="")
    memo = models.TextField("メモ", blank=True, default="")

    objects = ProblemNoteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "要対応"
        indexes = [
            models.Index(fields=["assignee"], condition=~Q(assignee=""), name="integrations_problem_assignees"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=False, value_digest__isnull=False)
                | Q(set_aside_at=None, set_aside_by=None, reason="", until=None, value_digest=None),
                name="integrations_problemnote_set_aside_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=False) | ~Q(assignee="") | ~Q(memo=""),
                name="integrations_problemnote_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"要対応 #{self.pk}"


class ProblemVersion(models.Model):
    """Of a run a number that is another one whenever its problems change; of run 0 that of what people said of any.

    Usually one; two where two wrote at once. The database itself keeps them (`problem_triggers`): nobody writes here.
    """

    version = models.BigIntegerField(primary_key=True)
    run = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"#{self.run}"
