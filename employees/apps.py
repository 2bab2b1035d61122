from django.apps import AppConfig


class EmployeesConfig(AppConfig):
    name = "employees"
    verbose_name = "社員"

    def ready(self) -> None:
        """The audit trail keeps the numbers of people; who they are is told here."""
        from accounts.subjects import subjects  # noqa: PLC0415 - models are not ready before
        from employees import names  # noqa: PLC0415 - models are not ready before

        subjects.find, subjects.names, subjects.address = names.numbers_of, names.names_of, names.page_of
