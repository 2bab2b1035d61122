"""Somebody with a limited role, who asks for everything through the pages: must change nothing and see nothing."""

from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, connections
from django.urls import reverse

from integrations.models import SyncJob
from tests.factories.rows import logged_in
from tests.world import company

REFUSED = 403, 404
FORM = "application/x-www-form-urlencoded"
SEEN = ("employees:list", "home")


def attack(world: Any, stage: Any) -> None:
    """Until the world is calm."""
    scheduler, dice = world.scheduler, world.dice
    scheduler.rest(1 + dice.random())
    client = None
    while scheduler.now < stage.horizon:
        try:
            if client is None:
                client = logged_in(User.objects.get(username="jiro"))
                client.defaults["SERVER_NAME"] = "localhost"
            job = SyncJob.objects.first()
            name = dice.choice(("cancel", "approve", "undo")) if job else "start"
            asked = reverse(f"integrations:{name}", args=[job.pk] if job else [])
            answer = client.post(asked, "kind=results", content_type=FORM)
            if answer.status_code not in REFUSED:
                world.fail(f"a limited role gets {answer.status_code} for {asked}")
            shown = client.get(reverse(dice.choice(SEEN))).content.decode()
        except OperationalError:
            world.tell("attacker", "the database is busy")
        else:
            world.tell("attacker", f"tries {name}")
            if company.CANARY in shown or company.MAIL in shown:
                world.fail("a limited role sees somebody")
        connections.close_all()
        scheduler.rest(dice.expovariate(1 / 10))
