"""The web process's entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")

application = get_wsgi_application()

from integrations.keyring import tell_at_start  # noqa: E402 - the apps are ready only now

tell_at_start()
