"""Linked rows of which nobody knows whether カオナビ still has them: the newest completed run did not see them.

Such a run had an element that it could not read, or a person let it mark nobody. A row that is not here, linked and not
marked as missing, was seen by the newest completed run of its kind.
"""

from django.db import models

from departments.models import Department
from employees.models import Employee


class Unseen(models.Model):
    """`seen_at` is when the last run ended that did see the row. It goes when the row is seen again, or marked."""

    seen_at = models.DateTimeField("カオナビで最後に確認した日時")

    class Meta:
        abstract = True


class UnseenDepartment(Unseen):
    row = models.OneToOneField(Department, on_delete=models.CASCADE, primary_key=True, related_name="unseen")

    def __str__(self) -> str:
        return str(self.row_id)


class UnseenEmployee(Unseen):
    row = models.OneToOneField(Employee, on_delete=models.CASCADE, primary_key=True, related_name="unseen")

    def __str__(self) -> str:
        return str(self.row_id)


UNSEEN: dict[type[models.Model], type[Unseen]] = {Department: UnseenDepartment, Employee: UnseenEmployee}
