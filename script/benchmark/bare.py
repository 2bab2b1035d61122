"""The product's addresses, and beside them the least that a Django page with a database can do."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from employees.models import Employee


@login_not_required
def show_one_row(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is handed the request
    return HttpResponse(Employee.objects.only("email").earliest("pk").email)


urlpatterns = [path("bare", show_one_row), path("", include("mikiwame_kaonavi.urls"))]
