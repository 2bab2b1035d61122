"""What a run that was ended has left on its way to カオナビ, and the next run."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import SyncJob, UploadChunk
from tests.factories.rows import make_chunk


@pytest.fixture
def left(connection) -> UploadChunk:
    """An update of a run that was cancelled a moment ago, between the note and the answer."""
    now = timezone.now()
    job = SyncJob.objects.create(kind="results", status="cancelled", finished_at=now)
    return make_chunk(job, state="sending", sent_at=now)


def test_an_update_that_may_still_be_on_its_way_is_waited_for_before_the_sheets_are_read(
    tenant, employ, test, left, upload
):
    test(employ("E1"))
    job = actions.start_job(kind="results", by=None, inline=True)

    step = runner.advance(job.pk, job.lease, worker="test", connect=open_client)

    assert step is not None
    assert 0 < step.seconds <= settings.KAONAVI_LOST_PAUSE
    assert [call.path for call in tenant.calls if call.path.startswith("/sheets")] == []
    ended = timezone.now() - timedelta(seconds=settings.KAONAVI_LOST_PAUSE)
    SyncJob.objects.filter(pk=left.job_id).update(finished_at=ended)
    job.refresh_from_db()
    assert upload(job).status == "succeeded"
    left.refresh_from_db()
    assert left.state == "lost"
