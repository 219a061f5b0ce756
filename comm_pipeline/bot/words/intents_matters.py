"""Meetings, material, people and trouble by how they are built; for folded English sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

_NOT: Final = rf"(?:not|never|cannot|{_NT})"
_DAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|tonight|next week|this (?:week|"
    r"afternoon|evening)|the (?:\d{1,2}(?:st|nd|rd|th)|week after)|\d{1,2}(?:st|nd|rd|th)|\d{1,2}"
    r"[:.]\d\d|\d{1,2} ?(?:am|pm)|(?:at|to|after|before|around|until|past) (?:\d{1,2}|noon|"
    r"one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|lunch)|noon|quarter past|half past|"
    r"\d{1,2} o'?clock|\d{1,2} (?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december))"
)
_MEET: Final = (
    r"(?:meet|meeting|talk|speak|call|ring|phone|chat|zoom|teams|catch up|visit|come (?:by|over|"
    r"round)|stop by|stopping by|drop (?:by|in)|see you|join|coffee|demo|appointment|slot|"
    r"landline|"
    r"video|start|move our|push our|reschedule|site visit|swing by|discuss)"
)
_DOCUMENT: Final = (
    r"(?:certificates?|agreement|contract|template|copy|copies|issue|catalog(?:ue)?|brochures?|"
    r"reports?|forms?|guide|manual|menu|plans?|photos?|pictures?|checklist|specs?|spec sheet|"
    r"download|slides|deck|one-?pager|handout|quote|quotation|estimate|offer|prices?|price list|"
    r"pricing|rates|case stud\w+|white ?paper|recording|minutes|samples?|leaflet|terms|"
    r"documentation|data ?sheet|invoice|breakdown|figures|numbers|references|pdf)"
)
_REPEATED: Final = (
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|so many|countless|dozens of|"
    r"another|second|third|fourth|fifth|sixth|\d+(?:nd|rd|th))"
)

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.MEETING: (
        (
            r"(?:that|this|the|your|any|either|which|what|another|no) (?:proposed )?(?:time|"
            r"slot|date|day) (?:\w+ )?(?:suits?|works?|fits?|is|would|after|before|next|in)|"
            r"(?:any|some) (?:day|time) (?:after|before|next|in|from|on|between)|(?:hop|jump|"
            r"get) on (?:a|the) (?:quick |short )?(?:call|zoom)"
        ),
        (
            r"(?:at|by|visit) your (?:stand|booth|office|place|site|shop|showroom)|calendar "
            r"invite|(?:new|other|another|different) (?:date|day|slot|time)"
        ),
        rf"\b{_MEET}\b(?: [\w',@]+){{0,6}}? {_DAY}|{_DAY}(?:,? [\w',]+){{0,6}}?,? {_MEET}",
        (
            rf"^\W*(?:or |and |maybe |perhaps |what about |how about )?{_DAY}(?: (?:or|morning|"
            rf"afternoon|evening|any ?time|instead|then|{_DAY}))*\s*[?]|{_DAY} any ?time|any "
            rf"?time "
            rf"{_DAY}|{_DAY},? it is\b"
        ),
        (
            r"give (?:me|us) a (?:ring|call|buzz|bell|shout)|(?:ring|phone|call) (?:me|us|"
            r"you)(?: "
            r"[\w']+)?(?: at| on| after| before| between|\s*[.,!?:]|$)|(?:free|available) (?:\w+ "
            r"){0,2}?"
            r"(?:mornings?|afternoons?|evenings?|days|all day|all week|from|until|any)|(?:can|"
            r"could|shall) we (?:push|move|shift|bring) (?:this|it|that)|(?:don'?t|do not) "
            r"call my|(?:we'?ll|we will|i'?ll|let'?s) (?:talk|speak|meet|chat)|(?:go|run) "
            r"through "
            r"(?:\w+ ){0,4}?over (?:a )?(?:coffee|lunch|call|beer)|running (?:\d+ )?\w* ?late|at "
            r"your "
            r"office|you me, at any|let an? (?:\w+ ){1,2}call me"
        ),
    ),
    Intent.REQUEST_INFO: (
        (
            rf"(?:send|forward|share|provide|e-?mail|mail|let (?:me|us) have|get (?:me|us)|pass "
            rf"(?:me|"
            rf"us)|show (?:me|us)|trouble you for|could i have|could we have|can i have|can we "
            rf"have|"
            rf"may i have|can i get|can we get|could i get|put .{{0,20}}in|like|need|want|do you "
            rf"have|"
            rf"have you got|is there|got|would like|attach|post)(?: [\w'-]+){{0,7}}? "
            rf"{_DOCUMENT}\b"
        ),
        (
            r"(?:please|can you|could you|pls|you) quote (?:me |us )?(?:for|on)|quote (?:me|"
            r"us)\b|"
            r"price "
            r"(?:me|us) (?:up|for)"
        ),
    ),
    Intent.WRONG_PERSON: (
        (
            r"(?:i'?m|i am) (?:just|only|merely|simply) (?:the|a|an) \w+|(?:no idea|not sure|"
            r"don'?t know|unsure|wonder) why (?:i|you|this|we)|why (?:i|we) (?:got|get|am|are|"
            r"received?|was|were) (?:getting |receiving |sent )?this|(?:he|she|they|who|mr "
            r"\w+|ms \w+) (?:has|have)? ?(?:doesn'?t|does not|no longer|don'?t) (?:work|works)"
        ),
        (
            r"(?:not|n't|never) (?:really )?(?:the|a|our) (?:\w+ )?(?:decision|budget) "
            r"?-?(?:maker|holder|owner)|(?:confus|mistak|mix)(?:e|ed|ing|en) me (?:up |with|for)|"
            r"(?:outside|beyond|out of) (?:of )?(?:my|our) (?:\w+ )?(?:remit|area|scope|"
            r"responsibilit\w+|control|field|hands|department|brief)|(?:nothing|no longer|not) "
            r"(?:to do|involved|concerned|responsible) (?:with|in|for)"
        ),
        (
            r"(?:have|has|had|'ve)(?:n't| not) (?:worked|been) (?:in|at|for|with|there)(?: "
            r"[\w-]+){0,4}? "
            r"(?:since|for (?:years|months|ages))|(?:i'?m|i am|only|just) (?:\w+ )?covering|"
            r"(?:has|have) "
            r"taken over (?:the|my|from|this|that|his|her)|used to (?:get|be|work|run|handle|do|"
            r"manage)"
        ),
        (
            r"(?:got|have|reached|found|mailed|e-?mailed|written to|want(?:ed)?|is|mean) "
            r"(?:to )?the "
            r"wrong|wrong (?:\w+ ){1,2}(?:here|altogether|!)|(?:is|are) (?:centrali[sz]ed|"
            r"handled|"
            r"done|"
            r"decided|managed|dealt with|run|bought|looked after) (?:\w+ ){0,2}?(?:at|by|in|from|"
            r"centrally|elsewhere)|that'?s me you want|(?:i|we)(?:'ve| have)? (?:since "
            r")?(?:moved|"
            r"switched|changed|transferred) (?:to|on|jobs|roles|departments?|teams?)|\bleft "
            r"\w+(?: & "
            r"\w+| \w+)? (?:on|in|at the end|last)|(?:has|have) left"
        ),
        (
            rf"(?:i|we) (?:{_NOT}|do not) (?:\w+ )?(?:buy|decide|choose|order|pick|sign|"
            rf"approve|hold|"
            rf"have|control) (?:\w+ ){{0,3}}?(?:budget|say|purse|authority|decisions?|anything|"
            rf"software here)|(?:isn'?t|not) (?:really )?(?:mine|me) (?:to|who|you)|someone else "
            rf"(?:now )?"
            rf"(?:does|handles|runs|has)|(?:no longer|not) (?:\w+ )?(?:in|with) (?:that|the|"
            rf"this) "
            rf"(?:role|team|department|job|company|business|trade)"
        ),
    ),
    Intent.REFERRAL: (
        (
            r"(?:person|one|man|woman|colleague|guy|lady|someone) (?:you (?:want|need|should|"
            r"are|'re|would)|for you|who (?:does|handles|decides|deals))|(?:i|we)(?:'ve| "
            r"have) (?:cc'?d|copied|added|looped|forwarded|included)|(?:handing|handed|"
            r"passing) (?:you|this|it) (?:over|on)"
        ),
        (
            r"(?:copying|cc-?ing|cc'?ing|ccing|looping|adding|including|introducing) (?:in "
            r")?(?:\w+ "
            r"){1,5}?(?:in\b|here|so |who|[.,]|$)|ask for (?:mr|mrs|ms|dr|my|our|the)|(?:the|"
            r"your|"
            r"our|"
            r"right|best|main) contact (?:\w+ ){0,3}?(?:is|would be|there)|(?:she|he|they)(?:'s| "
            r"is|'re) "
            r"your (?:woman|man|person|people|contact)|(?:would|will|might|may|should) be [a-z]+ "
            r"[a-z]+ ?"
            r"\(|so you two can|(?:two|both) can take it"
        ),
        (
            r"(?:my|our|a|the) (?:partner|colleague|boss|manager|assistant|cto|cfo|ceo|team "
            r"?mate|"
            r"business partner|head of \w+)(?: dr\.?)?(?: [a-z]+)? (?:will|would|can|may|"
            r"might|is "
            r"going "
            r"to|wants|needs|has to|should) (?:also |join|like|be|take|call|contact|get|come|sit|"
            r"handle|"
            r"pick)|(?:feel free to|do|you could|you can|you might|best) (?:try|ask|contact|"
            r"approach|"
            r"speak|write|call|talk) (?:to )?(?:him|her|them|[a-z]+ (?:at|in|from|of))|would "
            r"bite "
            r"your "
            r"hand|tell (?:him|her|them) i sent you|might go for it"
        ),
    ),
    Intent.QUESTION: (
        (
            r"(?:just )?(?:wondering|wonder|curious|unsure|not sure|like to know|need to know|"
            r"want to "
            r"know|tell me|asking|question is) (?:\w+ )?(?:whether|if|how|what|when|where|who|"
            r"which|why)\b|"
            r"(?:first|second),? whether"
        ),
    ),
    Intent.PERSON_WANTED: (
        (
            r"(?:can|could|will|would|may|let) (?:a|an|any|some) (?:\w+ )?(?:human|person|"
            r"agent|colleague|employee|representative|adviser)|(?:speak|talk|put me through|"
            r"connect me|transfer me) (?:to|with) (?:your|a|the|an) (?:\w+ )?(?:supervisor|"
            r"manager|boss|director|human|person|operator)"
        ),
        (
            r"(?:have|get|let|want|need|ask) (?:someone|somebody|anyone|a person|a colleague) "
            r"(?:to )?(?:call|phone|ring|contact|speak)|automated (?:replies|answers|messages|"
            r"responses)"
        ),
        (
            r"(?:is|was|are|am|did|does) (?:this|that|it|you|i|a|these) (?:\w+ "
            r"){0,5}?(?:human|robot|"
            r"bot|machine|computer|chat ?bot|chat ?gpt|ai)\b|(?:actual|real|live|proper|"
            r"flesh-and-blood) "
            r"(?:\w+ )?(?:person|human|engineer|agent|man|woman|someone|adviser|advisor|member|"
            r"voice)|"
            r"with a pulse|member of (?:your )?staff|(?:someone|somebody|anyone|a person|people) "
            r"(?:who|"
            r"that|with)(?: \w+){0,4}? (?:breath\w+|heartbeat|brain|pulse|real|human)|canned "
            r"(?:text|"
            r"answers?|replies|responses?)|deal with (?:a|one|people|humans?)\b"
        ),
    ),
    Intent.COMPLAINT: (
        (
            r"(?:has|have|'s|'ve|been) (?:been )?(?:down|offline|dead|broken|out of service|"
            r"unreachable) (?:all|since|for|again|the|most)|(?:link|portal|site|website|app|"
            r"login|page|system|line|phone|machine|printer|door|pump|screen|account|server|"
            r"connection)s?(?: \w+){0,4}? (?:is|are|was|were|seems?|appears?) (?:\w+ "
            r")?(?:dead|down|broken|offline|locked|blocked|empty|gone|useless|slow)|never "
            r"(?:showed|turned|came|arrived|called|rang|got|happened|received|appeared|"
            r"answered|replied|materiali[sz]ed)|(?:nobody|no ?one) (?:\w+ )?(?:rang|called|"
            r"came|showed|turned|answered|replied)"
        ),
        (
            r"still (?:have(?:n't| not)|hasn'?t|has not|no\b|not|waiting|don'?t|doesn'?t|the "
            r"same|"
            r"unresolved|broken|missing)|gone (?:downhill|wrong|missing|from bad)|(?:broke|"
            r"failed|"
            r"died|tore|leaked|collapsed|snapped) (?:after|within|on|again|the|down|and)|(?:days|"
            r"weeks|months|hours) (?:late|overdue|behind)|(?:is|are|was|were) (?:\w+ )?(?:late|"
            r"overdue|delayed|faulty|defective|damaged|unusable|wrong|incorrect|missing)\b|not "
            r"(?:\w+ )?(?:happy|pleased|satisfied|impressed|what (?:we|i) (?:ordered|expected|"
            r"agreed|paid))|waiting (?:\w+ ){0,4}?(?:days|weeks|months|since|for ages)"
        ),
        (
            r"(?:won'?t|doesn'?t|don'?t|isn'?t|aren'?t|wasn'?t|hasn'?t|haven'?t|didn'?t|can'?t|"
            r"cannot|"
            r"couldn'?t|still|keeps?|kept|never|does not|did not|has not|is not|will not) (?:\w+ "
            r"){0,2}?(?:stop(?:ping)? (?:when|even|beep|leak|crash|fail|ring)\w*|start|load\w*|"
            r"print\w*|charge|connect\w*|turn|close|arriv\w+|deliver\w*|find it|fixed|repaired|"
            r"replaced|"
            r"leak\w*|break\w*|beep\w*|happen\w*|get in|been (?:fixed|answered|paid|delivered|"
            r"refunded))"
        ),
        (
            r"(?:gives?|gave|getting|shows?|returns?|throws?) (?:\w+ )?(?:a |an )?(?:404|500|"
            r"error|blank|"
            r"nothing)|404\b|expired|dangerous|(?:arrived|came|left|delivered|was|is|were|"
            r"are)(?: "
            r"\w+){0,4}? "
            r"(?:empty|broken|damaged|late|wrong|missing|disabled|faulty|defective|scratched|"
            r"incomplete|"
            r"leaking)\b|(?:put|set) (?:that|this|it|things) right|make (?:this|it) right|not "
            r"amused"
        ),
        (
            r"(?:promised|told|assured|expected|supposed|meant|owed) (?:\w+ ){0,5}?(?:back|by|on|"
            r"but|a "
            r"call|to|refund|delivery)|heard nothing|(?:no|without) (?:word|sign|trace|reply|"
            r"answer|"
            r"response|news|reaction)\b|(?:we|i) relied on|(?:unless|until) (?:\w+ "
            r"){0,6}?(?:refunded|"
            r"paid|fixed|resolved|repaired)|(?:stolen|stole|copied|using our|without (?:our )?"
            r"permission)|left (?:us|me) in the lurch|you did not\b|evidently|(?:junk|spam) "
            r"folder|"
            r"(?:what'?s|what is) wrong with|out of order|empty box|other people'?s"
        ),
        (
            rf"how many (?:more )?times|{_REPEATED} (?:\w+ )?(?:e-?mails?|mails?|messages?|times|"
            rf"calls?|"
            rf"reminders?|follow-?ups?)\b(?: \w+){{0,3}}? (?:from you|in|since|this|now|already|"
            rf"within|"
            rf"about|plus|so far)|i (?:have )?(?:asked|told|clicked|unsubscribed|opted)(?: "
            rf"\w+){{0,6}}? "
            rf"(?:and again|again|twice|times|before|already|in \w+,)|keep (?:getting|receiving|"
            rf"sending|"
            rf"coming|hearing|filling)|never signed up|(?:far )?too (?:much|many) of|nobody "
            rf"reads|"
            rf"canned|"
            r"we paid (?:in|for|on|last)|can'?t find it"
        ),
    ),
    Intent.ANGER: (
        (
            r"out of your (?:\w+ )?minds?|load of (?:rubbish|crap|nonsense|bull\w*)|(?:bunch|"
            r"pack|"
            r"gang|shower) of|how (?:dare|could) you|what (?:is|the hell is) wrong with you"
        ),
        (
            r"(?:are|r) (?:you|u) (?:\w+ )?(?:insane|mad|crazy|stupid|deaf|blind|joking|kidding|"
            r"serious|"
            r"out of your (?:\w+ )?mind|thick|daft)|out of your mind|you must be (?:joking|"
            r"kidding|mad)|"
            r"(?:sod|bugger|piss|naff|buzz|jog) off|cowboys?|spammers?|parasites?|vultures?|"
            r"leeches|"
            r"scum|muppets?|pests?|clueless|unbelievable|appalling|have you no (?:shame|decency)|"
            r"absolute(?:ly)? (?:cowboys|disgrace\w*|shambles|useless|pathetic)|do (?:i|we) have "
            r"to say|"
            r"bloody|damned?|hell"
        ),
    ),
    Intent.LEGAL_THREAT: (
        (
            r"(?:issue|commence|start|begin|institute|take|bring)(?: \w+)? (?:legal "
            r")?(?:proceedings|"
            r"action against)|(?:county|small claims|high|district) court|trading standards|"
            r"information "
            r"commissioner\w*|\bico\b|\bftc\b|\bcnil\b|claim for damages|supervisory authority|"
            r"regulator\b|"
            r"ombudsman|remedies|at law\b|(?:refer|take|escalate|pass) (?:this|the) (?:matter|"
            r"case) to|"
            r"solicitors?|attorneys?|complaint will be (?:lodged|filed|made)|contrary to "
            r"(?:regulation|"
            r"section|article|the)|violation of the|sue\b|hereby required to|statutory|"
            r"injunction|"
            r"see you in court"
        ),
    ),
    Intent.DATA_REQUEST: (
        r"who (?:gave|sold|passed|told) you (?:this|my|our|the|about)",
        (
            r"(?:where|how) (?:on earth |the hell |exactly |in the world )?(?:did|do|have|had|"
            r"has) (?:you|"
            r"your \w+) (?:\w+ )?(?:get|got|come by|come across|find|found|obtain\w*|acquire\w*|"
            r"source\w*|"
            r"buy|bought)(?: hold of)?(?: \w+){0,2}? (?:address|number|details|name|data|e-?mail|"
            r"contact|"
            r"information|my|me|from)|(?:origin|source) of (?:my|our|the|this) (?:\w+ )?(?:data|"
            r"details|"
            r"address|information)|from (?:which|what) source"
        ),
        (
            r"(?:delete|erase|remove|wipe|destroy|correct|rectify|purge) (?:[\w']+ "
            r"){0,5}?(?:records?|"
            r"data|information|details|files|phone number|me from (?:your|all) (?:\w+ "
            r")?(?:systems?|"
            r"servers?|records|files))\b|who (?:sold|passed|gave|shared) (?:you )?(?:my|our)"
        ),
    ),
}
