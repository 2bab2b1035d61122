"""What becomes of a run that was just started, as a line below the message that says so."""

from django import template
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.partials import wants_part
from integrations import kinds
from integrations.models import SyncJob
from integrations.screens.job_list import why_it_failed
from integrations.screens.progress import pause_at
from integrations.screens.run_summary import in_short, went_idle
from integrations.screens.standstill import why_it_stands

register = template.Library()

STARTED = "started-"  # before the number of the run of which a message tells


@register.simple_tag(takes_context=True)
def run_started(context: RequestContext, message: Message) -> SafeString:
    """The line, if the message tells of a run; whoever reads the message has started it."""
    request, number = context["request"], (message.extra_tags or "").removeprefix(STARTED)
    if not (message.extra_tags or "").startswith(STARTED) or not request.user.is_authenticated:
        return SafeString()
    job = SyncJob.objects.defer("state").filter(pk=number).first()
    return followed(request, job) if job else SafeString()


def followed(request: HttpRequest, job: SyncJob) -> SafeString:
    """The line, to stand in a page of whoever asks. Where it comes alone, with the mark in the sub-menu at the end."""
    now = timezone.now()
    context = {
        "job": job,
        "kind": kinds.of(job),
        "counts": in_short(job),
        "is_idle": went_idle(job),
        "why": why_it_failed(job),
        "problem": why_it_stands(job, now),
        "pause": pause_at((now - job.created_at).total_seconds()),
        "is_alone": wants_part(request),
    }
    return render_to_string("integrations/_followed.html", context, request)
