"""How English speakers ask to stop the mail itself; for folded text."""

from typing import Final

from comm_pipeline.bot.words.mail_english import LIST as _LIST
from comm_pipeline.bot.words.mail_english import MAIL as _MAIL
from comm_pipeline.bot.words.mail_english import STUFF as _STUFF

_NOT: Final = (
    r"(?:do not|do n'?t|don'?t|donot|never|no longer|must not|should not|shouldn'?t|not to)"
)
_WRITING: Final = (
    r"(?:e-?mailing|mailing|messaging|texting|calling|contacting|writing|spamming|bothering|"
    r"pestering|harassing|bombarding|hounding|chasing|nagging|soliciting|annoying|disturbing|"
    r"following up|reaching out|hassling|badgering|bugging|flooding|targeting)"
)
_WRITE: Final = (
    r"(?:contact|e-?mail|mail|message|write|text|bother|disturb|spam|pester|harass|solicit|"
    r"approach|annoy|reach out|follow up with|get in touch with|target|call|trouble|chase|nag|"
    r"hassle)"
)
_STOP: Final = (
    r"(?:stop|stopp|stoped|stopped|stopping|cease|ceased|quit|refrain from|desist from|"
    r"discontinue|halt|end|knock off)"
)
_FILL: Final = (
    r"(?:(?:ever|please|you|try to|dare to|dare|bother to|bother|even|keep on|keep) ){0,3}"
)
_RECEIVED: Final = (
    r"(?:(?:to )?(?:keep |continue |go on )?(?:to )?(?:"
    rf"(?:receiv\w+|recieve|get|getting|see|seeing)(?: [\w-]+){{0,4}}? (?:{_STUFF}|these|those|"
    r"this|it|them|from you|any ?more|anything)|(?:receive|recieve|receiving)\s*[.!,]|"
    r"hear(?:ing)? (?:\w+ ){0,2}?(?:from|any ?more|about this|about these)|(?:be|being|get) "
    r"(?:\w+ )?(?:contacted|e-?mailed|mailed|messaged|bothered|disturbed|approached|spammed|"
    r"solicited|written to|subscribed|pestered|called again|(?:part of|on|in) (?:your|this|the|"
    r"any)(?: \w+)?)))"
)

