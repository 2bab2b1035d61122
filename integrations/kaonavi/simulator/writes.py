"""Writing to sheets: what is wrong with a request, and what a good one does to the rows. Pure, but for
`apply_write`.
"""

from typing import Any

from .items import Item, with_required
from .knobs import Knobs
from .state import Record, Sheet, SheetWrite

Rows = dict[str, list[Record]]


def codes_in(payload: Any) -> list[str]:
    """The 社員番号 that a body carries, however broken the rest of it is."""
    members = payload.get("member_data") if isinstance(payload, dict) else None
    if not isinstance(members, list):
        return []
    return [str(member["code"]) for member in members if isinstance(member, dict) and member.get("code")]


class WriteReader:
    """Reads one body for one sheet, collecting a message for each problem instead of stopping at the first."""

    def __init__(self, sheet: Sheet, operation: SheetWrite, known_codes: set[str], knobs: Knobs) -> None:
        self.sheet = sheet
        self.operation = operation
        self.known_codes = known_codes
        self.knobs = knobs
        self.items: dict[int, Item] = {item.id: item for item in with_required(sheet.items, knobs.required_items)}
        self.problems: list[str] = []

    def read(self, payload: Any) -> Rows:
        """The rows to write. They may be used only when `problems` stayed empty."""
        members = payload.get("member_data") if isinstance(payload, dict) else None
        if not isinstance(members, list):
            self.problems.append("member_data がありません")
            return {}
        if not members and self.operation != "PUT":
            self.problems.append("member_data が空です")
        rows: Rows = {}
        for index, member in enumerate(members):
            self._read_member(index, member, rows)
        return rows

    def _read_member(self, index: int, member: Any, rows: Rows) -> None:
        place = f"member_data[{index}]"
        code = member.get("code") if isinstance(member, dict) else None
        if not isinstance(code, str) or not code:
            self.problems.append(f"{place}: code がありません")
            return
        if self.knobs.messages_name_members:
            place = f"{place} (社員番号 {code})"
        if code not in self.known_codes:
            self.problems.append(f"{place}: 存在しない社員番号です")
        if code in rows:
            self.problems.append(f"{place}: 同じ社員番号が複数あります")
        records = member.get("records")
        if not isinstance(records, list) or not records:
            self.problems.append(f"{place}: records がありません")
            return
        if self.sheet.record_type == 0 and len(records) > 1:
            self.problems.append(f"{place}: 単一レコードのシートに複数のレコードは登録できません")
        is_change = self.operation == "PATCH" and self.sheet.record_type == 0 and code in self.sheet.rows
        rows[code] = [
            self._read_record(f"{place} records[{number}]", record, is_whole=not is_change)
            for number, record in enumerate(records)
        ]

    def _read_record(self, place: str, record: Any, *, is_whole: bool) -> Record:
        """`is_whole`: nothing else stands in the record, as in a first one, so all that is 必須 must be in it."""
        fields = record.get("custom_fields") if isinstance(record, dict) else None
        if not isinstance(fields, list):
            self.problems.append(f"{place}: custom_fields がありません")
            return {}
        values: Record = {}
        for field in fields:
            self._read_field(place, field, values)
        missing = [item for item in self.items.values() if item.required and item.id not in values]
        if is_whole:
            self.problems.extend(f"{place} 「{item.name}」: 必須項目が空です" for item in missing)
        return values

    def _read_field(self, place: str, field: Any, values: Record) -> None:
        item = self.items.get(field.get("id", -1)) if isinstance(field, dict) else None
        if item is None:
            shown = field.get("id") if isinstance(field, dict) else field
            self.problems.append(f"{place}: 存在しない項目です (id: {shown})")
            return
        given = field.get("values")
        if self.knobs.accept_empty_values and given in ([], [None]):
            given = [""]
        if not isinstance(given, list) or not given or not all(isinstance(value, str) for value in given):
            self.problems.append(f"{place} 「{item.name}」: values は文字列の配列で指定してください")
            return
        if problem := item.problem(given):
            self.problems.append(f"{place} 「{item.name}」: {problem}")
        values[item.id] = [self._stored(item, value) for value in given]

    def _stored(self, item: Item, value: str) -> str:
        if item.type == "number" and self.knobs.number_form == "shortest" and "." in value:
            return value.rstrip("0").rstrip(".")
        return value


def apply_write(sheet: Sheet, operation: SheetWrite, rows: Rows, *, now: str, knobs: Knobs) -> None:
    """Change the sheet as カオナビ does: PUT replaces, PATCH replaces fields (single) or record lists (multiple), add
    appends.
    """
    if operation == "PUT" and knobs.put_erases_unsent_members:
        sheet.rows.clear()
        sheet.row_updated_at.clear()
    for code, sent in rows.items():
        before = sheet.rows.get(code, [])
        if operation == "add":
            after = [*before, *sent]
        elif operation == "PATCH" and sheet.record_type == 0:
            after = [{**(before[0] if before else {}), **sent[0]}]
        else:
            after = sent
        sheet.rows[code] = [_without_blanks(record) for record in after]
        sheet.row_updated_at[code] = now
        if not any(sheet.rows[code]):
            del sheet.rows[code]
    sheet.updated_at = now


def _without_blanks(record: Record) -> Record:
    kept = {item_id: [value for value in values if value] for item_id, values in record.items()}
    return {item_id: values for item_id, values in kept.items() if values}
