"""カスタム権限管理. It stands here and not among the accounts because a role can be limited to departments."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.actions import RefusedError
from accounts.methods import require_form
from accounts.models import Role
from accounts.reauthentication import asks_password_again
from accounts.requests import person
from accounts.rights import Right, for_administrators
from accounts.roles import BUILT_IN
from accounts.search import searched
from accounts.spelling import fits
from departments import role_actions
from departments.chooser import selectable
from departments.role_forms import RoleForm, named

ON_A_PAGE = 25


@for_administrators
@require_safe
def list_roles(request: HttpRequest) -> HttpResponse:
    """The built-in roles and those of one's own, with how many accounts have each; or what was searched for."""
    search = searched(request.GET)
    holders = dict(Group.objects.annotate(holders=Count("user")).values_list("pk", "holders"))
    roles = Role.objects.select_related("group").prefetch_related("departments").order_by("group__name")
    branches = {branch.department.pk: branch for branch in selectable(None)} if roles else {}
    own = [
        (
            role,
            [right.label for right in Right if right.value in role.rights],
            [branches[limit.department_id] for limit in role.departments.all()],
            holders[role.group_id],
        )
        for role in roles
    ]
    fitting = [line for line in own if fits(search, str(line[0]), *line[1], *(branch.scope for branch in line[2]))]
    context = {
        "search": search,
        "built_in": {
            group.name: holders[group.pk]
            for group in Group.objects.filter(name__in=BUILT_IN)
            if fits(search, group.name)
        },
        "page": Paginator(fitting, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "departments/roles.html", context)


@for_administrators
@asks_password_again
@require_form
def edit_role(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One role; what is saved holds at once for all who have it. Without `pk` a new one, perhaps a `copy` of one."""
    role = None if pk is None else get_object_or_404(Role.objects.select_related("group"), pk=pk)
    number = request.GET.get("copy", "")
    copied = Role.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    form = RoleForm(request.POST or None, role=role, copied=copied)
    if request.method == "POST" and form.is_valid():
        try:
            saved = role_actions.save_role(role, form.content(), by=person(request))
        except RefusedError as refusal:
            form.add_error("name", str(refusal))
        else:
            more = form.completed_rights
            extra = f"選んだ権限に必要な{named(more)}も付けました。" if more else ""
            messages.success(request, f"権限「{saved}」を保存しました。{extra}")
            return redirect("roles:list")
    holders = role.group.user_set.count() if role else 0
    return render(request, "departments/role.html", {"form": form, "role": role, "holders": holders})


@for_administrators
@asks_password_again
@require_form
def delete_role(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation, and on POST the end of a role that nobody has."""
    role = get_object_or_404(Role.objects.select_related("group"), pk=pk)
    if request.method == "POST":
        try:
            role_actions.delete_role(role, by=person(request))
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"権限「{role}」を削除しました")
        return redirect("roles:list")
    return render(request, "departments/role_delete.html", {"role": role, "holders": role.group.user_set.count()})
