"""自社社員管理: the list, a person's page, edit, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.methods import require_form
from accounts.paging import page_of
from accounts.partials import render_part_or_page
from accounts.rights import Right, needs
from departments.models import Department
from departments.outline import outline
from departments.scope import reach
from employees.forms import EmployeeForm
from employees.listing import COLUMNS, Listing
from employees.models import Employee


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def list_employees(request: HttpRequest) -> HttpResponse:
    """The list as the address says; for htmx the table alone."""
    seen = reach(request.user, Right.VIEW_EMPLOYEES)
    branches = outline(Department.objects.within(seen).in_sibling_order())
    listing = Listing(request.GET, branches, seen)
    page = page_of(listing.people().select_related("department"), request)
    context = {"page": page, "listing": listing, "branches": branches, "columns": COLUMNS}
    return render_part_or_page(
        request, part="employees/_employee_table.html", page="employees/list.html", context=context
    )


@needs(Right.VIEW_EMPLOYEES)
@require_safe
def show_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: data, where カオナビ stands, results, history."""
    person = get_object_or_404(Employee.objects.open_to(request.user).select_related("department"), pk=pk)
    return render(request, "employees/detail.html", {"person": person})


@needs(Right.EDIT_EMPLOYEES)
@require_form
def edit_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit by hand, 退職者フラグ among it."""
    person = get_object_or_404(Employee.objects.open_to(request.user, Right.EDIT_EMPLOYEES), pk=pk)
    form = EmployeeForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "社員情報を保存しました")
        return redirect(person)
    return render(request, "employees/edit.html", {"person": person, "form": form})


@needs(Right.DELETE_EMPLOYEES)
@require_form
def delete_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation with what deleting means, and on POST the end of the record and its results."""
    person = get_object_or_404(Employee.objects.open_to(request.user, Right.DELETE_EMPLOYEES), pk=pk)
    if request.method == "POST":
        person.delete()
        messages.success(request, f"{person.full_name}さんの社員データを削除しました")
        return redirect("employees:list")
    return render(request, "employees/delete.html", {"person": person})
