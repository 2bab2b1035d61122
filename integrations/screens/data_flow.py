"""データの流れ: what is read and written, who may see what, how long it is kept, which servers are asked, as set now."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection as database
from django.db.models import Count, Q

from accounts.policy import has_provider, passwords_allowed, policy
from accounts.rights import ADMINISTRATORS, VIEWERS, Right
from accounts.roles import OPERATOR, roles
from accounts.sessions import IDLE, TRUSTED, WHOLE
from accounts.site import site_url
from assessments.models import Scale
from employees.models import Employee
from integrations.channels import chat, mail
from integrations.connection.address import api_url
from integrations.jobs.dropping import HELD_FOR
from integrations.models import KaonaviConnection, PrivacySettings, SyncException
from integrations.operations.backup import daily
from integrations.rules.employees.fields import OWN_ITEMS
from integrations.rules.results.sheets import LABELS, SCALE
from integrations.screens.exception_list import scope_in_words
from integrations.upload.source import sent_scales

FOR_EVER = "無期限（JOB_RETENTION_DAYS が 0）"
PROVIDER = "ログインする人の確認。受け取るのは識別子とメールアドレスだけ。社員と検査結果の情報は送りません"
NOTICES = "処理の名前、ステータス、件数、画面へのリンクだけ（自動実行の通知）。個人情報は通りません"
METRICS = "件数と時間だけ。個人情報は通りません"
# カオナビ's item → our fields; a test compares them with what a sync writes
READ: Final[Mapping[str, Sequence[str]]] = {
    "氏名": ("last_name", "first_name"),
    "フリガナ": ("last_name_kana", "first_name_kana"),
    "社員番号": ("employee_number",),
    "メール": ("email",),
    "生年月日": ("birth_date",),
    "性別": ("gender",),
    "所属": ("department",),
    **{item: (name,) for name, item in OWN_ITEMS.items()},
    "入社日": ("hire_date",),
    "退職日": ("retirement_date", "is_retired", "retirement_source"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the page: its headings, and the rows as texts."""

    title: str
    text: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def data_flow() -> list[Part]:
    """All parts, from what is set at this moment."""
    connection = KaonaviConnection.objects.current()
    held = exceptions_held()
    return [read(held), sent(connection, held), servers(connection), access(), kept(), protection()]


def read(held: Mapping[str, int]) -> Part:
    """What comes in from カオナビ."""
    names = {field.name: str(field.verbose_name) for field in Employee._meta.concrete_fields}
    people = [("メンバー情報", item, "、".join(names[field] for field in fields)) for item, fields in READ.items()]
    departments = [
        ("所属ツリー", item, ours)
        for item, ours in (
            ("所属コード", "部署コード"),
            ("所属名", "部署名"),
            ("1階層上位の所属", "親部署"),
            ("並び順", "表示順"),
        )
    ]
    text = (
        "管理者が「カオナビと同期」を実行したときだけ読み取ります。メンバー情報の応答に含まれるほかの項目は、保存しません。"
        f"{kept_away(held)}ファイルの取込でも、同じ項目を登録できます。検査結果はファイルから取り込みます。"
    )
    return Part(
        "カオナビから読み取る項目",
        text,
        ("カオナビの情報", "カオナビの項目", "ミキワメの項目"),
        [*people, *departments],
    )


def exceptions_held() -> Mapping[str, int]:
    """How many of 同期の例外 hold today, by kind."""
    held = SyncException.objects.in_force().order_by().values_list("kind")
    return dict(held.annotate(count=Count("pk")))


def kept_away(held: Mapping[str, int]) -> str:
    """Those that are about what comes in."""
    scope = SyncException.objects.filter(kind=SyncException.Kind.SCOPE) if "scope" in held else ()
    parts = [f"連携の範囲は「{scope_in_words(each)}」です。" for each in scope]
    if "excluded" in held:
        parts.append(f"「カオナビから取り込まない」とした{held['excluded']:,}件の人は取り込みません。")
    if "pinned" in held:
        parts.append(f"固定した{held['pinned']:,}件の項目は変えません。")
    return "".join(parts)


