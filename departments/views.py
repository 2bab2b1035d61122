"""部署管理: the tree, one department, add, edit, delete."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.methods import require_form
from accounts.pagination import ROWS
from accounts.partials import render_part_or_page, wants_part
from accounts.reauthentication import asks_password_after_a_few
from accounts.requests import row_numbers, sent, way_back
from accounts.rights import Right, needs
from accounts.search import searched
from departments import actions
from departments.choices import fitting
from departments.forms import CodeForm, DepartmentForm, read_tree
from departments.models import Department, RoleDepartment
from departments.outline import Branch, outline, path_to, unfolded
from departments.scope import reach

NAMED_CHILDREN = 20
MOST_BRANCHES = 60  # rows of the tree that a page opens by itself


@needs(Right.VIEW_DEPARTMENTS)
@require_safe
def list_departments(request: HttpRequest) -> HttpResponse:
    """The tree with codes, head counts and marks for what カオナビ no longer has; or what was searched for.

    With `top` what lies below that department: a large tree comes piece by piece, as it is opened.
    """
    branches = visible_branches(request)
    search = searched(request.GET)
    path = [found for number in row_numbers([request.GET.get("top", "")]) for found in path_to(branches, number)]
    tops = path[-1].below if path else [branch for branch in branches if branch.level == 1]
    page = Paginator(fitting(search, branches) if search else tops, ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    context = {
        "branches": branches,
        "missing": sum(branch.department.missing_since is not None for branch in branches),
        "search": search,
        "path": path,
        "page": page,
        "tops": tops if wants_part(request) else shown,
        "unfolded": unfolded(shown, MOST_BRANCHES, ROWS),
        "widest": ROWS,
    }
    return render_part_or_page(request, part="departments/_tree.html", page="departments/list.html", context=context)


def visible_branches(request: HttpRequest) -> list[Branch]:
    """The tree as far as the person may see it, with head counts."""
    seen = reach(request.user, Right.VIEW_DEPARTMENTS)
    return outline(Department.objects.within(seen).with_headcount().in_sibling_order())


@needs(Right.VIEW_DEPARTMENTS)
@require_safe
def show_department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: its place in the tree, its people, where カオナビ stands, history."""
    branches = visible_branches(request)
    path = path_to(branches, pk)
    if not path:
        raise Http404
    below = path[-1].below
    context = {
        "branch": path[-1],
        "department": path[-1].department,
        "path": path[:-1],
        "below": below[:ROWS],
        "further": len(below[ROWS:]),
    }
    return render(request, "departments/detail.html", context)


@needs(Right.EDIT_DEPARTMENTS)
@require_form
def edit_department(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Name, code, parent and order by hand. Without `pk` of a new one, whose place is `parent` in the address."""
    is_new = pk is None
    department = Department() if is_new else get_object_or_404(Department, pk=pk)

    def make_form() -> DepartmentForm:
        fresh = Department() if is_new else get_object_or_404(Department, pk=pk)
        chosen = {"parent": request.GET.get("parent", "")} if is_new else {}
        return DepartmentForm(sent(request), instance=fresh, initial=chosen)

    form = make_form()
    if request.method == "POST":
        form = actions.submit(make_form, by=request.user)
        if not form.errors:
            if is_new:
                messages.success(request, f"部署「{form.instance.name}」を登録しました")
            elif form.changed_data:
                messages.success(request, "部署を保存しました")
            else:
                messages.info(request, "変更された項目はありませんでした")
            return redirect(form.instance)
    return render(request, "departments/edit.html", {"department": department, "form": form})


@needs(Right.EDIT_DEPARTMENTS)
@require_form
def change_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation of another code (`code` in the address) with what it means, and on POST the change."""
    department = get_object_or_404(Department.objects.with_headcount(), pk=pk)
    code = request.POST.get("code") or request.GET.get("code", "")
    sent = {"code": code, "initial-code": request.POST.get("initial-code", department.code)}

    def make_form() -> CodeForm:
        return CodeForm(sent, instance=get_object_or_404(Department, pk=pk))

    if request.method == "POST":
        form = actions.submit(make_form, by=request.user)
        if not form.errors:
            messages.success(request, f"部署「{department.name}」の部署コードを「{form.instance.code}」に変更しました")
            return HttpResponseRedirect(way_back(request, department.get_absolute_url()))
    else:
        form = make_form()
        form.tree = read_tree(Department.objects.all())
        form.is_valid()
    context = {"department": department, "form": form, "code": code.strip(), "next": request.GET.get("next", "")}
    return render(request, "departments/change_code.html", context)


@needs(Right.EDIT_DEPARTMENTS)
@asks_password_after_a_few
@require_form
def delete_department(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the way of deleting, or the confirmation with what it means; on POST the end of the department."""
    department = get_object_or_404(Department.objects.with_headcount(), pk=pk)
    if request.method == "POST":
        if actions.delete(department, by=request.user):
            messages.success(request, f"部署「{department.name}」を削除しました")
            return redirect("departments:list")
        department = get_object_or_404(Department.objects.with_headcount(), pk=pk)
    children = department.children.in_sibling_order()
    context = {
        "department": department,
        "children": children[:NAMED_CHILDREN],
        "children_count": children.count(),
        "roles": RoleDepartment.objects.filter(department=department).count(),
    }
    return render(request, "departments/delete.html", context)
