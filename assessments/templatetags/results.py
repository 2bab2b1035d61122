"""The results of a person, for pages of the lower apps."""

from typing import Any

from django import template

from assessments import views
from employees.models import Employee

register = template.Library()


@register.inclusion_tag("assessments/_results_of.html")
def results_of(person: Employee) -> dict[str, Any]:
    """The person's results, newest first, with links to 受検者詳細."""
    return {"results": views.results_of(person)}
