"""Ways out of the product for short messages: mail (EMAIL_URL) and chat (NOTIFY_URLS). They know no row and no run."""

from integrations.channels import chat, mail
from integrations.channels.delivery import Message, Target, deliver, targets
from integrations.channels.outcomes import Outcome

__all__ = ["Message", "Outcome", "Target", "chat", "deliver", "mail", "targets"]
