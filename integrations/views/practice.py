"""練習モード: into it, what there is to try, and out of it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import site
from accounts.methods import require_form
from accounts.reauthentication import asks_password_again
from accounts.requests import person, typed_number
from accounts.rights import for_administrators
from accounts.this_machine import is_this_machine
from employees.confirmation import needs_number
from employees.deletion_views import NOT_THE_NUMBER
from employees.models import Employee
from integrations.connection.address import simulator_address
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.practice import company, samples
from integrations.practice.simulator import SimulatorMissingError


@for_administrators
@asks_password_again
@require_form
def practise(request: HttpRequest) -> HttpResponse:
    """What 練習モード is; POST enters it. In it: what to try, and the files for that."""
    if request.method == "POST" and not site.is_practice():
        try:
            company.begin(by=person(request))
        except (company.NotPossibleError, SimulatorMissingError) as error:
            messages.error(request, str(error))
        except (KaonaviError, MustWait, requests.RequestException):
            messages.error(request, "練習用のカオナビに接続できませんでした。もう一度お試しください。")
        else:
            return redirect("integrations:connected")
        return redirect("integrations:practice")
    host, _ = split_domain_port(request.get_host())
    context = {
        "is_on": site.is_practice(),
        "is_possible": company.is_possible(),
        "files": samples.FILES,
        "simulator": simulator_address() if is_this_machine(host) else "",
    }
    return render(request, "integrations/practice.html", context)


@for_administrators
@asks_password_again
@require_form
def leave_practice(request: HttpRequest) -> HttpResponse:
    """The confirmation, and on OK the end of it."""
    if not site.is_practice():
        return redirect("integrations:practice")
    people = Employee.objects.count()
    is_typed = needs_number(people)
    problem = ""
    if request.method == "POST" and is_typed and typed_number(request, "count") != str(people):
        problem = NOT_THE_NUMBER
    elif request.method == "POST":
        if company.leave(by=person(request)):
            messages.success(request, "練習モードを終了し、練習のデータをすべて消去しました。")
        else:
            messages.warning(request, "練習モードは、たった今ほかの操作で終了しました。")
        return redirect("integrations:connection")
    context = {"people": people, "is_typed": is_typed, "problem": problem}
    return render(request, "integrations/leave_practice.html", context)


@for_administrators
@require_safe
def download_sample(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the files to practise with."""
    sample = samples.FILES.get(name)
    if sample is None:
        raise Http404
    if not site.is_practice():
        return redirect("integrations:practice")
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        sample.write(path)
        content = path.read_bytes()
    disposition = content_disposition_header(as_attachment=True, filename=sample.file_name)
    return HttpResponse(content, content_type=sample.content_type, headers={"Content-Disposition": disposition})
