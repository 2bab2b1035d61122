"""Where the manual tells of each page."""

# anchor of a heading → the views whose pages lead to it
TOLD: dict[str, tuple[str, ...]] = {
    "03-連携操作手順": ("integrations:settings",),
    "初日最初の管理者と画面のアドレス": ("accounts:site_address",),
    "手順1連携操作管理者のみ": (
        *("integrations:connection", "integrations:connected", "integrations:check", "integrations:choose_item"),
    ),
    "連携の詳細設定": ("integrations:kaonavi_settings",),
    "手順2部署情報の連携": ("departments:list",),
    "部署を手で直す": (
        *("departments:add", "departments:detail", "departments:edit", "departments:code", "departments:delete"),
    ),
    "手順3社員情報の連携": ("employees:list",),
    "社員の登録変更削除統合": (
        *("employees:add", "employees:detail", "employees:edit", "employees:mail"),
        *("employees:delete", "employees:delete_many", "employees:change_flags"),
        *("integrations:merge", "integrations:unmerge"),
    ),
    "手順5連携の解除": ("integrations:disconnect",),
    "同期の例外管理者のみ": (
        *("integrations:exceptions", "integrations:scope", "integrations:add_exception", "integrations:exception"),
    ),
    "自動実行管理者のみ": ("integrations:automation", "integrations:notices"),
    "練習モード管理者のみ": ("integrations:practice", "integrations:leave_practice"),
    "ファイルでの取込とダウンロード": ("integrations:import", "integrations:downloads"),
    "ホーム": ("home",),
    "処理の見かた": ("integrations:jobs", "integrations:job"),
    "要対応": ("integrations:problems", "integrations:handle", "integrations:handle_many"),
    "アカウントと権限管理者のみ": (
        *("accounts:list", "accounts:invite", "accounts:edit", "accounts:stop", "accounts:resume"),
        *("accounts:renew_link", "accounts:password", "accounts:confirm"),
        *("roles:list", "roles:add", "roles:edit", "roles:delete"),
    ),
    "二要素認証": (
        *("accounts:factor", "accounts:set_up_factor", "accounts:renew_codes"),
        *("accounts:remove_own_factor", "accounts:remove_factor", "accounts:policy"),
    ),
    "会社のアカウントでのログイン": ("accounts:forget_identity",),
    "操作の記録": ("accounts:audit",),
    "本人開示とデータの流れ管理者のみ": ("integrations:disclosure", "integrations:data_flow"),
    "稼働状況管理者のみ": ("integrations:operation",),
    "保存期間を過ぎた社員管理者のみ": ("integrations:retention", "integrations:retention_delete"),
    "受検者詳細の見かた": ("assessments:detail",),
    "分析": ("analysis:balance", "analysis:crossing", "analysis:profile"),
    "検査結果のファイル訂正と削除": ("assessments:edit", "assessments:delete"),
    "16タイプと尺度の設定": (
        *("assessments:reference", "assessments:adopt_types", "assessments:name_type"),
        *("assessments:add_type", "assessments:edit_type", "assessments:delete_type"),
        *("assessments:add_scale", "assessments:edit_scale", "assessments:delete_scale"),
    ),
    "保存しない尺度管理者のみ": ("integrations:kept_scale",),
}
PLACES = {view: anchor for anchor, views in TOLD.items() for view in views}
