"""Wishes for no more mail that are told by their build alone, whatever their verb; folded text.

``OTHERS`` are the verbs and things with which the same build is about another matter.
"""

from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words.mail_english import STUFF as _STUFF

_AGAIN: Final = r"(?:again|any ?more|any further|any longer|ever|in (?:the )?future|from now on)"
_END: Final = r"\s*(?:[.!,;\n]|$)"
_NOT: Final = r"(?:do not|don'?t|dont|donot|never|do n'?t|nor|please not)"

ANY: Final = (
    # stop poking us; don't hunt me down again; no more postcards
    (
        r"(?:stop|quit|cease|refrain from|leave off|no more|enough) (?:with )?(?:\w+ly )?\w{3,}ing "
        r"(?:to |at |with )?(?:me|us|my inbox|our inbox|my phone|this (?:address|inbox|mailbox|"
        r"number))\b"
    ),
    (
        rf"{_NOT} (?:\w+ ){{1,3}}?(?:me|us|my (?:inbox|phone|address)|this (?:address|inbox|"
        rf"mailbox|"
        rf"number))(?: \w+){{0,3}}? {_AGAIN}"
    ),
    (
        r"(?m)(?:^|[.!?] ?)\W*(?:please |just |and |so )?no (?:more|further) [a-z-]{4,}(?: "
        r"[a-z-]{4,})?"
        r"(?: please| pls| thanks| thank you| ever| to (?:me|us|this \w+))?[.! ]*$"
    ),
    # I want out
    (
        rf"(?:want|like|need|wish|let (?:me|us)|get (?:me|us)) (?:\w+ )?out{_END}|want off\b|off "
        rf"(?:please|"
        rf"pls|plz){_END}|(?:me|us) off (?:please|pls|plz|now|this)\b"
    ),
    # if you go on, when will it end, I still get them
    (
        r"if (?:you|your (?:\w+ )?(?:company|firm|team|colleagues?|people)) (?:\w+ )?(?:continue|"
        r"persist|"
        r"keep (?:on |it up|at it|send\w*|e-?mail\w*|writ\w*|contact\w*|mail\w*|spam\w*|call\w*|"
        r"bother\w*)|"
        r"carry on|go on|do not stop|don'?t stop|cannot stop|refuse to stop|insist on)"
    ),
    (
        r"(?:when|will|would|can) (?:will )?(?:you|this|these|it|they|your (?:e-?mails?|messages)) "
        r"(?:ever |finally |please )?(?:stop|cease)(?: (?:now|already|please|ever))?\W*$"
    ),
    (
        rf"still (?:\w+ )?(?:getting|receiving) (?:your|these|this) (?:[\w-]+ ){{0,2}}?{_STUFF}|"
        rf"still (?:on|"
        r"in) (?:your|this|the) (?:[\w-]+ )?(?:mailing list|list|mailings?|database)"
    ),
    # policies and purposes
    (
        r"no[- ](?:vendor|solicit\w+|cold|marketing|sales|unsolicited|advertis\w+|junk|spam|"
        r"supplier|"
        r"e-?mail)[\w -]{0,24} (?:policy|rule)|(?:address|inbox|mailbox|number|account|e-?mail) "
        r"(?:is|are) "
        r"(?:not|strictly not|never) (?:for|to be used for|meant for|intended for|open to|"
        r"available "
        r"for) "
        r"(?:\w+ )?(?:sales|marketing|advert\w+|promotion\w*|solicit\w*|commercial|pitches|"
        r"newsletters?|"
        r"mailings?|vendors?|suppliers?|this|these|such)|(?:not|never) (?:be |to be )?(?:used?|"
        r"using) "
        r"(?:[\w-]+ ){0,4}?for (?:sales|marketing|advert\w*|promotion\w*|commercial|solicit\w*)"
    ),
    # asked for it before
    (
        r"(?:have|has|had|i'?ve|we'?ve|i|we)(?: \w+){0,2} (?:asked|told|requested|instructed|"
        r"begged|"
        r"written to) (?:you|your \w+)(?: [\w-]+){0,4}? (?:to (?:stop|cease|leave|remove|delete|"
        r"unsub\w*|"
        r"quit|go away|take (?:me|us)|drop (?:me|us))|not to)"
    ),
)
#: The same build about bills, talk or what is said in a meeting.
OTHERS: Final = spaced(
    r"^(?:stop|quit|cease|refrain from|leave off|no more|enough) (?:with )?(?:\w+ly )?(?:bill|"
    r"charg|"
    r"overcharg|invoic|help|lying|bother to|log|lock|kick|redirect|ask|giv|show|tell|let|sign|"
    r"debit|"
    r"wast|pay|cost|hold)\w*|^[\W]*(?:please |just |and |so )?no (?:more|further) (?:questions?|"
    r"comments?|issues?|problems?|news|info\w*|details?|delays?|changes?|objections?|time|need|"
    r"excuses|remarks?|action|doubts?|feedback|updates? (?:since|yet)|than|errors?|crash\w*|"
    r"meetings?|"
    r"budget|money|room|space|capacity|headcount|hiring|clicks?|spreadsheets?|paper\w*|interest|"
    r"use|"
    r"reply|response)\b|^(?:do not|don'?t|dont|never) (?:\w+ ){0,2}?(?:want|need|like|know|think|"
    r"let|"
    r"see|believe|fail\w*|disappoint\w*|forget|have|had|understand|mind|hesitate|charge|bill|cost|"
    r"work\w*|give|gave|told|tell)\b"
)
