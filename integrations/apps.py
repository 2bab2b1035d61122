from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = "外部ツールとの連携"

    def ready(self) -> None:
        """Connect keyring and watch to checks and signals of worker and beat, and give 自社社員管理 its filters about カオナビ."""
        from integrations import keyring, watch  # noqa: F401, PLC0415 - models are not ready before
        from integrations.views.registration import offer_filters  # noqa: PLC0415 - as above

        offer_filters()
