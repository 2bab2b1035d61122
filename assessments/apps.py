from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "検査結果"

    def ready(self) -> None:
        """自社社員管理 can be narrowed by what results say."""
        from assessments.latest import OF_RESULTS  # noqa: PLC0415 - models are not ready before
        from employees.linked_filters import LINKED  # noqa: PLC0415 - models are not ready before

        LINKED.append(OF_RESULTS)
