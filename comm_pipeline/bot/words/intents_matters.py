"""Meetings, material, people and trouble by how they are built; for folded English sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

_NOT: Final = rf"(?:not|never|cannot|{_NT})"
_DAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|tonight|next week|this (?:week|"
    r"afternoon|evening)|the (?:\d{1,2}(?:st|nd|rd|th)|week after)|\d{1,2}(?:st|nd|rd|th)|"
    r"\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm)|(?:at|to|after|before|around|until|past) (?:\d{1,2}|"
    r"noon|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|lunch)|noon|quarter "
    r"past|half past|\d{1,2} o'?clock|\d{1,2} (?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december))"
)
_MEET: Final = (
    r"(?:meet|meeting|talk|speak|call|ring|phone|chat|zoom|teams|catch up|visit|come (?:by|over|"
    r"round)|stop by|stopping by|drop (?:by|in)|see you|join|coffee|demo|appointment|slot|"
    r"landline|video|start|move our|push our|reschedule|site visit|swing by|discuss)"
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
            r"(?:that|this|the|your|any|either|which|what|another|no) (?:proposed )?(?:time|slot|"
            r"date|day) (?:\w+ )?(?:suits?|works?|fits?|is|would|after|before|next|in)|(?:any|"
            r"some) (?:day|time) (?:after|before|next|in|from|on|between)|(?:hop|jump|get) on "
            r"(?:a|the) (?:quick |short )?(?:call|zoom)"
        ),
        (
            r"(?:at|by|visit) your (?:stand|booth|office|place|site|shop|showroom)|calendar "
            r"invite|(?:new|other|another|different) (?:date|day|slot|time)"
        ),
        rf"\b{_MEET}\b(?: [\w',@]+){{0,6}}? {_DAY}|{_DAY}(?:,? [\w',]+){{0,6}}?,? {_MEET}",
        (
            rf"^\W*(?:or |and |maybe |perhaps |what about |how about )?{_DAY}(?: (?:or|morning|"
            rf"afternoon|evening|any ?time|instead|then|{_DAY}))*\s*[?]|{_DAY} any ?time|any "
            rf"?time {_DAY}|{_DAY},? it is\b"
        ),
        (
            r"give (?:me|us) a (?:ring|call|buzz|bell|shout)|(?:ring|phone|call) (?:me|us|"
            r"you)(?: [\w']+)?(?: at| on| after| before| between|\s*[.,!?:]|$)|(?:free|"
            r"available) (?:\w+ ){0,2}?(?:mornings?|afternoons?|evenings?|days|all day|all week|"
            r"from|until|any)|(?:can|could|shall) we (?:push|move|shift|bring) (?:this|it|that)|"
            r"(?:don'?t|do not) call my|(?:we'?ll|we will|i'?ll|let'?s) (?:talk|speak|meet|chat)|"
            r"(?:go|run) through (?:\w+ ){0,4}?over (?:a )?(?:coffee|lunch|call|beer)|running "
            r"(?:\d+ )?\w* ?late|at your office|you me, at any|let an? (?:\w+ ){1,2}call me"
        ),
    ),
    Intent.REQUEST_INFO: (
        (
            rf"(?:send|forward|share|provide|e-?mail|mail|let (?:me|us) have|get (?:me|us)|pass "
            rf"(?:me|us)|show (?:me|us)|trouble you for|could i have|could we have|can i have|"
            rf"can we have|may i have|can i get|can we get|could i get|put .{{0,20}}in|like|need|"
            rf"want|do you have|have you got|is there|got|would like|attach|post)(?: "
            rf"[\w'-]+){{0,7}}? {_DOCUMENT}\b"
        ),
        (
            r"(?:please|can you|could you|pls|you) quote (?:me |us )?(?:for|on)|quote (?:me|"
            r"us)\b|price (?:me|us) (?:up|for)"
        ),
    ),
    Intent.WRONG_PERSON: (
        (
            r"(?:i'?m|i am) (?:just|only|merely|simply) (?:the|a|an) \w+|(?:no idea|not sure|"
            r"don'?t know|unsure|wonder) why (?:i|you|this|we)|why (?:i|we) (?:got|get|am|are|"
            r"received?|was|were) (?:getting |receiving |sent )?this|(?:he|she|they|who|mr \w+|"
            r"ms \w+) (?:has|have)? ?(?:doesn'?t|does not|no longer|don'?t) (?:work|works)"
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
            r"[\w-]+){0,4}? (?:since|for (?:years|months|ages))|(?:i'?m|i am|only|just) (?:\w+ "
            r")?covering|(?:has|have) taken over (?:the|my|from|this|that|his|her)|used to "
            r"(?:get|be|work|run|handle|do|manage)"
        ),
        (
            r"(?:got|have|reached|found|mailed|e-?mailed|written to|want(?:ed)?|is|mean) (?:to "
            r")?the wrong|wrong (?:\w+ ){1,2}(?:here|altogether|!)|(?:is|are) (?:centrali[sz]ed|"
            r"handled|done|decided|managed|dealt with|run|bought|looked after) (?:\w+ "
            r"){0,2}?(?:at|by|in|from|centrally|elsewhere)|that'?s me you want|(?:i|we)(?:'ve| "
            r"have)? (?:since )?(?:moved|switched|changed|transferred) (?:to|on|jobs|roles|"
            r"departments?|teams?)|\bleft \w+(?: & \w+| \w+)? (?:on|in|at the end|last)|(?:has|"
            r"have) left"
        ),
        (
            rf"(?:i|we) (?:{_NOT}|do not) (?:\w+ )?(?:buy|decide|choose|order|pick|sign|approve|"
            rf"hold|have|control) (?:\w+ ){{0,3}}?(?:budget|say|purse|authority|decisions?|"
            rf"anything|software here)|(?:isn'?t|not) (?:really )?(?:mine|me) (?:to|who|you)|"
            rf"someone else (?:now )?(?:does|handles|runs|has)|(?:no longer|not) (?:\w+ )?(?:in|"
            rf"with) (?:that|the|this) (?:role|team|department|job|company|business|trade)"
        ),
    ),
    Intent.REFERRAL: (
        (
            r"(?:person|one|man|woman|colleague|guy|lady|someone) (?:you (?:want|need|should|are|"
            r"'re|would)|for you|who (?:does|handles|decides|deals))|(?:i|we)(?:'ve| have) "
            r"(?:cc'?d|copied|added|looped|forwarded|included)|(?:handing|handed|passing) (?:you|"
            r"this|it) (?:over|on)"
        ),
        (
            r"(?:copying|cc-?ing|cc'?ing|ccing|looping|adding|including|introducing) (?:in "
            r")?(?:\w+ ){1,5}?(?:in\b|here|so |who|[.,]|$)|ask for (?:mr|mrs|ms|dr|my|our|the)|"
            r"(?:the|your|our|right|best|main) contact (?:\w+ ){0,3}?(?:is|would be|there)|"
            r"(?:she|he|they)(?:'s| is|'re) your (?:woman|man|person|people|contact)|(?:would|"
            r"will|might|may|should) be [a-z]+ [a-z]+ ?\(|so you two can|(?:two|both) can take it"
        ),
        (
            r"(?:my|our|a|the) (?:partner|colleague|boss|manager|assistant|cto|cfo|ceo|team "
            r"?mate|business partner|head of \w+)(?: dr\.?)?(?: [a-z]+)? (?:will|would|can|may|"
            r"might|is going to|wants|needs|has to|should) (?:also |join|like|be|take|call|"
            r"contact|get|come|sit|handle|pick)|(?:feel free to|do|you could|you can|you might|"
            r"best) (?:try|ask|contact|approach|speak|write|call|talk) (?:to )?(?:him|her|them|"
            r"[a-z]+ (?:at|in|from|of))|tell (?:him|her|them) i sent you|"
            r"might go for it"
        ),
    ),
    Intent.QUESTION: (
        (
            r"(?:just )?(?:wondering|wonder|curious|unsure|not sure|like to know|need to know|"
            r"want to know|tell me|asking|question is) (?:\w+ )?(?:whether|if|how|what|when|"
            r"where|who|which|why)\b|(?:first|second),? whether"
        ),
    ),
    Intent.PERSON_WANTED: (
        (
            r"(?:can|could|will|would|may|let) (?:a|an|any|some) (?:\w+ )?(?:human|person|agent|"
            r"colleague|employee|representative|adviser)|(?:speak|talk|put me through|connect me|"
            r"transfer me) (?:to|with) (?:your|a|the|an) (?:\w+ )?(?:supervisor|manager|boss|"
            r"director|human|person|operator)"
        ),
        (
            r"(?:have|get|let|want|need|ask) (?:someone|somebody|anyone|a person|a colleague) "
            r"(?:to )?(?:call|phone|ring|contact|speak)|automated (?:replies|answers|messages|"
            r"responses)"
        ),
        (
            r"(?:is|was|are|am|did|does) (?:this|that|it|you|i|a|these) (?:\w+ ){0,5}?(?:human|"
            r"robot|bot|machine|computer|chat ?bot|chat ?gpt|ai)\b|(?:actual|real|live|proper|"
            r"flesh-and-blood) (?:\w+ )?(?:person|human|engineer|agent|man|woman|someone|adviser|"
            r"advisor|member|voice)|with a pulse|member of (?:your )?staff|(?:someone|somebody|"
            r"anyone|a person|people) (?:who|that|with)(?: \w+){0,4}? (?:breath\w+|heartbeat|"
            r"brain|pulse|real|human)|canned (?:text|answers?|replies|responses?)|deal with (?:a|"
            r"one|people|humans?)\b"
        ),
    ),
    Intent.COMPLAINT: (
        (
            r"(?:has|have|'s|'ve|been) (?:been )?(?:down|offline|dead|broken|out of service|"
            r"unreachable) (?:all|since|for|again|the|most)|(?:link|portal|site|website|app|"
            r"login|page|system|line|phone|machine|printer|door|pump|screen|account|server|"
            r"connection)s?(?: \w+){0,4}? (?:is|are|was|were|seems?|appears?) (?:\w+ )?(?:dead|"
            r"down|broken|offline|locked|blocked|empty|gone|useless|slow)|never (?:showed|turned|"
            r"came|arrived|called|rang|got|happened|received|appeared|answered|replied|"
            r"materiali[sz]ed)|(?:nobody|no ?one) (?:\w+ )?(?:rang|called|came|showed|turned|"
            r"answered|replied)"
        ),
        (
            r"still (?:have(?:n't| not)|hasn'?t|has not|no\b|not|waiting|don'?t|doesn'?t|the "
            r"same|unresolved|broken|missing)|gone (?:downhill|wrong|missing|from bad)|(?:broke|"
            r"failed|died|tore|leaked|collapsed|snapped) (?:after|within|on|again|the|down|and)|"
            r"(?:days|weeks|months|hours) (?:late|overdue|behind)|(?:is|are|was|were) (?:\w+ "
            r")?(?:late|overdue|delayed|faulty|defective|damaged|unusable|wrong|incorrect|"
            r"missing)\b|not (?:\w+ )?(?:happy|pleased|satisfied|impressed|what (?:we|i) "
            r"(?:ordered|expected|agreed|paid))|waiting (?:\w+ ){0,4}?(?:days|weeks|months|since|"
            r"for ages)"
        ),
        (
            r"(?:won'?t|doesn'?t|don'?t|isn'?t|aren'?t|wasn'?t|hasn'?t|haven'?t|didn'?t|can'?t|"
            r"cannot|couldn'?t|still|keeps?|kept|never|does not|did not|has not|is not|will not) "
            r"(?:\w+ ){0,2}?(?:stop(?:ping)? (?:when|even|beep|leak|crash|fail|ring)\w*|start|"
            r"load\w*|print\w*|charge|connect\w*|turn|close|arriv\w+|deliver\w*|find it|fixed|"
            r"repaired|replaced|leak\w*|break\w*|beep\w*|happen\w*|get in|been (?:fixed|answered|"
            r"paid|delivered|refunded))"
        ),
        (
            r"(?:gives?|gave|getting|shows?|returns?|throws?) (?:\w+ )?(?:a |an )?(?:404|500|"
            r"error|blank|nothing)|404\b|expired|dangerous|(?:arrived|came|left|delivered|was|is|"
            r"were|are)(?: \w+){0,4}? (?:empty|broken|damaged|late|wrong|missing|disabled|faulty|"
            r"defective|scratched|incomplete|leaking)\b|(?:put|set) (?:that|this|it|things) "
            r"right|make (?:this|it) right|not amused"
        ),
        (
            r"(?:promised|told|assured|expected|supposed|meant|owed) (?:\w+ ){0,5}?(?:back|by|on|"
            r"but|a call|to|refund|delivery)|heard nothing|(?:no|without) (?:word|sign|trace|"
            r"reply|answer|response|news|reaction)\b|(?:we|i) relied on|(?:unless|until) (?:\w+ "
            r"){0,6}?(?:refunded|paid|fixed|resolved|repaired)|(?:stolen|stole|copied|using our|"
            r"without (?:our )?permission)|left (?:us|me) in the lurch|you did not\b|evidently|"
            r"(?:junk|spam) folder|(?:what'?s|what is) wrong with|out of order|empty box|other "
            r"people'?s"
        ),
        (
            rf"how many (?:more )?times|{_REPEATED} (?:\w+ )?(?:e-?mails?|mails?|messages?|times|"
            rf"calls?|reminders?|follow-?ups?)\b(?: \w+){{0,3}}? (?:from you|in|since|this|now|"
            rf"already|within|about|plus|so far)|i (?:have )?(?:asked|told|clicked|unsubscribed|"
            rf"opted)(?: \w+){{0,6}}? (?:and again|again|twice|times|before|already|in \w+,)|"
            rf"keep (?:getting|receiving|sending|coming|hearing|filling)|never signed up|(?:far "
            rf")?too (?:much|many) of|nobody reads|canned|"
            r"we paid (?:in|for|on|last)|can'?t find it"
        ),
    ),
    Intent.ANGER: (
        (
            r"out of your (?:\w+ )?minds?|load of (?:rubbish|crap|nonsense|bull\w*)|(?:bunch|"
            r"pack|gang|shower) of|how (?:dare|could) you|what (?:is|the hell is) wrong with you"
        ),
        (
            r"(?:are|r) (?:you|u) (?:\w+ )?(?:insane|mad|crazy|stupid|deaf|blind|joking|kidding|"
            r"serious|out of your (?:\w+ )?mind|thick|daft)|out of your mind|you must be "
            r"(?:joking|kidding|mad)|(?:sod|bugger|piss|naff|buzz|jog) off|cowboys?|spammers?|"
            r"parasites?|vultures?|leeches|scum|muppets?|pests?|clueless|unbelievable|appalling|"
            r"have you no (?:shame|decency)|absolute(?:ly)? (?:cowboys|disgrace\w*|shambles|"
            r"useless|pathetic)|do (?:i|we) have to say|bloody|damned?|hell"
        ),
    ),
    Intent.LEGAL_THREAT: (
        (
            r"(?:issue|commence|start|begin|institute|take|bring)(?: \w+)? (?:legal "
            r")?(?:proceedings|action against)|(?:county|small claims|high|district) court|"
            r"trading standards|information commissioner\w*|\bico\b|\bftc\b|\bcnil\b|claim for "
            r"damages|supervisory authority|regulator\b|ombudsman|remedies|at law\b|(?:refer|"
            r"take|escalate|pass) (?:this|the) (?:matter|case) to|solicitors?|attorneys?|"
            r"complaint will be (?:lodged|filed|made)|contrary to (?:regulation|section|article|"
            r"the)|violation of the|sue\b|hereby required to|statutory|injunction|see you in "
            r"court"
        ),
    ),
    Intent.DATA_REQUEST: (
        r"who (?:gave|sold|passed|told) you (?:this|my|our|the|about)",
        (
            r"(?:where|how) (?:on earth |the hell |exactly |in the world )?(?:did|do|have|had|"
            r"has) (?:you|your \w+) (?:\w+ )?(?:get|got|come by|come across|find|found|obtain\w*|"
            r"acquire\w*|source\w*|buy|bought)(?: hold of)?(?: \w+){0,2}? (?:address|number|"
            r"details|name|data|e-?mail|contact|information|my|me|from)|(?:origin|source) of "
            r"(?:my|our|the|this) (?:\w+ )?(?:data|details|address|information)|from (?:which|"
            r"what) source"
        ),
        (
            r"(?:delete|erase|remove|wipe|destroy|correct|rectify|purge) (?:[\w']+ "
            r"){0,5}?(?:records?|data|information|details|files|phone number|me from (?:your|"
            r"all) (?:\w+ )?(?:systems?|servers?|records|files))\b|who (?:sold|passed|gave|"
            r"shared) (?:you )?(?:my|our)"
        ),
    ),
}
