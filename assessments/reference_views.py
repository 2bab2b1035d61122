"""設定 of 16タイプ and 尺度: replaceable reference data, by whose names files and カオナビ's sheets are understood."""

from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit_changes import Changes, changed, form_changes
from accounts.methods import require_form
from accounts.requests import row_numbers
from accounts.rights import Right, is_administrator, needs
from assessments.models import PersonalityType, Scale
from assessments.name_lookup import Named, by_spelling, fold_name
from assessments.reference import in_two, lock, name_results, unknown_types, uses_of, waiting_for
from assessments.reference_forms import ReferenceForm, ScaleForm, TypeForm
from assessments.scope import sees_types, sees_uses_of

Row = TypeVar("Row", PersonalityType, Scale)

CROSSED = "ほかの人が同時に変更しました。もう一度お試しください。"
NONE_LEFT = "この名前のままの検査結果は、もうありません"
KNOWN_ALREADY = "この名前は、16タイプに登録されています"


@needs(Right.EDIT_REFERENCE)
@require_safe
def show_reference(request: HttpRequest) -> HttpResponse:
    """All types and scales, and the names of types that nobody has told us yet: these stand in results alone."""
    uses_open = sees_types(request.user)
    context = {
        "types": PersonalityType.objects.all(),
        "scales": Scale.objects.all(),
        "unknown_types": unknown_types() if uses_open else [],
        "uses_open": uses_open,
        "stand_ins": list(PersonalityType.objects.filter(is_stand_in=True).values_list("name", flat=True)),
    }
    return render(request, "assessments/reference.html", context)


def lock_to_write(request: HttpRequest, model: type[PersonalityType] | type[Scale]) -> None:
    """Whoever writes waits for the others before reading the row: it may be changed or gone by then."""
    if request.method == "POST":
        lock(model)