def sent(connection: KaonaviConnection | None, held: Mapping[str, int]) -> Part:
    """What goes out to カオナビ, and what does not."""
    names: dict[str, str] = connection.sheet_item_names if connection else {}
    chosen = sent_scales(connection)
    both = "最新と全の両方"
    rows = [(both, label, names.get(key, label)) for key, label in LABELS.items()]
    plain = [scale.name for scale in chosen if names.get(SCALE + scale.code, scale.name) == scale.name]
    latest = "最新だけ"
    rows.append((latest, f"偏差値（{len(plain)}尺度）：{'、'.join(plain)}", "尺度と同じ名前の項目"))
    rows += [
        (latest, f"偏差値：{scale.name}", names[SCALE + scale.code]) for scale in chosen if scale.name not in plain
    ]
    withheld = held.get("not_sent", 0)
    left_out = [scale.name for scale in Scale.objects.all() if scale not in chosen]
    text = (
        "管理者が「カオナビに性格検査結果を登録する」を実行したときだけ、社員番号が一致するメンバーの"
        "シート「最新性格検査結果（ミキワメ連携）」と「全性格検査結果（ミキワメ連携）」に送ります。"
        f"{f'「カオナビへ送らない」とした社員{withheld:,}名には送りません。' if withheld else ''}"
        f"判定、総合スコア（どの基準のものも）、コメント{''.join(f'、{name}' for name in left_out)}は送りません。"
        "カオナビのメンバー情報と所属ツリーには書き込みません。"
    )
    return Part("カオナビへ送る項目", text, ("シート", "ミキワメの項目", "カオナビの項目"), rows)


def host_of(address: str) -> str:
    """Host and port of an address, without user and password."""
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}" or "このサーバー内"


