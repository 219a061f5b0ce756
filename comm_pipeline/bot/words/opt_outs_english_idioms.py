"""How English speakers tell somebody to go away without speaking of mail; for folded text."""

from typing import Final

from comm_pipeline.bot.words.mail_english import STUFF as _STUFF

_THESE: Final = (
    r"(?:these|those|them|your (?:e-?mails?|mails?|messages|reminders|nudges|letters|bots?|"
    r"robots?|dogs|campaigns?)|(?:the|all|all the) (?:e-?mails?|mails?|messages|newsletters?|"
    r"reminders|nudges|letters|follow-? ?ups?))"
)
#: Where a thought ends.
_END: Final = r"\s*(?:[.!,;\n]|$)"

IDIOMS: Final = (
    (
        rf"(?:pack|knock|cut|jack) it in\b|knock (?:it|this|that|{_THESE})(?: [\w-]+){{0,2}}? "
        r"(?:on the head|off)|give (?:it|this|us|me) a rest|jog on|put a sock in it|sling your "
        r"hook|on your bike|(?:get|go) stuffed|bog off|hop it|scram|take (?:a hike|the hint)|"
        rf"(?:lay|back|leave|hop|clear|push|do one) off{_END}|give over{_END}|quit (?:it|this)\b"
    ),
    rf"no more of (?:{_THESE}|this){_END}",
    rf"(?:call|switch|turn|shut|cut) {_THESE} off|(?:call|switch|turn|shut|cut) off {_THESE}",
    (
        r"(?:be|been|left|leave (?:me|us)|leave (?:my|our) [\w-]+) (?:left )?(?:in peace|alone|"
        r"well "
        r"alone)\b|(?:be|am|are) spared|spare (?:me|us)(?: from)? (?:the|these|those|your|this|any|"
        r"all|further|more|future|such)\b|(?:just|please) let (?:me|us) go\b|(?:have|let) (?:it|"
        r"them) forget (?:me|us)\b|see yourself out"
    ),
    (
        r"(?:stop|quit|cease|avoid|no more) (?:filling|clogging|littering|flooding|polluting|"
        r"stuffing|cluttering|invading|blocking|jamming) (?:up )?(?:my|our)|(?:please|pls|plz|just|"
        rf"kindly) stop \w{{3,}}ing(?: (?:me|us|this|it|here))?{_END}"
    ),
    (
        r"how (?:do|can|could|would|may|to|on earth)(?: (?:i|we|one|do|can|you))* (?:stop|get "
        r"(?:off|"
        r"out of|rid of|away from)|turn off|switch off|escape|cancel|end|block|come off) (?:from "
        rf")?(?:getting |receiving )?(?:these|this|your|all (?:this|these)|the) (?:[\w-]+ "
        rf")?{_STUFF}"
    ),
    (
        r"(?:no|any) (?:longer|more) (?:be )?(?:welcome|wanted|wished for|appreciated) (?:here|"
        r"at|in)|"
        r"(?:e-?mails?|messages|mailings?|solicitations?|pitches|letters) (?:are|is) (?:not|no "
        r"longer) (?:wanted|welcome|appreciated|desired)|(?:e-?mails?|messages|mailings?|letters|"
        r"they|these) (?:can|may|should|must|need to|have to|has to) (?:now |please )?(?:stop|end|"
        rf"cease)(?: here| now| today)?{_END}"
    ),
    (
        r"(?:stop|cease|discontinue|quit) (?:sending|posting|mailing) (?:[\w-]+ ){0,4}?(?:here|to "
        r"(?:us|me|this|our|my))\b|cease (?:all|any|the|these|this|your) [\w-]+ (?:forthwith|"
        r"immediately|at once|now)\b|not (?:be |to be )?(?:contacted|approached|called|e-?mailed|"
        r"solicited) (?:again|any ?more|further|for (?:sales|marketing|commercial|advertising|"
        r"promotional)|by (?:sales|marketing|you))\b|(?:please|pls|kindly) take (?:him|her|them|it|"
        rf"this) off{_END}|(?:take|count|cut|leave) (?:me|us) out of (?:whatever|yours)|(?:do not|"
        r"don'?t|no longer) belong in (?:my|our) (?:inbox|mail)|(?:no one|nobody) (?:[\w-]+ "
        r")?(?:wants|"
        r"reads|asked for) (?:these|them)\b"
    ),
    (
        r"(?:this|you|it) (?:has|have|needs?|ought|must|had better|better|should) (?:to )?stop(?: "
        rf"now| today| here| immediately| at once)?{_END}|make it stop|(?:end|finish) (?:it|this) "
        rf"(?:here|now|today){_END}"
    ),
)
