"""Asynchronous tasks: WAITING → RUNNING → OK, NG or ERROR, by the clock alone."""

from typing import Any

from .faults import Fault
from .state import Sheet, SheetWrite, Task
from .tenant import Tenant
from .writes import Rows


def accept_write(tenant: Tenant, sheet: Sheet, operation: SheetWrite, rows: Rows, faults: list[Fault]) -> Task:
    """Make the task of a good request; it is carried out when its time has come. The caller holds the lock."""
    now, knobs, state = tenant.now(), tenant.knobs, tenant.state
    waiting = [task.done_at for task in state.tasks if not task.settled and not task.stuck]
    start = max([now, *waiting]) if knobs.tasks_in_order else now
    delay = knobs.task_delay + sum(fault.seconds for fault in faults if fault.kind == "task_slow")
    late = knobs.visible_delay + sum(fault.seconds for fault in faults if fault.kind == "late_visible")
    task = Task(
        id=state.next.task,
        sheet_id=sheet.id,
        sheet_name=sheet.name,
        operation=operation,
        members=len(rows),
        accepted_at=now,
        running_at=start + delay / 2,
        done_at=start + delay,
        visible_at=start + delay + late,
        write=rows,
    )
    state.next.task += 1
    for fault in faults:
        _bend(task, sheet, fault)
    state.tasks.append(task)
    tenant.changed.set()
    tenant.settle()
    return task


def _bend(task: Task, sheet: Sheet, fault: Fault) -> None:
    rows = task.write or {}
    if fault.kind in ("task_ng", "task_error"):
        task.outcome = "NG" if fault.kind == "task_ng" else "ERROR"
        task.messages = fault.messages
        stored = rows if fault.applied < 0 else dict(list(rows.items())[: fault.applied])
        task.write = stored or None
    elif fault.kind == "task_stuck":
        task.stuck, task.status = True, fault.text
    elif fault.kind == "task_status":
        task.status = fault.text
    elif fault.kind == "task_ignored":
        task.write = None
    elif fault.kind == "task_alter":
        altered = {sheet.item(name).id: [value] for name, value in fault.json.items()}
        task.write = {code: [{**record, **altered} for record in records] for code, records in rows.items()}


def status_of(task: Task, now: float) -> str:
    """The word that `GET /tasks/{id}` shows now."""
    if task.settled:
        return task.outcome
    if task.stuck:
        return task.status or "RUNNING"
    return task.status or ("WAITING" if now < task.running_at else "RUNNING")


def show_task(tenant: Tenant, task_id: int) -> dict[str, Any] | None:
    """The answer of `GET /tasks/{id}`, or None for a task that is unknown or forgotten."""
    task = next((task for task in tenant.state.tasks if task.id == task_id), None)
    retention = tenant.knobs.task_retention
    if task is None or (retention is not None and task.settled and task.done_at + retention < tenant.now()):
        return None
    answer: dict[str, Any] = {"id": task.id, "status": status_of(task, tenant.now())}
    if task.settled and task.messages is not None:
        answer["messages"] = task.messages
    elif task.settled and task.outcome == "OK" and tenant.knobs.finished_messages == "empty":
        answer["messages"] = []
    return answer
