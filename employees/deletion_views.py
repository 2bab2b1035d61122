"""社員データの削除: one person, the ticked ones, or everybody whom the list shows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.methods import require_form
from accounts.reauthentication import asks_password_after_a_few, asks_password_again
from accounts.requests import typed_number
from accounts.rights import Right, is_administrator, needs
from employees.chosen import address_of, chosen, listing_of
from employees.confirmation import Confirmed, NotTheNumberError, SelectionChangedError, needs_number
from employees.deletion import Selection, accounts_of, delete_people
from employees.models import Employee

CHANGED = "削除の対象または検査結果の件数が、確認した内容から変わりました。もう一度確認してください。"
NOT_THE_NUMBER = "入力した人数が、削除する人数と違います。人数を確かめて、もう一度入力してください。"
CROSSED = "同じときに行われた別の処理と重なったため、削除しませんでした。もう一度実行してください。"


@needs(Right.DELETE_EMPLOYEES)
@asks_password_after_a_few
@require_form
def delete_employee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person."""
    people = Employee.objects.open_to(request.user, Right.DELETE_EMPLOYEES).filter(pk=pk)
    person = get_object_or_404(people)
    return confirm_deletion(request, lambda: Selection.of(people.all(), by=request.user), context={"person": person})


@needs(Right.DELETE_EMPLOYEES)
@asks_password_again
@require_form
def delete_employees(request: HttpRequest) -> HttpResponse:
    """The people that the address names: `person` each, or with `all` everybody whom the list shows by the same query.

    The form that is sent carries no list of people, so that thousands are no trouble.
    """
    listing, are_all = listing_of(request), request.GET.get("all")
    return confirm_deletion(
        request,
        lambda: Selection.of(chosen(request, Right.DELETE_EMPLOYEES), by=request.user),
        context={"unfit": listing.problem if are_all else "", "list_before": address_of(listing)},
        back="employees:list" if are_all else address_of(listing),
    )


def confirm_deletion(
    request: HttpRequest,
    select: Callable[[], Selection],
    *,
    template: str = "employees/delete.html",
    context: dict[str, Any],
    back: str = "employees:list",
    detail: dict[str, Any] | None = None,
    always_typed: bool = False,
) -> HttpResponse:
    """The confirmation with what deleting means; on POST the end of the people.

    More than a few go only with their number typed, with `always_typed` any of them.
    """
    problem = ""
    if request.method == "POST":
        confirmed = Confirmed(request.POST.get("fingerprint", ""), typed_number(request, "count"), always_typed)
        try:
            gone = delete_people(select, confirmed=confirmed, by=request.user, detail=detail)
        except SelectionChangedError:
            problem = CHANGED
        except NotTheNumberError:
            problem = NOT_THE_NUMBER
        except (IntegrityError, OperationalError):  # the latter where two wait for each other's rows
            problem = CROSSED
        else:
            whom = f"{gone.names[0].full_name}さん" if gone.count == 1 else f"{gone.count:,}名"
            if gone.count:
                messages.success(request, f"{whom}の社員データを削除しました")
            return redirect(back)
    selection = select()
    shows_accounts = is_administrator(request.user)
    accounts = accounts_of(selection) if shows_accounts else []
    page = {
        "selection": selection,
        "problem": problem,
        "is_typed": always_typed or needs_number(selection.count),
        "shows_accounts": shows_accounts,
        "accounts": accounts,
    }
    return render(request, template, context | page)
