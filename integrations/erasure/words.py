"""What stands where a value was."""

from integrations.rules.undo.steps import ERASED

__all__ = ["ERASED", "FADED", "GONE", "OF_A_RESULT", "OF_A_SCALE", "OF_SOMEBODY_GONE", "RESULT_GONE", "SOMEBODY_GONE"]

GONE = "削除された社員 #"  # and the number of the row
SOMEBODY_GONE = GONE.removesuffix(" #")
RESULT_GONE = "削除された検査結果 #"  # as above
OF_SOMEBODY_GONE = "削除された社員の値があったため、内容を消去しました。"
OF_A_RESULT = "検査結果が削除または訂正されたため、内容を消去しました。"
OF_A_SCALE = "この尺度の偏差値を保存しない設定にしたため、内容を消去しました。"
FADED = "（保存期間を過ぎたため、消去しました）"
