from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = "外部ツールとの連携"

    def ready(self) -> None:
        """Connect the watch to the signals of worker and beat."""
        from integrations import watch  # noqa: F401, PLC0415 - models are not ready before
