"""Django's server for developers, on this machine alone: its error pages tell a stranger too much."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from whitenoise.runserver_nostatic.management.commands.runserver import Command as BaseCommand

from accounts.this_machine import is_this_machine


class Command(BaseCommand):
    """As Django has it, but not beyond this machine while DEBUG is on."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG and not is_this_machine(self.addr):
            raise CommandError("DJANGO_DEBUG=true のままでは、このマシン以外から開けるようにはできません。")
        super().inner_run(*args, **options)
