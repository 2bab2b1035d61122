from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = "外部ツールとの連携"

    def ready(self) -> None:
        """Connect the keyring, the supervisor and what hears of the lower apps; give 自社社員管理 its filters."""
        from django.db.backends.signals import connection_created  # noqa: PLC0415 - beside what is connected to it

        from assessments.signals import (  # noqa: PLC0415 - models are not ready before
            results_changed,
            results_corrected,
            results_leave,
            scores_leave,
        )
        from employees.signals import people_leave  # noqa: PLC0415 - models are not ready before
        from integrations import supervisor  # noqa: F401, PLC0415 - models are not ready before
        from integrations.automation import tasks  # noqa: F401, PLC0415 - they are known to the worker so
        from integrations.erasure import on_deletion  # noqa: PLC0415 - models are not ready before
        from integrations.manual import files  # noqa: F401, PLC0415 - its check is known to Django so
        from integrations.operations import checks, pooler  # noqa: F401, PLC0415 - one of them is Django's too
        from integrations.operations.backup import daily  # noqa: F401, PLC0415 - its task is known to the worker so
        from integrations.screens.registration import offer_filters  # noqa: PLC0415 - models are not ready before
        from integrations.upload.registration import forget_corrected  # noqa: PLC0415 - models are not ready before

        offer_filters()
        connection_created.connect(pooler.do_without_cursors)
        results_changed.connect(forget_corrected)
        people_leave.connect(on_deletion.forget_people)
        results_leave.connect(on_deletion.forget_results)
        scores_leave.connect(on_deletion.forget_scores)
        results_corrected.connect(on_deletion.forget_wrong_values)
