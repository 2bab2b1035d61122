"""The web process's entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from mikiwame_kaonavi.whole_bodies import with_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")

application = with_whole_bodies(get_wsgi_application())

from integrations.keyring import tell_at_start  # noqa: E402 - the apps are ready only now

tell_at_start()
