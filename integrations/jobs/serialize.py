"""A run as one JSON object, for scripts: codes instead of labels, ISO times."""

from typing import Any

from django.forms.models import model_to_dict

from integrations.models import SyncJob


def job_json(job: SyncJob) -> dict[str, Any]:
    """Every field of the run, its id, and its issues as a list."""
    fields = {field.name: getattr(job, field.attname) for field in SyncJob._meta.concrete_fields}
    fields["requested_by"] = job.requested_by.get_username() if job.requested_by else None
    without = ["id", "job", "object_id", "fingerprint"]
    fields["issues"] = [
        model_to_dict(issue, exclude=without) | {"detail": issue.sentence} for issue in job.issues.all()
    ]
    return fields
