"""What is kept of people beside their own rows, and the one way to be rid of it (§14): see `erase`."""

from integrations.erasure.leavers import erase_leavers, erase_stragglers
from integrations.erasure.old_runs import fade
from integrations.erasure.people import erase, erase_results
from integrations.erasure.scales import erase_scores

__all__ = ["erase", "erase_leavers", "erase_results", "erase_scores", "erase_stragglers", "fade"]
