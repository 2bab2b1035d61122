"""A run that fails, with real worker and beat: the mail arrives at a real SMTP server, and so does its recovery."""

import pytest

from tests.factories.chat_server import chat_server
from tests.factories.mail_server import mail_server
from tests.processes.deployment import Deployment

pytestmark = [pytest.mark.processes, pytest.mark.long]

TURN_ON = """
from integrations.models import NoticeSettings
NoticeSettings.objects.create(is_on=True, addresses=["hanako@example.co.jp", "taro@example.co.jp"])
"""
MARK = "【ミキワメ連携】"


def test_a_failure_arrives_by_itself_once_and_its_end_too(deployment: Deployment):
    with mail_server() as post, chat_server() as room:
        deployment.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{post.port}", "NOTIFY_URLS": room.address}
        deployment.start("simulator", "worker", "beat")
        deployment.connect()
        deployment.manage("shell", "-v0", "-c", TURN_ON)
        deployment.stop("simulator")
        deployment.sync("departments", expect=1)
        deployment.wait_until(lambda: len(post.letters) == 2 and room.posts, what="the failure is told")
        assert {to for letter, _ in post.letters for to in letter} == {"hanako@example.co.jp", "taro@example.co.jp"}
        assert set(post.subjects) == {f"{MARK}カオナビ部署情報取込が「失敗」で終わりました"}
        assert len(post.texts[0].splitlines()) == 3
        deployment.sync("departments", expect=1)
        deployment.start("simulator")
        deployment.control("PUT", "tenant", {"departments": [{"code": "1", "name": "営業本部"}], "members": []})
        deployment.control("POST", "ticks")
        deployment.sync("departments")
        deployment.wait_until(lambda: len(post.letters) == 4, what="its end is told")
        assert set(post.subjects[2:]) == {f"{MARK}復旧しました：カオナビ部署情報取込が「成功」で終わりました"}
        assert [posted["title"] for posted in room.posts] == [post.subjects[0], post.subjects[2]]
        told = deployment.log("worker") + deployment.log("beat")
        assert "canary" not in told
        assert "@example.co.jp" not in told