@needs(Right.EDIT_REFERENCE)
@require_form
@transaction.atomic
def edit_type(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A type's names and texts. Results that have one of its names as a text get it.

    Without `pk` a new one; with `name` in the address, the one that results have as a text.
    """
    lock_to_write(request, PersonalityType)
    kind = PersonalityType() if pk is None else get_object_or_404(PersonalityType, pk=pk)
    text = request.GET.get("name", "").strip() if pk is None else ""
    given = dict(zip(("name", "japanese_name"), in_two(text), strict=True)) if pk is None else None
    form = TypeForm(request.POST or None, instance=kind, initial=given)
    if request.method == "POST" and form.is_valid():
        written = form.write()
        if kind.is_stand_in and "name" in written:
            PersonalityType.objects.filter(pk=kind.pk).update(is_stand_in=False)
        report_saved(request, kind, is_new=pk is None, changes=form_changes(form), settled=name_results(kind))
        return redirect("assessments:reference")
    return form_page(request, form, "16タイプ", text=text, waiting=waiting_for(text) if text else 0)


@needs(Right.EDIT_REFERENCE)
@require_form
@transaction.atomic
def edit_scale(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A scale's names, category and text; without `pk` a new one."""
    lock_to_write(request, Scale)
    scale = Scale() if pk is None else get_object_or_404(Scale, pk=pk)
    form = ScaleForm(request.POST or None, instance=scale, is_administrator=is_administrator(request.user))
    if request.method == "POST" and form.is_valid():
        form.write()
        report_saved(request, scale, is_new=pk is None, changes=form_changes(form))
        return redirect("assessments:reference")
    return form_page(request, form, "尺度")


def form_page(request: HttpRequest, form: ReferenceForm, kind: str, **more: Any) -> HttpResponse:
    uses_open = sees_types(request.user)
    context = {"form": form, "row": form.instance, "kind": kind, "uses_open": uses_open, **more}
    return render(request, "assessments/reference_form.html", context)


def report_saved(
    request: HttpRequest, row: PersonalityType | Scale, *, is_new: bool, changes: Changes, settled: int = 0
) -> None:
    """Say what was saved, to the person and to the audit trail."""
    if is_new:
        audit.record(audit.Action.CREATED, by=request.user, on=row, detail={"results": settled})
    elif changes or settled:
        audit.record(audit.Action.EDITED, by=request.user, on=row, detail={"changes": changes, "results": settled})
    if not isinstance(row, PersonalityType):
        more = ""
    elif not sees_types(request.user):
        more = "。この名前のままの検査結果があれば、16タイプを設定しました"
    else:
        more = f"。検査結果{settled:,}件に16タイプを設定しました" if settled else ""
    messages.success(request, f"「{row}」を{'登録' if is_new else '保存'}しました{more}")


@needs(Right.EDIT_REFERENCE)
@require_form
def delete(request: HttpRequest, pk: int, *, model: type[Row]) -> HttpResponse:
    """The confirmation, or why it cannot be; on POST the end of the row.

    Whether it can be tells whether results have it, so that is for those who may know.
    """
    problem = ""
    uses_open = sees_uses_of(request.user, get_object_or_404(model, pk=pk))
    if request.method == "POST" and uses_open:
        try:
            if gone := delete_row(request, model, pk):
                messages.success(request, f"「{gone}」を削除しました")
                return redirect("assessments:reference")
        except IntegrityError:  # a result got the type a moment ago; some databases say so only at the commit
            problem = CROSSED
    row = get_object_or_404(model, pk=pk)
    uses = uses_of(row) if uses_open else 0
    context = {"row": row, "uses": uses, "problem": problem, "uses_open": uses_open}
    return render(request, "assessments/reference_delete.html", context)


@transaction.atomic
def delete_row(request: HttpRequest, model: type[Row], pk: int) -> Row | None:
    """The row, which is no more; None where results have it, or where that they shall not have it would be forgotten.
    Raises IntegrityError when one gets it at this moment.
    """
    lock(model)
    row = get_object_or_404(model, pk=pk)
    if uses_of(row) or not getattr(row, "is_kept", True):
        return None
    audit.record(audit.Action.DELETED, by=request.user, on=row)
    row.delete()
    return row


@needs(Right.EDIT_REFERENCE)
@require_form
@transaction.atomic
def name_type(request: HttpRequest) -> HttpResponse:
    """「既存のタイプの別名にする」: what a file calls a type (`text`) becomes another name of one of ours."""
    text = " ".join(request.GET.get("text", "").replace("\0", "").split())
    lock_to_write(request, PersonalityType)
    uses_open = sees_types(request.user)
    waiting = waiting_for(text) if uses_open else 0
    if not waiting and (not text or fold_name(text) in by_spelling(map(Named.of, PersonalityType.objects.all()))):
        messages.info(request, NONE_LEFT if uses_open else KNOWN_ALREADY)
        return redirect("assessments:reference")
    error = ""
    if request.method == "POST":
        kind = PersonalityType.objects.filter(pk__in=row_numbers([request.POST.get("type", "")])).first()
        error = add_alias(request, kind, text) if kind else "16タイプを選択してください。"
        if not error:
            return redirect("assessments:reference")
    types = PersonalityType.objects.all()
    context = {"text": text, "waiting": waiting, "types": types, "error": error, "uses_open": uses_open}
    return render(request, "assessments/name_type.html", context)


def add_alias(request: HttpRequest, kind: PersonalityType, text: str) -> str:
    """Give the type one more name, and the results that have it as a text the type. Why not, or ""."""
    form = TypeForm(alias_data(kind, text), instance=kind)
    if not form.is_valid():
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    kind.aliases = form.cleaned_data["aliases"]
    kind.save(update_fields=["aliases"])
    changes = changed({"aliases": form.initial["aliases"]}, {"aliases": kind.aliases})
    report_saved(request, kind, is_new=False, changes=changes, settled=name_results(kind))
    return ""


def alias_data(kind: PersonalityType, text: str) -> dict[str, Any]:
    """The type's form as somebody would send it who adds the name, unless the type is called so already."""
    is_known = fold_name(text) in Named.of(kind).spellings()
    data = {name: getattr(kind, name) for name in TypeForm.base_fields}
    return data | {"aliases": "\n".join([*kind.aliases, *([] if is_known else [text])])}
