"""Meetings, material, people and trouble by how they are built; for folded English sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

_NOT: Final = rf"(?:not|never|cannot|{_NT})"
_DAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|tonight|next week|this (?:week|"
    r"afternoon|evening)|the (?:\d{1,2}(?:st|nd|rd|th)|week after)|\d{1,2}(?:st|nd|rd|th)|\d{1,2}"
    r"[:.]\d\d|\d{1,2} ?(?:am|pm)|(?:at|to|after|before|around|until|past) (?:\d{1,2}|noon|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|lunch)|noon|quarter past|half past|"
    r"\d{1,2} o'?clock|\d{1,2} (?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december))"
)
_MEET: Final = (
    r"(?:meet|meeting|talk|speak|call|ring|phone|chat|zoom|teams|catch up|visit|come (?:by|over|"
    r"round)|stop by|stopping by|drop (?:by|in)|see you|join|coffee|demo|appointment|slot|landline|"
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
        rf"\b{_MEET}\b(?: [\w',@]+){{0,6}}? {_DAY}|{_DAY}(?:,? [\w',]+){{0,6}}?,? {_MEET}",
        rf"^\W*(?:or |and |maybe |perhaps |what about |how about )?{_DAY}(?: (?:or|morning|"
        rf"afternoon|evening|any ?time|instead|then|{_DAY}))*\s*[?]|{_DAY} any ?time|any ?time "
        rf"{_DAY}|{_DAY},? it is\b",
        r"give (?:me|us) a (?:ring|call|buzz|bell|shout)|(?:ring|phone|call) (?:me|us|you)(?: "
        r"[\w']+)?(?: at| on| after| before| between|\s*[.,!?:]|$)|(?:free|available) (?:\w+ ){0,2}?"
        r"(?:mornings?|afternoons?|evenings?|days|all day|all week|from|until|any)|(?:can|could|shall) we (?:push|move|shift|bring) (?:this|it|that)|(?:don'?t|do not) "
        r"call my|(?:we'?ll|we will|i'?ll|let'?s) (?:talk|speak|meet|chat)|(?:go|run) through "
        r"(?:\w+ ){0,4}?over (?:a )?(?:coffee|lunch|call|beer)|running (?:\d+ )?\w* ?late|at your "
        r"office|you me, at any|let an? (?:\w+ ){1,2}call me",
    ),
    Intent.REQUEST_INFO: (
        rf"(?:send|forward|share|provide|e-?mail|mail|let (?:me|us) have|get (?:me|us)|pass (?:me|"
        rf"us)|show (?:me|us)|trouble you for|could i have|could we have|can i have|can we have|"
        rf"may i have|can i get|can we get|could i get|put .{{0,20}}in|like|need|want|do you have|"
        rf"have you got|is there|got|would like|attach|post)(?: [\w'-]+){{0,7}}? {_DOCUMENT}\b",
        r"(?:please|can you|could you|pls|you) quote (?:me |us )?(?:for|on)|quote (?:me|us)\b|price "
        r"(?:me|us) (?:up|for)",
    ),
    Intent.WRONG_PERSON: (
        r"(?:have|has|had|'ve)(?:n't| not) (?:worked|been) (?:in|at|for|with|there)(?: [\w-]+){0,4}? "
        r"(?:since|for (?:years|months|ages))|(?:i'?m|i am|only|just) (?:\w+ )?covering|(?:has|have) "
        r"taken over (?:the|my|from|this|that|his|her)|used to (?:get|be|work|run|handle|do|manage)",
        r"(?:got|have|reached|found|mailed|e-?mailed|written to|want(?:ed)?|is|mean) (?:to )?the "
        r"wrong|wrong (?:\w+ ){1,2}(?:here|altogether|!)|(?:is|are) (?:centrali[sz]ed|handled|done|"
        r"decided|managed|dealt with|run|bought|looked after) (?:\w+ ){0,2}?(?:at|by|in|from|"
        r"centrally|elsewhere)|that'?s me you want|(?:i|we)(?:'ve| have)? (?:since )?(?:moved|"
        r"switched|changed|transferred) (?:to|on|jobs|roles|departments?|teams?)|\bleft \w+(?: & "
        r"\w+| \w+)? (?:on|in|at the end|last)|(?:has|have) left",
        rf"(?:i|we) (?:{_NOT}|do not) (?:\w+ )?(?:buy|decide|choose|order|pick|sign|approve|hold|"
        rf"have|control) (?:\w+ ){{0,3}}?(?:budget|say|purse|authority|decisions?|anything|"
        rf"software here)|(?:isn'?t|not) (?:really )?(?:mine|me) (?:to|who|you)|someone else (?:now )?"
        rf"(?:does|handles|runs|has)|(?:no longer|not) (?:\w+ )?(?:in|with) (?:that|the|this) "
        rf"(?:role|team|department|job|company|business|trade)",
    ),
    Intent.REFERRAL: (
        r"(?:copying|cc-?ing|cc'?ing|ccing|looping|adding|including|introducing) (?:in )?(?:\w+ "
        r"){1,5}?(?:in\b|here|so |who|[.,]|$)|ask for (?:mr|mrs|ms|dr|my|our|the)|(?:the|your|our|"
        r"right|best|main) contact (?:\w+ ){0,3}?(?:is|would be|there)|(?:she|he|they)(?:'s| is|'re) "
        r"your (?:woman|man|person|people|contact)|(?:would|will|might|may|should) be [a-z]+ [a-z]+ ?"
        r"\(|so you two can|(?:two|both) can take it",
        r"(?:my|our|a|the) (?:partner|colleague|boss|manager|assistant|cto|cfo|ceo|team ?mate|"
        r"business partner|head of \w+)(?: dr\.?)?(?: [a-z]+)? (?:will|would|can|may|might|is going "
        r"to|wants|needs|has to|should) (?:also |join|like|be|take|call|contact|get|come|sit|handle|"
        r"pick)|(?:feel free to|do|you could|you can|you might|best) (?:try|ask|contact|approach|"
        r"speak|write|call|talk) (?:to )?(?:him|her|them|[a-z]+ (?:at|in|from|of))|would bite your "
        r"hand|tell (?:him|her|them) i sent you|might go for it",
    ),
    Intent.QUESTION: (
        r"(?:just )?(?:wondering|wonder|curious|unsure|not sure|like to know|need to know|want to "
        r"know|tell me|asking|question is) (?:\w+ )?(?:whether|if|how|what|when|where|who|which|why)\b|"
        r"(?:first|second),? whether",
    ),
    Intent.PERSON_WANTED: (
        r"(?:is|was|are|am|did|does) (?:this|that|it|you|i|a|these) (?:\w+ ){0,5}?(?:human|robot|"
        r"bot|machine|computer|chat ?bot|chat ?gpt|ai)\b|(?:actual|real|live|proper|flesh-and-blood) "
        r"(?:\w+ )?(?:person|human|engineer|agent|man|woman|someone|adviser|advisor|member|voice)|"
        r"with a pulse|member of (?:your )?staff|(?:someone|somebody|anyone|a person|people) (?:who|"
        r"that|with)(?: \w+){0,4}? (?:breath\w+|heartbeat|brain|pulse|real|human)|canned (?:text|"
        r"answers?|replies|responses?)|deal with (?:a|one|people|humans?)\b",
    ),
    Intent.COMPLAINT: (
        r"(?:won'?t|doesn'?t|don'?t|isn'?t|aren'?t|wasn'?t|hasn'?t|haven'?t|didn'?t|can'?t|cannot|"
        r"couldn'?t|still|keeps?|kept|never|does not|did not|has not|is not|will not) (?:\w+ "
        r"){0,2}?(?:stop(?:ping)? (?:when|even|beep|leak|crash|fail|ring)\w*|start|load\w*|"
        r"print\w*|charge|connect\w*|turn|close|arriv\w+|deliver\w*|find it|fixed|repaired|replaced|"
        r"leak\w*|break\w*|beep\w*|happen\w*|get in|been (?:fixed|answered|paid|delivered|refunded))",
        r"(?:gives?|gave|getting|shows?|returns?|throws?) (?:\w+ )?(?:a |an )?(?:404|500|error|blank|"
        r"nothing)|404\b|expired|dangerous|(?:arrived|came|left|delivered|was|is|were|are)(?: \w+){0,4}? "
        r"(?:empty|broken|damaged|late|wrong|missing|disabled|faulty|defective|scratched|incomplete|"
        r"leaking)\b|(?:put|set) (?:that|this|it|things) right|make (?:this|it) right|not amused",
        r"(?:promised|told|assured|expected|supposed|meant|owed) (?:\w+ ){0,5}?(?:back|by|on|but|a "
        r"call|to|refund|delivery)|heard nothing|(?:no|without) (?:word|sign|trace|reply|answer|"
        r"response|news|reaction)\b|(?:we|i) relied on|(?:unless|until) (?:\w+ ){0,6}?(?:refunded|"
        r"paid|fixed|resolved|repaired)|(?:stolen|stole|copied|using our|without (?:our )?"
        r"permission)|left (?:us|me) in the lurch|you did not\b|evidently|(?:junk|spam) folder|"
        r"(?:what'?s|what is) wrong with|out of order|empty box|other people'?s",
        rf"how many (?:more )?times|{_REPEATED} (?:\w+ )?(?:e-?mails?|mails?|messages?|times|calls?|"
        rf"reminders?|follow-?ups?)\b(?: \w+){{0,3}}? (?:from you|in|since|this|now|already|within|"
        rf"about|plus|so far)|i (?:have )?(?:asked|told|clicked|unsubscribed|opted)(?: \w+){{0,6}}? "
        rf"(?:and again|again|twice|times|before|already|in \w+,)|keep (?:getting|receiving|sending|"
        rf"coming|hearing|filling)|never signed up|(?:far )?too (?:much|many) of|nobody reads|canned|"
        r"we paid (?:in|for|on|last)|can'?t find it",
    ),
    Intent.ANGER: (
        r"(?:are|r) (?:you|u) (?:\w+ )?(?:insane|mad|crazy|stupid|deaf|blind|joking|kidding|serious|"
        r"out of your (?:\w+ )?mind|thick|daft)|out of your mind|you must be (?:joking|kidding|mad)|"
        r"(?:sod|bugger|piss|naff|buzz|jog) off|cowboys?|spammers?|parasites?|vultures?|leeches|"
        r"scum|muppets?|pests?|clueless|unbelievable|appalling|have you no (?:shame|decency)|"
        r"absolute(?:ly)? (?:cowboys|disgrace\w*|shambles|useless|pathetic)|do (?:i|we) have to say|"
        r"bloody|damned?|hell",
    ),
    Intent.LEGAL_THREAT: (
        r"(?:issue|commence|start|begin|institute|take|bring)(?: \w+)? (?:legal )?(?:proceedings|"
        r"action against)|(?:county|small claims|high|district) court|trading standards|information "
        r"commissioner\w*|\bico\b|\bftc\b|\bcnil\b|claim for damages|supervisory authority|regulator\b|"
        r"ombudsman|remedies|at law\b|(?:refer|take|escalate|pass) (?:this|the) (?:matter|case) to|"
        r"solicitors?|attorneys?|complaint will be (?:lodged|filed|made)|contrary to (?:regulation|"
        r"section|article|the)|violation of the|sue\b|hereby required to|statutory|injunction|"
        r"see you in court",
    ),
    Intent.DATA_REQUEST: (
        r"(?:where|how) (?:on earth |the hell |exactly |in the world )?(?:did|do|have|had|has) (?:you|"
        r"your \w+) (?:\w+ )?(?:get|got|come by|come across|find|found|obtain\w*|acquire\w*|source\w*|"
        r"buy|bought)(?: hold of)?(?: \w+){0,2}? (?:address|number|details|name|data|e-?mail|contact|"
        r"information|my|me|from)|(?:origin|source) of (?:my|our|the|this) (?:\w+ )?(?:data|details|"
        r"address|information)|from (?:which|what) source",
        r"(?:delete|erase|remove|wipe|destroy|correct|rectify|purge) (?:[\w']+ ){0,5}?(?:records?|"
        r"data|information|details|files|phone number|me from (?:your|all) (?:\w+ )?(?:systems?|"
        r"servers?|records|files))\b|who (?:sold|passed|gave|shared) (?:you )?(?:my|our)",
    ),
}
