"""The files that can be taken in: what each is called, and its columns in words, for upload pages and templates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assessments.bases import COMPANY_BASIS
from assessments.models import Scale
from employees.models import Employee
from integrations.files import tables
from integrations.files.limits import MOST_ROWS, MOST_SCORES
from integrations.files.table import Table
from integrations.reasons.entry import NUMBER_RULE
from integrations.rules.assessments import headings
from integrations.rules.assessments.row import A_DAY, A_MOMENT, A_SCORE, AN_OVERALL_SCORE, LENGTHS
from integrations.rules.cells import Sort
from integrations.rules.departments import file as department_file
from integrations.rules.departments.row import CODE_LENGTH, NAME_LENGTH
from integrations.rules.employees import file_row as employee_file
from integrations.rules.employees.fields import FIELDS, LIMITED

MAY_BE_BLANK = "（空白も可）"
A_COLUMN_EACH = "尺度ごとの列"


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """A column of a file. `need` is 必須 or どちらか必須, "" where it may be left out; `words` say what stands in it."""

    name: str
    need: str
    words: str


@dataclass(frozen=True, slots=True)
class FileColumns:
    """What a file of one kind may have. `effect` says what taking it in does; `words` are the template's columns.

    `title` is what the template's sheet is called, `sorts` say what columns hold that are no texts.
    """

    title: str
    effect: Sequence[str]
    needed: Iterable[Sequence[str]]
    words: Callable[[], Mapping[str, str]]
    sorts: Mapping[str, Sort]
    scales: Callable[[], Sequence[str]] = tuple  # names of further columns, one for each scale
    others: Mapping[str, str] = field(default_factory=dict)  # columns that a file may have and the template has not
    most_rows: int = MOST_ROWS

    def columns(self) -> list[ColumnHelp]:
        """All columns, those of the template first and in its order; the scales stand in one line."""
        groups = {name: group for group in self.needed for name in group}
        names = "、".join(self.scales())
        of_scales = {A_COLUMN_EACH: f"{A_SCORE}{MAY_BE_BLANK}。列名は、{names}"} if names else {}
        told = {**self.words(), **of_scales, **self.others}
        return [ColumnHelp(name, need_of(groups.get(name, ())), words) for name, words in told.items()]

    def template(self) -> Table:
        """The header alone."""
        scales = self.scales()
        sorts = {**self.sorts, **dict.fromkeys(scales, Sort.NUMBER)}
        return Table([*self.words(), *scales], (), sorts, self.title)


def need_of(group: Sequence[str]) -> str:
    """How much a column is needed that belongs to this group, of which a file must have one at least."""
    return "" if not group else "必須" if len(group) == 1 else "どちらか必須"


def one_of(words: Iterable[str]) -> str:
    return "、".join(f"「{word}」" for word in words)


def department_words() -> dict[str, str]:
    column = department_file.DepartmentColumn
    return {
        column.CODE: f"{CODE_LENGTH}文字まで。この列でミキワメの部署と結び付けます。先頭の0も区別します",
        column.NAME: f"{NAME_LENGTH}文字まで。社内で重複できません",
        column.PARENT: "1階層上の部署の部署コード。最上位の部署は空白",
        column.PARENT_NAME: f"「{column.PARENT}」が空白のときに、1階層上の部署をこの名前で探します",
        column.ORDER: f"0以上の整数。空白は最後{MAY_BE_BLANK}",
    }


def employee_words() -> dict[str, str]:
    """What stands in the columns: of a text how long it may be, unless more is to be said."""
    column, a_date = employee_file.EmployeeColumn, f"YYYY/MM/DD または YYYY-MM-DD{MAY_BE_BLANK}"
    told = {
        column.NUMBER: f"{FIELDS['employee_number'].limit}文字まで。{NUMBER_RULE}{MAY_BE_BLANK}",
        column.LAST_NAME: f"{FIELDS['last_name'].limit}文字まで。空白の行は取り込みません",
        column.MAIL: f"{FIELDS['email'].limit}文字まで。この列でミキワメの社員と結び付けます。空白の行は取り込みません",
        column.GENDER: f"{one_of(Employee.Gender.labels)}{MAY_BE_BLANK}。ほかの言葉は「{Employee.Gender.OTHER.label}」になります",
        column.DEPARTMENT_CODE: f"ミキワメにある部署のコード{MAY_BE_BLANK}",
        column.DEPARTMENT_NAME: f"「{column.DEPARTMENT_CODE}」が空白のときに、部署をこの名前で探します",
        column.EMPLOYMENT_TYPE: f"{one_of(Employee.EmploymentType.labels)}{MAY_BE_BLANK}。"
        f"ほかの言葉は「{Employee.EmploymentType.OTHER.label}」になります",
        column.IS_RETIRED: f"{employee_file.A_FLAG}{MAY_BE_BLANK}",
    }
    days = {field.heading: a_date for field in FIELDS.values() if field.sort is Sort.DAY}
    texts = {field.heading: f"{field.limit}文字まで{MAY_BE_BLANK}" for field in LIMITED.values()}
    return {heading: (texts | days | told)[heading] for heading in employee_file.HEADINGS}


def assessment_words() -> dict[str, str]:
    column = headings.AssessmentColumn
    return {
        column.NUMBER: "ミキワメの社員の社員番号。メールアドレスもある行は、両方が同じ社員を指すときだけ取り込みます",
        column.MAIL: "ミキワメの社員のメールアドレス",
        column.TITLE: f"{LENGTHS[column.TITLE]}文字まで{MAY_BE_BLANK}",
        column.TAKEN_ON: A_DAY,
        column.COMPLETED_AT: f"{A_MOMENT}{MAY_BE_BLANK}",
        column.TYPE: f"16タイプの名前または別名{MAY_BE_BLANK}",
        column.GRADE: f"{COMPANY_BASIS}での判定。{LENGTHS[column.GRADE]}文字まで{MAY_BE_BLANK}",
        column.OVERALL_SCORE: f"{COMPANY_BASIS}での総合スコア。{AN_OVERALL_SCORE}{MAY_BE_BLANK}",
        column.COMMENT: f"{LENGTHS[column.COMMENT]:,}文字まで{MAY_BE_BLANK}",
    }


def scale_names() -> list[str]:
    return list(Scale.objects.kept().values_list("name", flat=True))


DEPARTMENTS = FileColumns(
    title=tables.DEPARTMENTS,
    effect=(
        "部署コードがミキワメにある行は、その部署を更新します。ない行は、部署を新しく登録します。",
        "ファイルにない部署は、そのまま残ります。ファイルにない列の値も、そのまま残ります。",
    ),
    needed=department_file.NEEDED,
    words=department_words,
    sorts=department_file.SORTS,
)
EMPLOYEES = FileColumns(
    title=tables.EMPLOYEES,
    effect=(
        "メールアドレスがミキワメにある行は、その社員を更新します。ない行は、社員を新しく登録します。",
        "ファイルにない社員は、そのまま残ります。ファイルにない列の値も、そのまま残ります。",
        "カオナビと連携している場合、カオナビから取り込む項目は、次の同期でカオナビの値に戻ります。",
    ),
    needed=employee_file.NEEDED,
    words=employee_words,
    sorts=employee_file.SORTS,
)
RESULTS = FileColumns(
    title=tables.RESULTS,
    effect=(
        "1行が1件の検査結果です。社員、検査名、受検日、完了日時が同じ検査結果があれば更新し、なければ新しく登録します。",
        "ファイルにない検査結果は、そのまま残ります。ファイルにない列の値も、そのまま残ります。",
        "カオナビへは、「カオナビに性格検査結果を登録する」を実行したときに登録されます。",
    ),
    needed=headings.NEEDED,
    words=assessment_words,
    sorts=headings.SORTS,
    scales=scale_names,
    most_rows=MOST_SCORES,
    others={
        "、".join(
            headings.ShownColumn
        ): "ダウンロードしたファイルで、だれの検査結果かを見るための列です。取り込みません",
        "、".join(headings.heading_on(column, "基準の名前") for column in headings.JUDGED): (
            f"{COMPANY_BASIS}とは別の基準での判定と総合スコア。たとえば"
            f"{one_of(headings.heading_on(column, 'チーム基準') for column in headings.JUDGED)}{MAY_BE_BLANK}"
        ),
        headings.LineColumn.SCALE: f"「{A_COLUMN_EACH}」の代わりに、1行に1つの尺度を書くときの尺度名",
        headings.LineColumn.SCORE: f"その尺度の偏差値。{A_SCORE}{MAY_BE_BLANK}",
    },
)
