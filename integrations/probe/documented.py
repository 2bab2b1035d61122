"""Pure: the documented shape of each answer, retold from `integrations/kaonavi/README.md`, and the words that may be
printed because they are カオナビ's own and not the customer's.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple


class Place(NamedTuple):
    """One place of an answer: the kinds of value that are documented, and the values that may be told by name.

    `may_lack`: the key may be missing without a difference from what is documented.
    """

    kinds: frozenset[str]
    values: Collection[Any] = ()
    may_lack: bool = False


Documented = Mapping[str, Place]

TEXT, NUMBER, FLAG, LIST, OBJECT, NULL = "文字", "数値", "真偽", "配列", "オブジェクト", "null"

TYPES = ("string", "number", "date", "enum", "calc", "department", "department[]")
DETAILS = (
    *("text_box", "text_area", "number_box", "pull_down", "radio_button", "check_box", "link", "date", "year_month"),
    *("attach_file", "face_image", "calc_formula"),
)
STATUSES = ("WAITING", "RUNNING", "OK", "NG", "ERROR")
EVENTS = ("member_created", "member_updated", "member_deleted")
LENGTHS = (20, 50, 100, 200, 250, 255, 500, 1000, 2000, 4000)  # of texts, as round numbers that a vendor sets
STANDARD = (
    *("code", "name", "name_kana", "mail", "entered_date", "retired_date", "gender", "birthday", "department"),
    "sub_departments",
)


def place(*kinds: str, values: Collection[Any] = (), may_lack: bool = False) -> Place:
    return Place(frozenset(kinds), values, may_lack)


def item(prefix: str) -> dict[str, Place]:
    """The layout of one item."""
    return {
        f"{prefix}.name": place(TEXT),
        f"{prefix}.required": place(FLAG, values=(True, False)),
        f"{prefix}.type": place(TEXT, values=TYPES),
        f"{prefix}.max_length": place(NUMBER, values=LENGTHS),
        f"{prefix}.enum": place(LIST),
        f"{prefix}.enum[]": place(TEXT),
        f"{prefix}.read_only": place(FLAG, values=(True, False), may_lack=True),
        f"{prefix}.type_detail": place(TEXT, values=DETAILS, may_lack=True),
    }


def items(prefix: str) -> dict[str, Place]:
    here = f"{prefix}custom_fields"
    return {here: place(LIST), f"{here}[]": place(OBJECT), f"{here}[].id": place(NUMBER), **item(f"{here}[]")}


def values(prefix: str) -> dict[str, Place]:
    """Values of items, of a member or of a record."""
    here = f"{prefix}.custom_fields"
    return {
        here: place(LIST),
        f"{here}[]": place(OBJECT),
        f"{here}[].id": place(NUMBER),
        f"{here}[].name": place(TEXT),
        f"{here}[].values": place(LIST),
        f"{here}[].values[]": place(TEXT),
    }


def post(prefix: str) -> dict[str, Place]:
    """One 所属 of a member."""
    return {
        prefix: place(OBJECT),
        f"{prefix}.code": place(TEXT),
        f"{prefix}.name": place(TEXT),
        f"{prefix}.names": place(LIST),
        f"{prefix}.names[]": place(TEXT),
    }


def layout(prefix: str) -> dict[str, Place]:
    return {
        f"{prefix}id": place(NUMBER),
        f"{prefix}name": place(TEXT),
        f"{prefix}record_type": place(NUMBER, values=(0, 1)),
        **items(prefix),
    }


LIFETIME = place(NUMBER, values=(3600,), may_lack=True)
TOKEN = {
    "access_token": place(TEXT),
    "token_type": place(TEXT, values=("Bearer",)),
    "expire_in": LIFETIME,
    "expires_in": LIFETIME,
}
REFUSAL = {"errors": place(LIST), "errors[]": place(TEXT)}
MEMBERS = {
    "updated_at": place(TEXT),
    "member_data": place(LIST),
    "member_data[]": place(OBJECT),
    **{f"member_data[].{key}": place(TEXT) for key in STANDARD[:8]},
    "member_data[].id": place(NUMBER, may_lack=True),
    "member_data[].age": place(NUMBER),
    "member_data[].years_of_service": place(TEXT),
    **post("member_data[].department"),
    "member_data[].sub_departments": place(LIST),
    **post("member_data[].sub_departments[]"),
    "member_data[].face_image": place(OBJECT, may_lack=True),
    "member_data[].face_image.updated_at": place(TEXT),
    **values("member_data[]"),
}
MEMBER_LAYOUT = {path: each for key in STANDARD for path, each in {key: place(OBJECT), **item(key)}.items()} | items("")
DEPARTMENTS = {
    "department_data": place(LIST),
    "department_data[]": place(OBJECT),
    **{
        f"department_data[].{key}": place(TEXT) for key in ("code", "name", "parent_code", "leader_member_code", "memo")
    },
    "department_data[].order": place(NUMBER),
}
SHEET_LAYOUT = layout("")
SHEET_LAYOUTS = {"sheets": place(LIST), "sheets[]": place(OBJECT), **layout("sheets[].")}
SHEET = {
    "id": place(NUMBER),
    "name": place(TEXT),
    "record_type": place(NUMBER, values=(0, 1)),
    "updated_at": place(TEXT),
    "member_data": place(LIST),
    "member_data[]": place(OBJECT),
    "member_data[].code": place(TEXT),
    "member_data[].updated_at": place(TEXT, may_lack=True),
    "member_data[].records": place(LIST),
    "member_data[].records[]": place(OBJECT),
    **values("member_data[].records[]"),
}
OPTIONS = {
    "custom_field_data": place(LIST),
    "custom_field_data[]": place(OBJECT),
    "custom_field_data[].sheet_name": place(TEXT),
    "custom_field_data[].id": place(NUMBER),
    "custom_field_data[].name": place(TEXT),
    "custom_field_data[].enum_option_data": place(LIST),
    "custom_field_data[].enum_option_data[]": place(OBJECT),
    "custom_field_data[].enum_option_data[].id": place(NUMBER),
    "custom_field_data[].enum_option_data[].name": place(TEXT),
}
WEBHOOKS = {
    "webhook_data": place(LIST),
    "webhook_data[]": place(OBJECT),
    "webhook_data[].id": place(NUMBER),
    **{f"webhook_data[].{key}": place(TEXT) for key in ("url", "secret_token", "updated_at", "created_at")},
    "webhook_data[].events": place(LIST),
    "webhook_data[].events[]": place(TEXT, values=EVENTS),
}
ACCEPTED = {"task_id": place(NUMBER)}
TASK = {
    "id": place(NUMBER),
    "status": place(TEXT, values=STATUSES),
    "messages": place(LIST, may_lack=True),
    "messages[]": place(TEXT),
}

EVERY = (
    *(TOKEN, REFUSAL, MEMBERS, MEMBER_LAYOUT, DEPARTMENTS, SHEET_LAYOUT, SHEET_LAYOUTS, SHEET, OPTIONS, WEBHOOKS),
    *(ACCEPTED, TASK),
)
LIKELY = (
    *("message", "error", "detail", "details", "title", "field", "fields", "value", "line", "row", "index", "path"),
    *("total", "count", "limit", "offset", "page", "next", "prev", "links", "meta", "data", "request_id", "version"),
    *("scope", "refresh_token", "display_name", "sort", "description", "is_deleted", "deleted_at", "codes", "code"),
)
KEYS = frozenset(key.removesuffix("[]") for shape in EVERY for path in shape for key in path.split(".")) | {*LIKELY}
"""The keys that a report may name wherever they stand; any other may be somebody's name."""

