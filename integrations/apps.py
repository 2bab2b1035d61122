from django.apps import AppConfig
from django.db.models.signals import post_save


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = "外部ツールとの連携"

    def ready(self) -> None:
        """Connect keyring and watch to checks and signals of worker and beat, and give 自社社員管理 its filters about カオナビ.

        A corrected result is no longer the one that カオナビ was seen to show.
        """
        from assessments.models import Assessment  # noqa: PLC0415 - models are not ready before
        from integrations import keyring, watch  # noqa: F401, PLC0415 - as above
        from integrations.sync.results.registering import forget_corrected  # noqa: PLC0415 - as above
        from integrations.views.registration import offer_filters  # noqa: PLC0415 - as above

        offer_filters()
        post_save.connect(forget_corrected, sender=Assessment)
