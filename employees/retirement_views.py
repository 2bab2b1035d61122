"""退職者フラグを付ける・外す, for the ticked people or everybody whom the list shows."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.methods import require_form
from accounts.requests import typed_number
from accounts.rights import Right, needs
from employees.chosen import address_of, chosen, listing_of
from employees.confirmation import Confirmed, NotTheNumberError, SelectionChangedError, needs_number
from employees.retirement import Retirement, change_flag

CHANGED = "変更の対象が、確認した内容から変わりました。もう一度確認してください。"
NOT_THE_NUMBER = "入力した人数が、変更する人数と違います。人数を確かめて、もう一度入力してください。"
CROSSED = "同じときに行われた別の処理と重なったため、変更しませんでした。もう一度実行してください。"


@needs(Right.EDIT_EMPLOYEES)
@require_form
def change_flags(request: HttpRequest) -> HttpResponse:
    """Whom it would change and whom not; on POST it does. `flag` in the address is `off` for clearing it."""
    is_retired = request.GET.get("flag") != "off"

    def select() -> Retirement:
        return Retirement.of(
            chosen(request, Right.EDIT_EMPLOYEES), seen=chosen(request, Right.VIEW_EMPLOYEES), is_retired=is_retired
        )

    listing = listing_of(request)
    problem = listing.problem if request.GET.get("all") else ""
    if request.method == "POST" and not problem:
        confirmed = Confirmed(request.POST.get("fingerprint", ""), typed_number(request, "count"))
        try:
            done = change_flag(select, confirmed=confirmed, by=request.user)
        except SelectionChangedError:
            problem = CHANGED
        except NotTheNumberError:
            problem = NOT_THE_NUMBER
        except OperationalError:  # where two wait for each other's rows
            problem = CROSSED
        else:
            if done.count:
                whom = f"{done.names[0].full_name}さん" if done.count == 1 else f"{done.count:,}名"
                what = "に退職者フラグを付けました" if is_retired else "の退職者フラグを外しました"
                messages.success(request, f"{whom}{what}")
            return redirect(address_of(listing))
    selection = select()
    context = {
        "selection": selection,
        "problem": problem,
        "is_typed": needs_number(selection.count),
        "back": address_of(listing),
    }
    return render(request, "employees/retirement.html", context)
