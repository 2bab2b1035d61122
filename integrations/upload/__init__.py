"""カオナビ性格検査結果登録: results travel to カオナビ's sheets, step by step, through a ledger.

survey (read everything, plan the difference, write the chunks) → send (one chunk, then its task) → … → verify (read the
sheets again) → end. After any doubt, a refusal, or five minutes the run goes back to the survey: the sheets themselves
say what is left to do, so a run that was killed anywhere goes on without losing or doubling a record.
"""

from integrations.upload.outcome import stop_results
from integrations.upload.steps import advance_results

__all__ = ["advance_results", "stop_results"]
