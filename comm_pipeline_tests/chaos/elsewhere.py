"""Points that the life in ``life.py`` does not lead to: why not, and which test is about them.

A new write that is neither in that life nor here fails a test. Before you add it here: can a life
lead to it?
"""

from collections.abc import Mapping
from typing import Final

_MAIL = "a mailbox is read: integration/mailbox/test_incoming_crash_points.py"
_COMMAND = "one write of a command that its user repeats: "
_UPDATE = "a template is put in place: integration/services/test_template_update.py"
_FORGET = "a command that its user repeats: integration/services/test_forgetting.py"
_MODEL = "counts tokens; who dies leaves them counted: integration/storage/test_model_usage.py"
_CLASS_DIAGRAM = "no pass calls it: integration/services/test_campaign_manager.py"

ELSEWHERE: Final[Mapping[str, str]] = {
    "MailIngestion._take": _MAIL,
    "InboundMessageRepository.add": _MAIL,
    "MailboxPositionRepository.restart": "integration/mailbox/test_crash_points.py",
    "MailboxPositionRepository.restart (2)": "integration/mailbox/test_crash_points.py",
    "MailboxPositionRepository.advance": "integration/mailbox/test_crash_points.py",
    "MailboxPositionRepository.count_refusal": "integration/mailbox/test_mailbox_positions.py",
    "DeliveryReports.record_report": _MAIL,
    "DeliveryReports.record_report (2)": _MAIL,
    "CampaignRepository.pin_template": _UPDATE,
    "ConversationStateRepository.make_due": _UPDATE,
    "BatchRequestRepository.insert": _COMMAND + "integration/cli/test_commands.py",
    "InboundMessageRepository.assign": _COMMAND + "integration/cli/test_replies.py",
    "OutboundMessageRepository.settle_unknown": _COMMAND
    + "integration/services/test_unknown_messages.py",
    "PersonalDocuments.write": _FORGET,
    "PersonalDocuments.write (2)": _FORGET,
    "PersonalDocuments.write (3)": _FORGET,
    "PersonalDocuments.write (4)": _FORGET,
    "PersonalDocuments.replace_item": _FORGET,
    "PersonalDocuments.delete": _FORGET,
    "SuppressionRepository.doubt (2)": "somebody else has suppressed or doubted the address "
    "meanwhile: integration/storage/test_suppressions.py",
    "SuppressionRepository.forget": _FORGET,
    "SuppressionRepository.forget (2)": _FORGET,
    "broken_conversations.set_aside_full": "about a document that is full, and stays so: "
    "integration/services/test_full_conversations.py",
    "CampaignTemplateRepository.put": _COMMAND + "integration/storage/test_campaign_templates.py",
    "ContactRepository.put": "only tests and other services write contacts: "
    "integration/services/test_checked_requests.py",
    "InboundMessageRepository.set_analysis": "one write for each reply, whoever reads it again "
    "writes it again: integration/services/test_reanalysis.py",
    "ConversationStateRepository.create_conversation_state": _CLASS_DIAGRAM,
    "ConversationStateRepository.update_conversation_state": _CLASS_DIAGRAM,
    "ConversationStateRepository.delete_conversation_state": _CLASS_DIAGRAM,
    "CampaignMetricsRepository.put": "computed anew each time: "
    "integration/test_metrics_collector.py",
    "ModelUsageRepository.reserve": _MODEL,
    "ModelUsageRepository.settle": _MODEL,
    "broken_conversations.set_aside_damaged": "the same: integration/services/test_isolation.py",
    "broken_conversations._set_aside": "about a document that cannot be read, and stays so "
    "without it: integration/services/test_isolation.py",
    "CampaignRepository.reschedule": "the campaign waits for its time, as before: "
    "integration/services/test_campaign_life.py",
    "CampaignRepository.postpone": "after a pass that failed; without it the next comes sooner: "
    "integration/services/test_troubled_campaigns.py",
    "OutboundMessageRepository.postpone": "the message is due still, and asked for again: "
    "property/test_campaign_machine.py",
    "ConversationStateRepository.commit (2)": "after a lost answer: "
    "integration/storage/test_lost_answers.py",
    "OutboundMessageRepository.mark_sending (2)": "after a lost answer: "
    "integration/storage/test_lost_answers.py",
    "OutboundMessageRepository.settle (2)": "after a lost answer: "
    "integration/storage/test_lost_answers.py",
    "Repository.initialize": "makes an index that is missing, before any pass: "
    "integration/storage/test_repositories.py",
    "WorkLeaseRepository.renew": "by a timer, between any two of the others: "
    "integration/storage/test_work_leases.py",
}

#: Points that only what a dead worker has left leads to, and where that one has to die.
RECOVERY: Final[Mapping[str, str]] = {
    "ConversationStateRepository.clear_one_outbox": "ConversationStateRepository.commit",
    "OutboundMessageRepository.resolve_interrupted": "OutboundMessageRepository.mark_sending",
}
