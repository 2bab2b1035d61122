"""The web process's entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from mikiwame_kaonavi.whole_bodies import with_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mikiwame_kaonavi.settings")

application = with_whole_bodies(get_wsgi_application())

from accounts import owner_address  # noqa: E402 - the apps are ready only now
from integrations.operations import keyring  # noqa: E402 - as above

owner_address.tell_at_start()
keyring.tell_at_start()