HEADERS = frozenset(
    {
        *("content-type", "content-length", "content-encoding", "content-language", "transfer-encoding", "connection"),
        *("keep-alive", "date", "server", "via", "vary", "age", "cache-control", "expires", "pragma", "etag"),
        *(
            "last-modified",
            "allow",
            "location",
            "www-authenticate",
            "set-cookie",
            "retry-after",
            "strict-transport-security",
        ),
        *("x-amzn-trace-id", "x-amzn-requestid", "x-amz-apigw-id", "x-amz-cf-id", "x-amz-cf-pop", "x-cache"),
        *("x-request-id", "request-id", "x-runtime", "x-powered-by", "x-content-type-options", "x-frame-options"),
        *("x-xss-protection", "content-security-policy", "referrer-policy", "access-control-allow-origin", "status"),
        *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy"),
        *("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-rate-limit-limit", "x-rate-limit-remaining"),
        "x-rate-limit-reset",
    }
)
SHOWN = {
    "content-type": frozenset(
        {
            *("application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"),
            *("text/html", "text/html; charset=utf-8", "text/html;charset=utf-8", "text/plain"),
            *("text/plain; charset=utf-8", "application/problem+json"),
        }
    ),
    "content-encoding": frozenset({"gzip", "br", "deflate", "identity"}),
    "transfer-encoding": frozenset({"chunked"}),
}
"""Headers whose values are told where they are one of these."""
FORM_TOLD = frozenset(name for name in HEADERS if "limit" in name or name in {"retry-after", "last-modified", "etag"})
"""Headers of whose values the form is told."""
