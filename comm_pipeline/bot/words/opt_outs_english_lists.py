"""How English speakers ask to be taken off a list, and to withdraw consent; for folded text."""

from typing import Final

from comm_pipeline.bot.words.mail_english import LIST as _LIST
from comm_pipeline.bot.words.mail_english import MAIL as _MAIL
from comm_pipeline.bot.words.mail_english import STUFF as _STUFF

_ME: Final = (
    r"(?:me|us|myself|ourselves|him|her|them|my|our|this (?:e-?mail )?(?:address|account|mailbox|"
    r"inbox|person|contact|one)|\S+@\S+)"
)
_CONSENT: Final = r"(?:permission|consent|authori[sz]ation|opt-?in)"


REMOVING: Final = (
    # remove me; delete our details; take this address off
    (
        r"(?:remov|delet|eras|purg|exclud|scrub|unlist|deregister)(?:e|es|ed|ing|) (?:me|us|"
        r"myself|ourselves)"
    ),
    (
        r"(?:remov|delet|eras|purg|scrub|tak|destroy|wip|forget|drop)(?:e|ing|) (?:(?:all|any|of|"
        r"the|every) ){0,3}(?:my|our) (?:[\w-]+ ){0,3}?(?:names?|details|contacts?|data|info|"
        r"information|e-? ?mails?|e-? ?mail addresse?s?|addresse?s?|records?|profile|number|"
        r"entry|company|organi[sz]ation)"
    ),
    (
        r"(?:remov|delet|eras|exclud)(?:e|ing) (?:this|the above|that) (?:e-? ?mail )?(?:address|"
        r"inbox)"
    ),
    (
        r"(?:all|any|every|personal) (?:\w+ )?data (?:that )?(?:you )?(?:hold|have|store|"
        r"keep)?(?: \w+){0,4} (?:be )?(?:erased|deleted|removed)"
    ),
    (
        r"(?:erase|delete|destroy|wipe) (?:(?:all|any|the|every) ){0,2}(?:personal )?(?:data|"
        r"information|details|records) (?:that )?(?:you |your \w+ )?(?:hold|holds|have|has|"
        r"stored?|keep|held)?(?: (?:hold|have|stored?))? ?(?:about|on|of|concerning|regarding) "
        r"(?:me|us)"
    ),
    (
        r"(?:tak|get|strik|drop|cross|scratch|mov|pull|leav|keep|kick|delet|remov|unlist)(?:e|"
        r"ing|) "
        rf"(?:\w+ )?{_ME}(?: [\w'@.-]+){{0,2}}? (?:off|from|out|of)(?: of)?(?: [\w'-]+){{0,4}}? "
        rf"{_LIST}"
    ),
    (
        r"(?:tak(?:e|ing)|get(?:ting)?|want|cross(?:ing)?|strik(?:e|ing)) (?:me|us|my (?:name|"
        r"e-?mail|address|details|number)|our \w+) off"
    ),
    (
        r"(?:get|be|want|come|put|taken|removed|struck|remove|take|name|us|me) (?:off|out) (?:of "
        r")?"
        rf"(?:your|ur|this|the|that|any)(?: [\w-]+){{0,2}}? {_LIST}"
    ),
    (
        r"(?:want|wish|like|ask|asked|asking|request|requested|need|prefer|love|demand) to be "
        r"(?:\w+ )?(?:removed|deleted|excluded|taken off|dropped|erased|forgotten|delisted|left "
        r"alone)"
    ),
    (
        r"(?:please|pls|plz|kindly) (?:be )?(?:remove|removed|delete|discontinue|desist|cease|"
        r"take off|leave off)(?:\s*[.!,\n]|$)"
    ),
    (
        r"(?:removal|removed|deletion|deleted|excluded) from (?:your|this|the|any)(?: "
        r"[\w-]+){0,2}? "
        rf"{_LIST}"
    ),
    (
        r"right to (?:be forgotten|erasure)|erasure request|request (?:the |an? )?(?:immediate "
        r")?(?:erasure|deletion) of (?:my|our|all|any)"
    ),
    (
        r"(?:can|could|may|please|want to|like to|wish to) (?:(?:i|we|my \w+|our \w+|please) "
        r")*be (?:\w+ )?(?:removed|deleted|taken off|dropped|erased|excluded|unsubscribed)|never "
        r"(?:ever )?hear(?:d|ing)? from (?:\w+ ){1,3}?(?:again|any ?more)"
    ),
    r"leav(?:e|ing) (?:me|us|my inbox) (?:alone|be|in peace|out of (?:this|your|it))",
    (
        r"off[- ]limits|you(?:'re| are) (?:harassing|spamming|bombarding|pestering|stalking) "
        r"(?:me|us)|let (?:me|us) (?:be|alone)\s*[.!]|(?:do not|don'?t|stop|cease) us(?:e|ing) "
        r"(?:it|this|my \w+|our \w+)(?: \w+)? for (?:sales|marketing|advert\w*|promotion\w*|"
        r"spam)|(?:did not|didn'?t|never) (?:give|gave|given) (?:you|anyone) (?:my|our) (?:\w+ "
        r")?(?:e-?mail|address|number|details) for"
    ),
    # consent, lists, blocking
    (
        r"(?:do not|don'?t|did not|didn'?t|never|no|not) consent(?:ed)?(?: (?:given|to (?:this|"
        r"these|being|receiv\w+|any|your (?:e-?mails?|marketing|messages?)))|\s*[.!,]|$)"
    ),
    (
        rf"(?:withdraw|revoke|retract|rescind)(?:ing|n|d|s)?\b[^.!?\n]{{0,60}}?\b{_CONSENT}|"
        rf"{_CONSENT}\b[^.!?\n]{{0,60}}?\b(?:revoked|withdrawn|rescinded|retracted|(?:not|never) "
        r"(?:\w+ )?(?:given|granted))"
    ),
    r"object to (?:[\w-]+ ){0,4}?(?:processing|marketing|being contacted|use of (?:my|our))",
    (
        r"(?:never|no one|nobody|not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|"
        r"ai)nt) (?:ever )?(?:give|gave|given|have|had|grant(?:ed)?) "
        rf"(?:(?:you|my|any|our|your company) ){{0,2}}{_CONSENT}"
    ),
    (
        r"(?:never|didn'?t|did not|have not|haven'?t) (?:\w+ )?(?:sign(?:ed)? up|signed|"
        r"subscribed?|opt(?:ed)?[ -]?in|register(?:ed)?)(?: (?:for|to) (?:this|these|your|any|it|"
        r"that|e-?mails)"
        rf"(?: {_STUFF})?)?(?:\s*[.!,;\n]|$| (?:list|mailing|newsletter|and|so|in|for {_MAIL}))"
    ),
    (
        r"(?:never|didn'?t|did not) (?:\w+ )?(?:ask(?:ed)?|request(?:ed)?|want(?:ed)?|"
        r"agreed?)(?: (?:for|to|get|receive|be sent))*(?: (?:this|these|your|any|such))?(?: "
        r"[\w-]+)? "
        rf"{_MAIL}"
    ),
    (
        r"(?:add|put|place) (?:me|us|my|our|this)(?: [\w-]+){0,4} (?:do-?\s?not|dnc|"
        r"no-?\s?contact|suppression|black|block|exclusion|opt-?\s?out)[\s-]?(?:contact |e-?mail "
        r"|mail |call |disturb )?-?"
        r"(?:list|register|registry)"
    ),
    (
        r"(?:i|we)(?:'?m|'?ll|'?ve|'?re)? (?:(?:am|are|will|have|shall|just|going|to|be|been|"
        r"also|now|already) ){0,4}(?:(?:block|blacklist)(?:ed|ing)? (?:you|your|this|these)|"
        r"(?:mark|report|flag|treat|consider)(?:ed|ing)? (?:[\w-]+ ){0,4}?(?:as )?(?:spam|junk))"
    ),
    (
        r"(?:marked|reported|flagged|marking|reporting|flagging|consider) (?:this|you|it|these|"
        r"your \w+) (?:as |to )?(?:spam|junk)"
    ),
    (
        r"(?:this|it|these|those|your (?:e-?mails?|messages?|mails?))(?:'?s| is| are| looks like|"
        r" constitutes?)(?: (?:just|pure|clearly|basically|obviously|simply|plain|illegal|"
        r"nothing but|unwanted|total|getting|all))? (?:spam|unsolicited|harassment)"
    ),
    (
        r"if (?:i|we) (?:\w+ )?(?:receive|get|hear|see)(?: [\w'-]+){0,4}? (?:another|more|again|"
        r"else)"
    ),
    rf"(?:another|one more|a single) {_MAIL} and",
    r"lose (?:my|our|this) (?:\w+ )?(?:number|e-?mail|address|contact|details)",
    (
        r"forget (?:that )?(?:(?:i|we) (?:ever )?exist|about (?:me|us))|go away|get lost|buzz "
        r"off|(?:f[u*#@x]?[c*#@k]*[k*]|f-?word|piss|bugger|sod|naff|eff|f)\W{1,3}off|(?:out of|"
        r"away from) my inbox"
    ),
    (
        r"enough (?:(?:of |with )?(?:the|these|your|this|already)(?: \w+)? )?(?:e-?mails?|mails?|"
        r"messages|spam|already)|enough is enough"
    ),
)
