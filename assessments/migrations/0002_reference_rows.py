"""The 16 types and the 27 scales that a new deployment starts with.

Replaceable reference data: administrators edit them. Names of the types 10–16 and several 和名 are stand-ins, since the
vendor publishes only some; the categories of the scales follow the order in which the vendor's manual prints them.
"""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

TYPES = (  # code, カタカナ, 和名, グループ, 説明
    ("promoter", "プロモーター", "推進者", "", "周囲を巻き込みながら物事を前へ進める"),
    ("entrepreneur", "アントレプレナー", "起業家", "", "新しい機会を見つけて自ら動き出す"),
    ("mood_maker", "ムードメーカー", "盛り上げ役", "", "場を明るくし、人の気持ちを軽くする"),
    ("seeker", "シーカー", "探求者", "", "関心のある事柄を深く追いかける"),
    ("innovator", "イノベーター", "変革者", "", "今のやり方を疑い、変える道を探す"),
    ("brain", "ブレイン", "参謀", "", "全体を見て道筋を考え、判断を支える"),
    ("facilitator", "ファシリテーター", "調整者", "", "意見をつなぎ、話し合いを進めやすくする"),
    ("analyzer", "アナライザー", "分析者", "", "事実を集め、筋道を立てて読み解く"),
    (
        *("contributor", "コントリビューター", "貢献者", "サポート人材"),
        "任された役目を責任をもって果たし、前向きに周りを支える",
    ),
    ("supporter", "サポーター", "支援者", "", "相手の困りごとに寄り添って手を貸す"),
    ("coordinator", "コーディネーター", "橋渡し役", "", "人や部署のあいだを取り持つ"),
    ("specialist", "スペシャリスト", "専門家", "", "一つの分野を磨き、質で応える"),
    ("planner", "プランナー", "計画者", "", "段取りを整えて着実に進める"),
    ("mentor", "メンター", "育成者", "", "人の成長を見守り、助言する"),
    ("guardian", "ガーディアン", "守護者", "", "決まりごとと品質を守る"),
    ("craftsman", "クラフトマン", "職人", "", "黙々と手を動かし仕上げを高める"),
)

INTERPERSONAL = "人間関係特性"
LEADERSHIP = "リーダーシップ特性"
STRESS_MANAGEMENT = "ストレスマネジメント特性"
VITALITY = "バイタリティ特性"
ACHIEVEMENT_MOTIVATION = "達成動機"
MENTAL_HEALTH = "現在のメンタルヘルス"

