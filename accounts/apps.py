from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "アカウント"

    def ready(self) -> None:
        """Hear of log-ins, and look at a database before tables are made in it."""
        from accounts import checks, receivers  # noqa: F401, PLC0415 - there are no models before

        receivers.listen()
