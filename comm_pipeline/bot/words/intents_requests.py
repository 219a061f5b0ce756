"""How English speakers ask for a meeting, for material, for a person, for their data.

For folded, spell-checked sentences.
"""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.analysis import Intent

_DAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|tues|wed|thu|thur|thurs|fri|sat|"
    r"tomorrow|tmrw|tonight|today|this (?:afternoon|morning|week)|next week|the \d{1,2}(?:st|"
    r"nd|rd|th)|\d{1,2}(?:st|nd|rd|th)|\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm)|noon|(?:jan|"
    r"febr)uary \d+|(?:march|april|may|june|july|august|september|october|november|december) "
    r"\d+|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)"
)
_TALK: Final = (
    r"(?:meet(?:ing)?|talk|speak|call|chat|zoom|teams call|catch up|catch-up|demo|hop on|jump "
    r"on|get together|have a (?:word|call|chat|coffee)|connect|phone|discuss|coffee|"
    r"conversation|sync)"
)
_EVENT: Final = (
    r"(?:call|meeting|demo|appointment|slot|chat|session|walk-?through|presentation|zoom|"
    r"conversation|visit|invite|invitation|webinar)"
)
_MATERIAL: Final = (
    r"(?:info\w*|details|detail|pricing|prices?|price ?lists?|cost\w*|brochures?|decks?|"
    r"slides?|recordings?|quote|quotation|offer|estimate|data ?sheets?|documentation|"
    r"documents?|docs|case stud(?:y|ies)|references|one-?pager|material\w*|overview|summary|"
    r"catalogue?|white ?papers?|specs?|specification\w*|presentation|video|examples?|samples?|"
    r"link|links|something|anything|rates|tariffs?|proposal|terms|sheet|pdf|figures|numbers|"
    r"agenda|roadmap|screenshots?|features list|deck)"
)

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.MEETING: (
        (
            (
                r"(?:can|could|shall|should|let'?s|let us|available (?:to|for)|free (?:to|for)|"
                r"like to|love to|up for|open to|time (?:for|to)|happy to|want to|glad to|"
                r"ready to|able to|quick|short|have|on|jump on|hop on|how about|a) (?:(?:we|i|"
                r"you|us|have|do|quickly|a|an|quick|short|brief|the|to|please|maybe|set up|"
                r"schedule|get|jump|hop|on|real|person|briefly|time|for|\w+-minute|\d+-?(?:min|"
                r"minutes?)) "
                rf"){{0,5}}?{_TALK}\b(?: (?:with|on|about|at|over|next|this|tomorrow|after|"
                rf"again|to|you|me|in|when|for|call|{_DAY})|\s*[?.!,]|$)"
            ),
            (
                r"(?:set up|setup|schedule|arrange|book|organi[sz]e|reschedule|move|postpone|"
                r"cancel|plan|fix|pencil|push|shift|find|propose|suggest|pick|grab|rebook|send|"
                r"accept)(?: [\w']+){0,4}? "
                rf"{_EVENT}|book (?:me|us) in|pencil "
                r"(?:me|us) in|calend(?:ar|ly)|(?:grab|pick|find|propose|suggest|set) (?:a|an|"
                r"some|another) (?:\w+ )?(?:slot|times?)|(?:new|another|different|which|what) "
                r"(?:times?|slot|date)"
            ),
            (
                rf"{_DAY}(?:[ ,]+(?:at|around|about|afternoon|morning|evening|noon|after|"
                r"before|\d[\d:.]*(?:am|pm)?|lunch\w*|or|of|in|the|on|\w+))?[ ,]*(?:at |around "
                r")?(?:\d[\d:.]*)? ?(?:am|pm)?,? (?:(?:would|will|does|is|be|also|might|could|"
                r"this|next) )*(?:works?|suits?|fine|good|better|best|perfect|great|ok|okay|"
                r"possible|ideal|fits|call me|for (?:a|our) (?:call|meeting|chat|demo))"
            ),
            (
                r"(?:free|available|time|slot|open) (?:\w+ )?(?:(?:on|at|this|next|from|after|"
                r"around|"
                rf"any|the) )*{_DAY}|how about (?:\w+ )?{_DAY}|(?:make it|say|do|meet|talk|"
                r"call|zoom|chat|demo|visit|come|stop by|drop by|see you|works?|call me|ring) "
                rf"(?:(?:on|at|your|our|office|the|this|next|we|after|me|about) )*{_DAY}|what "
                r"(?:times?|days?) (?:do|would|are|suit)|"
                rf"(?:i|we) (?:have|'ve got) (?:some )?time (?:on |this |next |at )?{_DAY}"
            ),
            (
                r"(?:can|could|would|do|does|will|can't|cannot|make|manage|suits?|prefer) "
                r"(?:(?:you|we|i|u|do|make|manage|rather|it|that|also|the) ){0,4}(?:\d{1,2} "
                r"?(?:am|pm)|"
                rf"{_DAY})|any ?time (?:on )?{_DAY}|(?:push|move|shift|bring forward|delay) "
                rf"(?:our|the|my|this) (?:\w+ )?{_EVENT}|"
                r"(?:got|have) (?:\w+ )?(?:\d+|a few|ten|five|fifteen|twenty|thirty|half an?) "
                r"?(?:min\w*|hour)|(?:ring|call|phone|reach|catch) me (?:at|on|after|before|"
                r"between)|"
                rf"(?:have|need|like|want)(?: to)? reschedule|{_DAY} (?:at )?(?:\w+ )?(?:is|"
                r"would be|sounds) (?:\w+ )?(?:great|good|fine|ok|okay|perfect|best|better|"
                r"ideal)|"
                rf"(?:am|'m|are|is) (?:\w+ )?(?:free|available|around|flexible)|{_DAY} (?:at |"
                r"around )?\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|h|o'?clock)?,? (?:it is|then|please)"
            ),
            (
                r"give (?:me|us) a (?:ring|call|buzz|bell)|(?:please )?(?:call|ring|phone) me "
                r"(?:on|at|when|after|tomorrow|back|any|before|this|instead|please|between|"
                r"next|later)|move (?:our|the) \w+ to|(?:i|we) (?:can'?t|cannot) make (?:it|"
                r"that|the)"
            ),
        )
    ),
    Intent.REQUEST_INFO: (
        (
            (
                r"(?:send|share|forward|provide|resend|re-send|e-?mail|mail|shoot|supply|"
                r"attach|drop)(?:ing)?(?: (?:me|us|over|through|it|some|the|your|a|an|any|more|"
                r"further|again|along|out|latest|full|two|few|same|to|price|customer|security|"
                rf"product|technical|written|detailed|short|of|[\w-]+)){{0,6}}? {_MATERIAL}"
            ),
            (
                r"(?:need|want|like|love|appreciate|have|get|see|give (?:me|us))(?: (?:to|see|"
                r"get|have|receive|the|your|a|an|any|some|more|further|written|formal|detailed|"
                r"rough|updated|first|few|me|us|price|official)){0,4}? (?:quote|quotation|"
                r"price ?list|pricing|brochure|case stud(?:y|ies)|references|data ?sheet|"
                r"estimate|documentation|one-?pager|white ?paper|(?:more |further |additional |"
                r"some )(?:info\w*|details|material\w*)|(?:a )?(?:sample|recording)|catalogue?)"
            ),
            (
                r"(?:got|have you|is there|do you have|any chance of|any)(?: (?:a|an|any|some|"
                r"more|"
                rf"short|quick|good|customer|you|of))* {_MATERIAL}\b[^.]*\?|^\W*(?:(?:and|the|"
                rf"your|any|some|full|more|also) )*{_MATERIAL}(?: \w+)? ?(?:please|pls)?\s*\?|"
                r"send(?:ing)? (?:me |us )?over|(?:can|could|may|might) (?:i|we) (?:\w+ "
                r")?(?:see|get|have|read)(?: \w+){0,3}? "
                rf"{_MATERIAL}|(?:e-?mail|mail|send|text) (?:me|us) (?:your|the|some|any|a)(?: "
                rf"\w+)? {_MATERIAL}|"
                r"where (?:can|do|could) (?:i|we) (?:find|read|see|get|download)|(?:more|"
                r"further|additional) (?:info\w*|details|material)|send (?:it|that|this|them) "
                r"(?:again|over|to me|once more|through|along)|any (?:brochure|case stud\w+|"
                r"references|documentation)"
            ),
        )
    ),
    Intent.PERSON_WANTED: (
        (
            (
                r"(?:speak|talk|chat|deal|connect\w*|transfer\w*|pass(?:ed)?|put|hand(?:ed)?|"
                r"escalate\w*|reach|get|like|want|need|prefer|rather)(?: [\w']+){0,6}? "
                r"(?:human|real (?:person|human)|actual (?:person|human)|live (?:person|agent)|"
                r"(?:your|a|the) (?:manager|supervisor|boss|team lead)|a person|representative|"
                r"agent\b|someone (?:real|from (?:support|your)|in charge|else|senior)|"
                r"somebody (?:real|from)|person,? not|people not)"
            ),
            (
                r"(?:are|r) (?:you|u) (?:\w+ )?(?:a )?(?:real|human|bot|robot|machine|ai|"
                r"automated|computer|chat ?bot|person)|(?:anyone|anybody|someone|somebody) "
                r"(?:real|human|actually|there)|real person|human being|actual human|"
                r"(?:talking|speaking|writing) to a (?:bot|robot|machine|computer)|(?:your|"
                r"this|a|stupid) (?:ro)?bot\b|(?:is this|this is) (?:an? )?(?:automated|bot|"
                r"computer|robot|ai)|not a (?:machine|robot|bot)|chatgpt|generated by ai"
            ),
        )
    ),
    Intent.DATA_REQUEST: (
        (
            (
                r"how come you have|(?:where|how) (?:did|do|have|has) you (?:\w+ )?(?:get|got|"
                r"gotten|find|found|obtain\w*|come by|have|acquire\w*|know|source)(?: "
                r"\w+){0,2}? (?:my|our|this|me)|who gave you (?:my|our)|(?:where|how) you "
                r"(?:got|found|obtained) (?:my|our)|source of (?:my|your|the) (?:data|details|"
                r"contact|address)"
            ),
            (
                r"(?:copy|list|overview|export) of (?:all |any |the |my |our )*(?:personal "
                r")?(?:data|information)|(?:what|which|all|any) (?:personal )?(?:data|"
                r"information|details)(?: (?:about|on|of) (?:me|us))?(?: that)? (?:do )?you "
                r"(?:\w+ )?(?:hold|have|store\w*|keep|process|collected|are)|subject access|"
                r"dsar|\bsar\b request|right (?:of|to) (?:access|erasure|be forgotten|object)"
            ),
            (
                r"(?:erase|delete|remove|destroy|erasure of|deletion of|wipe) (?:[\w']+ "
                r"){0,4}?(?:personal )?(?:data|information)\b|personal (?:data|information)"
            ),
        )
    ),
}
