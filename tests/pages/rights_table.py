"""Who may ask what of which address. A new address is written down here, or the tests fail."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from django.contrib.auth.models import User
from django.urls import reverse

from accounts.models import Role
from accounts.rights import Right
from assessments.models import PersonalityType, Scale
from employees.models import Employee
from integrations.models import Export, SyncException, SyncIssue, SyncJob

ADMINISTRATOR: Final = "administrator"
ANY_ROLE: Final = "any role"
Needs = Right | Literal["administrator", "any role"] | frozenset[Right] | tuple[Right, ...]  # of a set one is enough

# name → method → what it needs. A method that is not named is refused (405), whoever asks.
PAGES: Mapping[str, Mapping[str, Needs]] = {
    "home": {"GET": ANY_ROLE},
    "accounts:list": {"GET": ADMINISTRATOR},
    "accounts:invite": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:edit": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:stop": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:resume": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:renew_link": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:remove_factor": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:forget_identity": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:policy": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "accounts:audit": {"GET": ADMINISTRATOR},
    "accounts:site_address": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:practice": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:leave_practice": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:practice_sample": {"GET": ADMINISTRATOR},
    "roles:list": {"GET": ADMINISTRATOR},
    "roles:add": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "roles:edit": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "roles:delete": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "employees:list": {"GET": Right.VIEW_EMPLOYEES},
    "employees:count": {"GET": Right.VIEW_EMPLOYEES},
    "employees:add": {"GET": Right.EDIT_EMPLOYEES, "POST": Right.EDIT_EMPLOYEES},
    "employees:delete_many": {"GET": Right.DELETE_EMPLOYEES, "POST": Right.DELETE_EMPLOYEES},
    "employees:change_flags": {"GET": Right.EDIT_EMPLOYEES, "POST": Right.EDIT_EMPLOYEES},
    "employees:mail": {"GET": Right.EDIT_EMPLOYEES, "POST": Right.EDIT_EMPLOYEES},
    "employees:detail": {"GET": Right.VIEW_EMPLOYEES},
    "employees:edit": {"GET": Right.EDIT_EMPLOYEES, "POST": Right.EDIT_EMPLOYEES},
    "employees:delete": {"GET": Right.DELETE_EMPLOYEES, "POST": Right.DELETE_EMPLOYEES},
    "departments:list": {"GET": Right.VIEW_DEPARTMENTS},
    "departments:detail": {"GET": Right.VIEW_DEPARTMENTS},
    "departments:choose_to_filter": {"GET": Right.VIEW_EMPLOYEES},
    "departments:choose_to_analyse": {"GET": Right.VIEW_RESULTS},
    "departments:choose_place": {"GET": Right.EDIT_EMPLOYEES},
    "departments:choose_parent": {"GET": Right.EDIT_DEPARTMENTS},
    "departments:choose_limit": {"GET": ADMINISTRATOR},
    **{
        f"departments:{name}": {"GET": Right.EDIT_DEPARTMENTS, "POST": Right.EDIT_DEPARTMENTS}
        for name in ("add", "edit", "code", "delete")
    },
    **{f"analysis:{name}": {"GET": Right.VIEW_RESULTS} for name in ("balance", "crossing", "profile")},
    "integrations:analysis_file": {"GET": (Right.VIEW_RESULTS, Right.EXPORT_FILES)},
    "integrations:analysis_workbook": {"GET": (Right.VIEW_RESULTS, Right.EXPORT_FILES)},
    "assessments:detail": {"GET": Right.VIEW_RESULTS},
    "assessments:edit": {"GET": Right.EDIT_RESULTS, "POST": Right.EDIT_RESULTS},
    "assessments:delete": {"GET": Right.EDIT_RESULTS, "POST": Right.EDIT_RESULTS},
    "assessments:reference": {"GET": Right.EDIT_REFERENCE},
    **{
        f"assessments:{name}": {"GET": Right.EDIT_REFERENCE, "POST": Right.EDIT_REFERENCE}
        for name in (
            *("add_type", "edit_type", "delete_type", "name_type"),
            *("add_scale", "edit_scale", "delete_scale"),
        )
    },
    "assessments:adopt_types": {"POST": Right.EDIT_REFERENCE},
    "integrations:settings": {"GET": ANY_ROLE},
    "integrations:connection": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:connected": {"GET": ADMINISTRATOR},
    "integrations:disconnect": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:kaonavi_settings": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:check": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:choose_item": {"POST": ADMINISTRATOR},
    "integrations:record_file": {"GET": ADMINISTRATOR},
    "integrations:record_workbook": {"GET": ADMINISTRATOR},
    "integrations:data_flow": {"GET": ADMINISTRATOR},
    "integrations:operation": {"GET": ADMINISTRATOR},
    "integrations:kept_scale": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:automation": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:stop_automation": {"POST": ADMINISTRATOR},
    "integrations:resume_automation": {"POST": ADMINISTRATOR},
    "integrations:make_webhook_secret": {"POST": ADMINISTRATOR},
    "integrations:turn_webhook_off": {"POST": ADMINISTRATOR},
    "integrations:notices": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:test_notices": {"POST": ADMINISTRATOR},
    "integrations:exceptions": {"GET": ADMINISTRATOR},
    "integrations:exception_file": {"GET": ADMINISTRATOR},
    "integrations:exception_workbook": {"GET": ADMINISTRATOR},
    "integrations:scope": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:add_exception": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:exception": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:end_exception": {"POST": ADMINISTRATOR},
    "integrations:retention": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:retention_delete": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:disclosure": {"GET": ADMINISTRATOR},
    "integrations:disclosure_file": {"GET": ADMINISTRATOR},
    "integrations:import": {"GET": Right.IMPORT_FILES, "POST": Right.IMPORT_FILES},
    "integrations:import_template": {"GET": Right.IMPORT_FILES},
    "integrations:export": {"POST": Right.EXPORT_FILES},
    "integrations:export_again": {"POST": Right.EXPORT_FILES},
    "integrations:downloads": {"GET": frozenset({Right.VIEW_JOBS, Right.EXPORT_FILES})},
    "integrations:jobs": {"GET": Right.VIEW_JOBS},
    "integrations:start": {"POST": ADMINISTRATOR},
    "integrations:job": {"GET": Right.VIEW_JOBS},
    "integrations:follow": {"GET": Right.VIEW_JOBS},
    "integrations:merge": {"GET": Right.DELETE_EMPLOYEES, "POST": Right.DELETE_EMPLOYEES},
    "integrations:undo": {"POST": ADMINISTRATOR},
    "integrations:unmerge": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:approve": {"POST": ADMINISTRATOR},
    "integrations:cancel": {"POST": ADMINISTRATOR},
    "integrations:identify": {"POST": ADMINISTRATOR},
    "integrations:error_file": {"GET": Right.VIEW_JOBS},
    "integrations:problems": {"GET": Right.VIEW_JOBS},
    "integrations:problem_file": {"GET": Right.VIEW_JOBS},
    "integrations:problem_workbook": {"GET": Right.VIEW_JOBS},
    "integrations:handle": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:handle_many": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "integrations:error_workbook": {"GET": Right.VIEW_JOBS},
    **{f"manual:{name}": {"GET": ANY_ROLE} for name in ("contents", "page", "whole")},
}
OPEN = {
    "accounts:login",
    "accounts:code",
    "accounts:provider",
    "accounts:provider_answer",
    "accounts:logout",
    "accounts:first_password",
    "healthz",
    "readyz",
    "metrics",
    "integrations:webhook",
}  # to everybody, with or without a log-in
FOR_EVERY_ACCOUNT = {
    "accounts:password",
    "accounts:confirm",
    "accounts:factor",
    "accounts:set_up_factor",
}  # also to those without a role
ABOUT_OWN_FACTOR = {"accounts:renew_codes", "accounts:remove_own_factor"}  # the same, once there is one
FOR_DEVELOPERS = {"accounts:gallery"}  # with DEBUG, or to superusers

# What an address needs besides its name, from the company of `company`.
ARGUMENTS: Mapping[str, Callable[[Employee], list[object]]] = {
    **dict.fromkeys(
        (
            *("employees:detail", "employees:edit", "employees:mail", "employees:delete"),
            *("integrations:merge", "integrations:unmerge", "integrations:disclosure", "integrations:disclosure_file"),
        ),
        lambda person: [person.pk],
    ),
    **dict.fromkeys(
        [f"accounts:{name}" for name in ("edit", "stop", "resume", "renew_link", "remove_factor", "forget_identity")],
        lambda _: [User.objects.get(username="taro").pk],
    ),
    **dict.fromkeys(("roles:edit", "roles:delete"), lambda _: [Role.objects.get(group__name="人事担当").pk]),
    **dict.fromkeys(
        ("assessments:edit_type", "assessments:delete_type"), lambda _: [PersonalityType.objects.latest("order").pk]
    ),
    **dict.fromkeys(
        ("assessments:edit_scale", "assessments:delete_scale", "integrations:kept_scale"),
        lambda _: [Scale.objects.latest("order").pk],
    ),
    **dict.fromkeys(
        [f"departments:{name}" for name in ("detail", "edit", "code", "delete")], lambda person: [person.department_id]
    ),
    "integrations:practice_sample": lambda _: ["results"],
    **dict.fromkeys(("integrations:analysis_file", "integrations:analysis_workbook"), lambda _: ["balance"]),
    "manual:page": lambda _: ["01-連携概要"],
    "integrations:import": lambda _: ["employees"],
    "integrations:add_exception": lambda _: ["excluded"],
    **dict.fromkeys(
        ("integrations:exception", "integrations:end_exception"), lambda _: [SyncException.objects.earliest("pk").pk]
    ),
    "integrations:import_template": lambda _: ["employees", "csv"],
    "integrations:export": lambda _: ["employees"],
    "integrations:export_again": lambda _: [Export.objects.get().pk],
    **dict.fromkeys(
        ("assessments:detail", "assessments:edit", "assessments:delete"),
        lambda person: [person.assessments.earliest("taken_on").public_id],
    ),
    "integrations:handle": lambda _: [SyncIssue.objects.filter(job__status="partial", job__pk__gt=0).earliest("pk").pk],
    "integrations:undo": lambda _: [SyncJob.objects.get(status="partial").pk],
    **dict.fromkeys(
        [
            f"integrations:{name}"
            for name in ("job", "follow", "approve", "cancel", "identify", "error_file", "error_workbook")
        ],
        lambda _: [SyncJob.objects.get(status="held").pk],
    ),
}


def address(name: str, person: Employee) -> str:
    """The address of that name in the company of `company`."""
    return reverse(name, args=ARGUMENTS[name](person) if name in ARGUMENTS else [])
