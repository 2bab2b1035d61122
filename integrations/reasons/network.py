"""Reasons for which カオナビ could not even be asked. Most are mended by whoever runs the company's network."""

from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import Entry

ENTRIES = {
    Reason.KAONAVI_UNREACHABLE: Entry(
        Severity.ERROR,
        "応答のないカオナビ",
        "カオナビから応答がありませんでした。",
        "ネットワークとカオナビの稼働状況を確認し、しばらくしてからもう一度実行してください。"
        "深夜1時から早朝はカオナビの保守時間帯です。",
    ),
    Reason.KAONAVI_TIMED_OUT: Entry(
        Severity.ERROR,
        "カオナビの応答の時間切れ",
        "カオナビが時間内に応答しませんでした。",
        "しばらくしてからもう一度実行してください。繰り返す場合は、情報システム部門に、このサーバーから api.kaonavi.jp の443番ポートへの"
        "通信がファイアウォールで止められていないか、プロキシが必要（環境変数 HTTPS_PROXY）でないかの確認を依頼してください。"
        "応答が大きい場合は、環境変数 KAONAVI_TIMEOUT（秒）で待つ時間を延ばせます。",
    ),
    Reason.KAONAVI_NAME_UNKNOWN: Entry(
        Severity.ERROR,
        "見つからないカオナビのアドレス",
        "カオナビのアドレスが見つかりません（DNSによる名前解決の失敗）。",
        "情報システム部門に、このサーバーで api.kaonavi.jp の名前解決（DNS）ができるかの確認を依頼してください。社外へはプロキシを通す"
        "環境では、環境変数 HTTPS_PROXY を設定します。KAONAVI_API_URL を変えている場合は、その綴りも確認してください。",
    ),
    Reason.KAONAVI_CONNECTION_REFUSED: Entry(
        Severity.ERROR,
        "カオナビへの接続の拒否",
        "カオナビへの接続が拒否されました。",
        "情報システム部門に、このサーバーから api.kaonavi.jp の443番ポートへの通信をファイアウォールで許可するよう依頼してください。"
        "社外へはプロキシを通す環境では、環境変数 HTTPS_PROXY を設定します。",
    ),
    Reason.KAONAVI_CERTIFICATE: Entry(
        Severity.ERROR,
        "確認できない証明書",
        "カオナビとの通信で、接続先の証明書を確認できませんでした。安全のため、何も送信していません。",
        "情報システム部門に連絡してください。社内の機器が通信を検査している場合は、その認証局の証明書（PEM）を含むファイルを"
        "環境変数 REQUESTS_CA_BUNDLE で指定するか、api.kaonavi.jp を検査の対象から外します。",
    ),
    Reason.KAONAVI_PROXY: Entry(
        Severity.ERROR,
        "通れないプロキシ",
        "社内のプロキシを通れなかったため、カオナビに接続できませんでした。",
        "情報システム部門に、環境変数 HTTPS_PROXY（http://ユーザー名:パスワード@プロキシ:ポート）の値と、プロキシで api.kaonavi.jp への"
        "接続が許可されているかの確認を依頼してください。プロキシを通さずに接続できる場合は、NO_PROXY に api.kaonavi.jp を加えます。",
    ),
}
