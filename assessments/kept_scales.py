"""Which scales are stored at all: what is not needed is not kept (§14). Only one that is not sent can be left out."""

from typing import Any

from django.db.models import CharField, F, Func, JSONField, Value

from assessments.models import Assessment, Scale
from assessments.reference import uses_of
from assessments.signals import scores_leave


class Without(Func):
    """A JSON object without one of its keys."""

    output_field = JSONField()

    def __init__(self, column: str, key: str) -> None:
        super().__init__(F(column), Value(key, CharField()))

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "JSON_REMOVE(%(expressions)s || '\"')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", '$.\"' || ", **more)


def stop_keeping(scale: Scale) -> int:
    """Erase every stored score of the scale, and store none from now on; how many results had one.

    In the caller's transaction, which has locked the scales (`reference.lock`). Whoever corrects a result has locked it
    before asking which scales are kept, so no score can come in between.
    """
    Assessment.objects.lock_now()
    number = uses_of(scale)
    scale.is_kept = False
    scale.save(update_fields=["is_kept"])
    scores_leave.send(sender=Scale, scale=scale)
    Assessment.objects.filter(scores__has_key=scale.code).update(scores=Without("scores", scale.code))
    return number


def keep_again(scale: Scale) -> None:
    """Store its scores again as files bring them; what was erased does not come back."""
    scale.is_kept = True
    scale.save(update_fields=["is_kept"])
