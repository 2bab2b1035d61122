from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "アカウント"

    def ready(self) -> None:
        """Hear of log-ins."""
        from accounts import receivers  # noqa: PLC0415 - there are no models before

        receivers.listen()
