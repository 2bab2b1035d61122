"""使い方: the administrators' manual, for everybody with a role."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import for_anybody_with_a_role
from accounts.search import searched
from integrations.manual.pages import html_of, manual, whole
from integrations.manual.search import find

MOST_SHOWN = 30  # more is no answer: another word narrows it


@for_anybody_with_a_role
@require_safe
def show_contents(request: HttpRequest) -> HttpResponse:
    """All chapters, or what was found."""
    words = searched(request.GET)
    hits = find(manual(), words)
    context = {"manual": manual(), "words": words, "hits": hits[:MOST_SHOWN], "found": len(hits)}
    return render(request, "manual/contents.html", context)


@for_anybody_with_a_role
@require_safe
def show_page(request: HttpRequest, anchor: str) -> HttpResponse:
    """A chapter, or a section of a long one."""
    shown = next((page for page in manual().pages if page.anchor == anchor), None)
    if shown is None:
        raise Http404
    before, after = manual().beside(shown)
    context = {"manual": manual(), "shown": shown, "html": html_of(anchor), "before": before, "after": after}
    return render(request, "manual/page.html", context)


@for_anybody_with_a_role
@require_safe
def show_whole(request: HttpRequest) -> HttpResponse:
    """Everything, to be printed."""
    return render(request, "manual/whole.html", {"whole": whole()})