SCALES = (  # code, 尺度名, カテゴリ, 説明
    ("listening", "傾聴傾向", INTERPERSONAL, "相手の話を最後まで受け止めようとする度合い"),
    ("assertiveness", "主張傾向", INTERPERSONAL, "自分の考えを言葉にして伝える度合い"),
    ("relationship_maintenance", "関係維持傾向", INTERPERSONAL, "周囲との良い関係を保とうとする度合い"),
    ("problem_solving_orientation", "問題解決志向", LEADERSHIP, "目標に向けて課題を片づけることを重んじる度合い"),
    ("emotional_consideration", "感情配慮志向", LEADERSHIP, "メンバーの気持ちへの目配りを重んじる度合い"),
    ("selflessness", "無私性", STRESS_MANAGEMENT, "評価や見返りに左右されにくい度合い"),
    ("optimism", "楽観性", STRESS_MANAGEMENT, "先行きを明るく見積もる度合い"),
    ("independence", "独立性", STRESS_MANAGEMENT, "周りに合わせすぎず自分で決める度合い"),
    ("compromise", "妥協力", STRESS_MANAGEMENT, "思い通りでなくても折り合いをつけられる度合い"),
    ("criticality", "批判性", STRESS_MANAGEMENT, "物事をうのみにせず問題点を探す度合い"),
    ("objectivity", "客観視傾向", STRESS_MANAGEMENT, "感情から離れて状況を眺められる度合い"),
    ("mood_shifting", "気分転換傾向", STRESS_MANAGEMENT, "別のことをして気持ちを切り替える度合い"),
    ("help_seeking", "協力要請傾向", STRESS_MANAGEMENT, "困ったときに人の手を借りようとする度合い"),
    ("situation_acceptance", "状況受容傾向", STRESS_MANAGEMENT, "変えられない状況を受け入れる度合い"),
    ("emotional_restraint", "感情抑制傾向", VITALITY, "気持ちの高ぶりを表に出さず整える度合い"),
    ("novelty_seeking", "新奇性", VITALITY, "新しいことに関心を向ける度合い"),
    ("self_efficacy", "自己効力感", VITALITY, "自分ならできると感じている度合い"),
    ("perseverance", "やりきる力", VITALITY, "始めたことを終わりまで続ける度合い"),
    ("positive_thinking", "ポジティブシンキング", VITALITY, "出来事の良い面に目を向ける度合い"),
    ("significant_others", "重要な他者", VITALITY, "支えになる人がいると感じる度合い"),
    ("proactiveness", "積極性", ACHIEVEMENT_MOTIVATION, "自分から仕事に働きかける度合い"),
    ("sociability", "社交欲求", ACHIEVEMENT_MOTIVATION, "人とかかわる場を求める度合い"),
    ("competitiveness", "競争心", ACHIEVEMENT_MOTIVATION, "人に勝つことが励みになる度合い"),
    ("ambition", "向上心", ACHIEVEMENT_MOTIVATION, "今より高い水準を目指す度合い"),
    ("fulfillment", "充実感", MENTAL_HEALTH, "最近の毎日に張りを感じている度合い"),
    ("security", "安心感", MENTAL_HEALTH, "最近落ち着いて過ごせている度合い"),
    ("motivation", "やる気", MENTAL_HEALTH, "最近の意欲の高さ"),
)

ALIASES = {  # the manual spells these two otherwise than the results do
    "emotional_consideration": ["感情記憶志向"],
    "sociability": ["社交性"],
}


def kaonavi_item(code: str, category: str) -> str:
    """The 22 that the manual prints are required, the mood of the day does not travel unless somebody turns it on."""
    if category == MENTAL_HEALTH:
        return "off"
    return "optional" if code in {"competitiveness", "ambition"} else "required"


def type_rows() -> Iterator[dict[str, object]]:
    for order, (code, name, japanese_name, category, description) in enumerate(TYPES, start=1):
        yield {
            "code": code,
            "name": name,
            "japanese_name": japanese_name,
            "aliases": [],
            "category": category,
            "description": description,
            "order": order,
        }


def scale_rows() -> Iterator[dict[str, object]]:
    for order, (code, name, category, description) in enumerate(SCALES, start=1):
        yield {
            "code": code,
            "name": name,
            "aliases": ALIASES.get(code, []),
            "category": category,
            "description": description,
            "order": order,
            "kaonavi_item": kaonavi_item(code, category),
        }


def load_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the rows that are not there. One whose code or name is taken is somebody's own and stays as it is."""
    database = schema_editor.connection.alias
    for name, rows in (("PersonalityType", type_rows()), ("Scale", scale_rows())):
        model = apps.get_model("assessments", name)
        model.objects.using(database).bulk_create([model(**row) for row in rows], ignore_conflicts=True)


def unload_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take away what is still as it was loaded and no result uses; what an administrator edited stays."""
    database = schema_editor.connection.alias
    results = apps.get_model("assessments", "Assessment").objects.using(database)
    types_in_use = set(results.values_list("personality_type__code", flat=True).distinct())
    scales_in_use = {code for scores in results.values_list("scores", flat=True).iterator() for code in scores}
    for name, rows, in_use in (
        ("PersonalityType", type_rows(), types_in_use),
        ("Scale", scale_rows(), scales_in_use),
    ):
        model = apps.get_model("assessments", name)
        loaded = {row["code"]: row for row in rows}
        for found in model.objects.using(database).filter(code__in=loaded.keys() - in_use):
            if is_as_loaded(found, loaded[found.code]):
                found.delete(using=database)


def is_as_loaded(found: Model, row: dict[str, object]) -> bool:
    return all(getattr(found, field) == value for field, value in row.items())


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [migrations.RunPython(load_rows, unload_rows)]