def servers(connection: KaonaviConnection | None) -> Part:
    """Which machines talk to which."""
    proxy = os.environ.get("HTTPS_PROXY", "")
    place: dict[str, Any] = database.settings_dict
    at = place.get("HOST") or "このサーバー内"
    rows = [
        ("カオナビ（公開API v2）", host_of(api_url()), "上の2つの表の項目"),
        *(
            [("会社の認証サービス（OpenID Connect）", host_of(settings.OIDC_ISSUER), PROVIDER)]
            if has_provider()
            else []
        ),
        *(
            [("メールサーバー（通知）", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", NOTICES)]
            if mail.is_set()
            else []
        ),
        *(
            [("チャット（通知）", "、".join(map(chat.scheme_of, chat.addresses())), NOTICES)]
            if chat.addresses()
            else []
        ),
        *([("社外へのプロキシ", host_of(proxy), "上の通信（暗号化されたまま通ります）")] if proxy else []),
        ("この製品の画面", host_of(site_url()), "権限のある人のブラウザとの通信"),
        (f"データベース（{database.display_name}）", at, "保存するすべての情報"),
        ("キュー（メッセージブローカー）", host_of(settings.CELERY_BROKER_URL), "処理の番号だけ。個人情報は通りません"),
        *([("監視（/metrics）", "取得する監視サーバー", METRICS)] if settings.METRICS_TOKEN else []),
    ]
    state = connection.get_state_display() if connection else "連携していません"
    mails = "通知のほかのメールは送信しません" if mail.is_set() else "メールは送信しません"
    text = (
        f"カオナビ連携の状態：{state}。ほかの外部のサーバーには接続しません（画面の部品はすべてこの製品から配信し、解析や広告はありません）。"
        f"{mails}（招待とパスワードの再設定のリンクは画面に表示し、管理者が渡します）。「お問い合わせ」は、押した人のブラウザが開くリンクです。"
    )
    return Part("接続先のサーバー", text, ("相手", "場所", "通る情報"), rows)


def access() -> Part:
    """Which role may what, and how many accounts have it."""
    groups = roles().annotate(
        accounts=Count("user", filter=Q(user__is_active=True), distinct=True),
        places=Count("role__departments", distinct=True),
    )
    built_in = {ADMINISTRATORS: "すべての操作", VIEWERS: "社員、検査結果、部署、処理の閲覧と、一覧のダウンロード"}
    operators = User.objects.filter(is_superuser=True, is_active=True).count()
    rows = [(OPERATOR, "すべての操作と、Django 管理サイトでの閲覧", "全社", f"{operators}名")]
    for group in groups.select_related("role"):
        role = getattr(group, "role", None) if group.name not in built_in else None
        able = (
            "、".join(right.label for right in Right if right in role.rights) if role else built_in.get(group.name, "")
        )
        where = f"限定した{group.places}部署とその下" if role and role.is_limited else "全社"
        rows.append((group.name, able, where, f"{group.accounts}名"))
    text = (
        "検査結果を開いた人と、一覧を取得した人は「操作の記録」に残ります。カオナビのシートを見られる人は、カオナビの権限で決まります。"
        "サーバーの管理者は、データベースとバックアップの内容を読めます。"
    )
    return Part("だれが何を見られるか", text, ("権限", "できること", "範囲", "アカウント"), rows)


def kept() -> Part:
    """How long what is kept."""
    days = settings.JOB_RETENTION_DAYS
    months = PrivacySettings.objects.values_list("retention_months", flat=True).first()
    listed = f"{months}か月を過ぎると一覧に表示し、管理者が確認して削除" if months else "期限を設定していません"
    not_kept = "、".join(Scale.objects.filter(is_kept=False).values_list("name", flat=True))
    runs = f"{days}日（種類ごとの最新の処理は、値だけを消去して残します）" if days else FOR_EVER
    return Part(
        "保存する期間",
        "社員または検査結果を削除すると、処理の記録に残るその人の値も同時に消去します。カオナビのシートの内容は、カオナビで削除するまで残ります。",
        ("情報", "期間"),
        [
            ("社員情報、検査結果", "削除するまで（自動では削除しません）"),
            *([(f"偏差値：{not_kept}", "保存しません")] if not_kept else []),
            ("退職した社員、カオナビになしの社員", listed),
            ("処理の件数、変更、エラーと注意、送信の記録", runs),
            (
                "登録前のカオナビのシートの内容（登録を元に戻すため）",
                f"処理の終了から{settings.UNDO_DAYS}日、または連携を解除するまで（暗号化して保存）"
                if settings.UNDO_DAYS
                else "保存しません",
            ),
            (
                "社員の変更前の氏名、社員番号、メールアドレス",
                f"変更から{days}日、または社員を削除するまで" if days else "社員を削除するまで",
            ),
            ("通知の送り先のメールアドレス", "管理者が送り先から外すまで。送信の結果は30日"),
            ("ダウンロード一覧の条件", f"{days}日" if days else FOR_EVER),
            (
                "取り込んだファイル",
                f"処理が終わるまで（確認待ちは最長{HELD_FOR.days}日）。ダウンロードしたファイルは保存しません",
            ),
            ("操作の記録（操作した人、操作元のアドレス、社員の番号）", "無期限。変更も削除もできません"),
            ("削除された検査結果の印（リンクの番号と削除日時だけ）", "無期限"),
            ("カオナビの認証情報", "連携を解除するまで（暗号化して保存）"),
            ("アカウント（ユーザー名、氏名、メールアドレス、パスワードのハッシュ）", "停止しても残ります"),
            ("二要素認証の鍵、リカバリーコード", "解除するまで（暗号化またはハッシュにして保存）"),
            ("ログイン", f"最長{WHOLE // 86400}日、操作がなければ{IDLE // 3600}時間"),
            ("サーバーのログ", "サーバーの管理者が決めた期間。個人の値は書きません"),
            (
                "バックアップ",
                f"自動で取るものは{daily.KEPT.days}日。" * daily.is_automatic()
                + "サーバーの管理者が取るものは、管理者が決めた期間。そのあとに削除した人の値も含みます",
            ),
        ],
    )


def log_in() -> str:
    """By which ways people get in, and who needs a second factor."""
    chosen = policy()
    if not passwords_allowed():
        return "会社の認証サービスだけ（パスワードでのログインは禁止）"
    roles = "、".join(group.name for group in chosen.roles_that_need_factor.order_by("name")) if chosen.pk else ""
    whom = "全員" if chosen.everyone_needs_factor else roles
    factor = f"二要素認証を{whom}に必須としています" if whom else "二要素認証は任意です"
    return f"{'会社の認証サービス、または' if has_provider() else ''}パスワード。{factor}"


def protection() -> Part:
    """What guards it."""

    def measures() -> Iterator[tuple[str, str]]:
        is_secure = site_url().startswith("https://")
        yield "画面との通信", "HTTPS で暗号化" if is_secure else "暗号化していません（画面のアドレスが http のため）"
        yield (
            "カオナビとの通信",
            (
                "HTTPS で暗号化し、証明書を確認します"
                if api_url().startswith("https://")
                else "暗号化していません（カオナビの接続先のアドレスが http のため）"
            ),
        )
        yield "ログイン", log_in()
        yield "認証情報の保存", "サーバーにある鍵で暗号化。画面、ログ、URL には出しません"
        yield (
            "社員情報と検査結果の保存",
            "この製品は暗号化しません。ディスクとバックアップの暗号化は、サーバーの管理者が行います（手順は運用の手引き）",
        )
        yield (
            "パスワードの再確認",
            f"連携、権限、検査結果のダウンロード、本人開示などの前（{TRUSTED // 60}分を過ぎたとき）",
        )
        yield "誤った上書きの防止", "安全装置、実行前の確認、二重登録の防止、登録後の照合"

    return Part("保護の方法", "", ("対象", "方法"), list(measures()))
