"""What is said where it is not sure whose a row is, and to whom whose mail address another person has now."""

from datetime import date

from integrations.kaonavi.types import Member
from integrations.reasons import Reason
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.employees.groups import mail_key
from integrations.rules.employees.row import member_issue
from integrations.rules.plan import Finding, finding
from integrations.rules.text import fold_width, shown

NOTHING = "なし"


def uncertain(member: Member, employee: LocalEmployee, number: str, birth_date: date | None) -> Finding:
    """The row may be `employee`'s or another person's: what they have in common, and what not (ours first)."""
    items = [
        ("メールアドレス", employee.email, mail_key(member)),
        ("社員番号", employee.employee_number, number),
        ("氏名", employee.name, member.name.strip()),
        ("フリガナ", employee.values.kana, member.name_kana.strip()),
        ("生年月日", as_text(employee.values.birth_date), as_text(birth_date)),
    ]
    told = [(item, ours, theirs) for item, ours, theirs in items if ours and theirs]
    same = [item for item, ours, theirs in told if fold_width(ours) == fold_width(theirs)]
    different = [f"{item}（{ours}／{shown(theirs)}）" for item, ours, theirs in told if item not in same]
    return member_issue(
        Reason.MEMBER_IDENTITY_UNCERTAIN,
        member,
        field="社員番号",
        value=number,
        object_id=employee.pk,
        holder=employee.name,
        same="、".join(same) or NOTHING,
        different="、".join(different) or NOTHING,
    )


def mail_taken_over(member: Member, employee: LocalEmployee) -> Finding:
    """A warning about `employee`, whose mail the member has now."""
    return finding(
        Reason.MEMBER_MAIL_TAKEN_OVER,
        key=employee.employee_number,
        name=employee.name,
        email=employee.email,
        field="メールアドレス",
        value=employee.email,
        object_id=employee.pk,
        holder=shown(member.name.strip()),
        number=shown(member.code.strip()),
    )


def as_text(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""
