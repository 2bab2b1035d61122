from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "アカウント"

    def ready(self) -> None:
        """Hear of log-ins, look at a database before tables are made in it, and search on each connection."""
        from django.db.backends.signals import connection_created  # noqa: PLC0415 - beside what is connected to it

        from accounts import checks, receivers, search  # noqa: F401, PLC0415 - there are no models before

        receivers.listen()
        connection_created.connect(search.know_spellings)