STOPPING: Final = (
    (
        rf"(?:make|let) (?:this|that|it) (?:be )?(?:the|your) (?:very )?(?:last|final) "
        rf"(?:{_MAIL}|one|"
        r"time|contact|attempt|letter)|"
        r"stop (?:it|this|that)(?: right)? (?:now|already|please|immediately|at once)\s*[.!,]"
    ),
    (
        r"if you (?:send|write|contact|e-?mail|mail|call|bother)(?: to)? (?:me|us)(?: \w+){0,2}? "
        r"(?:again|more|another|any ?more)"
    ),
    # stop writing to me; stop these mails
    (
        rf"{_STOP} (?:\w+ )?{_WRITING}(?: (?:to|with|at|on))? (?:me|us|this|my|our|here|again|"
        r"please|pls|plz|now|these|all|immediately|at once|\S+@\S+)"
    ),
    (
        rf"{_STOP} (?:\w+ )?(?:sending|forwarding|pushing) (?:me|us|to (?:me|us|my|our|this)|"
        rf"these|those|this|your|out|any|such|unsolicited|(?:more )?{_STUFF})"
    ),
    (
        rf"{_STOP} (?:with )?(?:this|these|those|the|all|your|any|further|such|it with)(?: "
        rf"[\w-]+){{0,3}}? {_STUFF}"
    ),
    rf"{_STOP} (?:to )?(?:receiving|getting|hearing)",
    (
        r"(?:please|pls|plz|just|kindly|asked you to|told you to|want you to|need you to|make "
        r"(?:it|this|them)|can you|could you|would you|will you|you can|you may) (?:(?:please|"
        r"pls|just|now) )?stop(?: (?:it|this|that|now|immediately|asap|at once|already|thanks|"
        r"please))?(?:\s*[.!,;?\n]|$)"
    ),
    r"stop (?:it |this )?(?:please|pls|plz|already|immediately)|(?:warning|time|ask)\W+stop",
    r"cease and desist",
    # don't write to me; I don't want your mails
    (
        rf"{_NOT} {_FILL}{_WRITE}(?:ing)?(?: to)? (?:me|us|my|our|here|him|her|again|any ?more|"
        r"any further|in (?:the )?future|this (?:e-?mail |mail )?(?:address|inbox|mailbox|"
        r"account)|\S+@\S+)"
    ),
    (
        rf"{_NOT} {_FILL}(?:follow-? ?up|reach out|get in touch|write|e-?mail|contact|phone|"
        r"ring|come)(?: (?:\w+ )?(?:again|any ?more|any further|in (?:the )?future)|\s*[.!\n]|"
        r"$)"
    ),
    (
        rf"{_NOT} {_FILL}(?:send|sending|forward|mail|e-?mail) (?:(?:me|us|to|out) )*(?:any|"
        r"more|further|anything|these|such|stuff|again|unsolicited|this (?:stuff|crap|junk)|"
        rf"(?:your )?{_MAIL})"
    ),
    rf"(?:not|without|than) {_WRITING} (?:me|us)",
    (
        rf"(?:{_NOT}|not|rather not|prefer not|wouldn'?t) (?:\w+ )?(?:want|wanna|wish|care|"
        r"like|need|intend|agree|consent|ask|desire|expect|wanting|wishing|interested in|"
        r"asking|asked)(?: for)? "
        rf"{_RECEIVED}"
    ),
    (
        r"(?:rather not|prefer not to|prefer if you did not|no interest in|not interested in|"
        rf"no desire to|tired of|sick of|fed up with|no longer) {_RECEIVED}"
    ),
    (
        rf"(?:{_NOT}|not) (?:\w+ )?(?:want|need|like|wish for|appreciate|accept|welcome) "
        r"(?:your|any|more|further|these|this|such|unsolicited|cold)(?: [\w-]+){0,3}? "
        rf"{_MAIL}"
    ),
    (
        rf"no (?:more|further|additional|future|unsolicited)(?: [\w-]+){{0,2}}? (?:{_MAIL}|"
        r"contact|follow-? ?ups?|texts|outreach|of these|of this)"
    ),
    rf"no {_MAIL},? (?:please|pls|plz|thanks)",
    (
        r"(?:remov|delet|drop|exclud|eras|block|scrub|unlist)(?:e|ing|) (?:my|our) (?:domain|"
        r"firm|school|team|office|business|group|agency|clinic|practice|department|staff|"
        r"colleagues?|entire \w+|whole \w+|info\w*|stuff|profile)"
    ),
    (
        r"(?:address|e-?mail|inbox|account|mailbox|number)\b[^.!?\n]{0,60}\b(?:remove|delete|"
        r"erase|drop) (?:it|this|them)"
    ),
    (
        r"(?:like|want|wish|prefer|need|leave (?:me|us|this)|keep (?:me|us)|get (?:me|us)) "
        r"(?:off|out of)(?: of)? (?:the|your|"
        rf"this|these|any|all|future)(?: [\w-]+){{0,2}}? (?:{_LIST}|ones?|{_STUFF})"
    ),
    (
        r"(?:please|so|just|now|kindly|respectfully|seriously|honestly|really|again|pls|ok|"
        r"okay|guys|folks|sir|team|hello|hi|hey|dear \w+),? stop\s*(?:[.!\n]|$)"
    ),
    rf"(?:please|pls|and|so|,) no (?:more )?{_STUFF}(?:\s*[.!,\n]|$| please)",
    (
        r"(?:any|every|each|one|another|further|additional|the next|more) (?:\w+ "
        rf"){{0,3}}?(?:{_MAIL}|"
        r"contact|attempts?|approach|letter)(?: \w+){0,4}? (?:will|would|shall|is|gets?|goes|"
        r"means|constitutes?)(?: \w+){0,4}? (?:treated|reported|considered|regarded|blocked|"
        r"harassment|passed|forwarded|spam|deleted|ignored|binned)"
    ),
    (
        rf"(?:{_NOT}|dont|not|no longer|never)(?: [\w']+){{0,3}}? (?:{_WRITE}|{_WRITING}|send|"
        r"receive|get|hear)(?: [\w']+){0,4}? (?:any ?more|ever again|in (?:the )?future|any "
        r"longer)"
    ),
    (
        r"permission (?:\w+ )?to (?:never|not|stop)|honou?r (?:my|our|this) (?:[\w-]+ )?(?:opt|"
        r"request|removal|unsub)"
    ),
    (
        r"(?:prefer|rather|appreciate it|like it|love it|better|grateful|great|nice)(?: "
        r"if)?(?: that)? (?:you|your \w+) (?:didn'?t|did not|don'?t|never|wouldn'?t|would not|"
        r"not|stopped) (?:ever "
        rf")?(?:{_WRITE}|"
        r"send)"
    ),
    # what they have asked for, or want seen to
    (
        r"(?:drop|strip|pull|cut|withdraw|clear|free) (?:me|us|my [\w-]+|our [\w-]+|this "
        r"[\w-]+)(?: address)? (?:from|off|out)"
    ),
    (
        r"(?:tak|leav|get|cut|keep|let|want)(?:e|ing|) (?:me|us) out(?:\s*[.!,\n]|$| please| "
        r"of (?:this|these|your|it|that|any|all|future|the (?:mail\w*|list|loop|campaign|"
        r"sequence)))"
    ),
    r"keep(?:ing)? (?:me|us|my [\w-]+|our [\w-]+) (?:off|out of)",
    (
        r"(?:make sure|ensure|see to it|so that|guarantee|confirm|see)(?: that)? (?:[\w'-]+ "
        r"){0,4}?(?:don'?t|do not|no longer|never|won'?t|will not|no|not|isn'?t|aren'?t)(?: "
        r"[\w'-]+){0,6}? (?:any ?more|again|further|"
        rf"{_MAIL}|contact\w*|receive|lists?|sent|these)"
    ),
    (
        r"(?:asked|told|said|begged|requested|instructed|ask|telling|asking|tell)(?: "
        r"[\w'-]+){0,6}? (?:to stop|to be removed|(?:not to|to not) (?:write|mail|e-?mail|"
        r"contact|send|be contacted)|to remove (?:me|us|my)|to be taken off|to take (?:me|us)|"
        r"stop(?:\s*[.!,\n]|$))"
    ),
    (
        r"why (?:am i|are we) still (?:getting|receiving|on|in)|(?:should not|shouldn'?t) be "
        r"(?:on|in|receiving|getting) (?:your|this|these|any)"
    ),
    (
        r"not (?:be |to be )?(?:on|part of|included in|in) (?:your|any|this|these|the)(?: "
        r"[\w-]+){0,3}? (?:lists?|mailings?|mailing list)"
    ),
    (
        r"(?:end|terminate|cease|close|discontinue|halt) (?:(?:all|this|any|our|the|your) "
        r")*(?:contact|communications?|correspondence|conversation|mailings?|outreach)"
    ),
    (
        r"(?:i am|i'?m|we are|we'?re) (?:done|finished|through|over) with (?:your|these|this|"
        r"all)(?: "
        rf"\w+)? {_STUFF}"
    ),
    (
        rf"(?:no one|nobody)(?: \w+){{0,3}}? (?:wants|asked for|needs|reads)(?: \w+)? {_MAIL}|"
        r"turn (?:off|these off|this off)"
        rf"(?: \w+){{0,3}}? {_STUFF}"
    ),
    (
        r"(?:knock|cut) it (?:off|out)|give it a rest|spare (?:me|us) (?:the|your|these|any|"
        r"further)"
    ),
)
