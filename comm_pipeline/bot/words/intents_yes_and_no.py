"""Yes, no and later by how they are built, beyond set phrases; for folded English sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

_NOT: Final = rf"(?:not|never|cannot|{_NT})"
_PRAISE: Final = (
    r"(?:gold|brilliant|superb|great|excellent|fantastic|spot on|terrific|amazing|perfect|"
    r"marvellous|splendid|just right|a (?:great|good|brilliant|smart|clever) (?:idea|offer|fit|"
    r"match)|right up (?:\w+ )?(?:\w+ )?(?:street|alley)|a no-?brainer|music to)"
)
_RIVAL: Final = (
    r"(?:supplier|vendor|provider|agency|partner|firm|company|contractor|tool|system|solution|"
    r"product|software|platform|service)"
)
_TIME: Final = (
    r"(?:next (?:\w+ )?(?:week|month|quarter|year|season|spring|summer|autumn|fall|winter)|the "
    r"(?:new|next) (?:\w+ )?year|spring|summer|autumn|winter|(?:january|february|march|april|may|"
    r"june|july|august|september|october|november|december)|q[1-4]|christmas|easter|the "
    r"(?:holidays|summer|move|audit|merger|migration|launch|weekend))"
)

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.INTEREST: (
        (
            r"(?:would|'d) (?:really |very much )?(?:like|love) to (?:see|hear|know|learn|find "
            r"out) (?:what|how|whether|more)|\btimely\b|like (?:where|how|what) (?:this|it|you|"
            r"that)|(?:explore|look into|dig into|discuss|take) (?:it|this|that) (?:further|more|"
            r"deeper|forward)|(?:tool|solution|supplier|product|partner|service|something) like "
            r"(?:yours|you|this)|(?:save|spare|help|benefit) (?:us|me|our|my) (?:\w+ "
            r"){0,3}?(?:time|money|work|hassle|lot|team)|(?:right|just) what the doctor ordered|"
            r"my kind of"
        ),
        (
            r"solves? (?:a|the|our|my|this|that) (?:\w+ )?(?:problem|issue|headache|challenge)|"
            r"(?:been|are|were) (?:\w+ )?(?:looking|searching|hunting|waiting) for (?:exactly |"
            r"just |precisely )?(?:this|that|such|something|you)|(?:right|good|perfect) "
            r"(?:moment|time|timing)|have (?:my|our) attention|(?:try|test|pilot|trial) (?:it|"
            r"this|that) (?:in|with|on|at|out)"
        ),
        (
            r"count (?:me|us) in|(?:i|we) want in\b|sign (?:me|us) up|put (?:me|us) down (?:for|"
            r"as)|(?:i'?m|we'?re|i am|we are) (?:\w+ )?(?:in\b[.!]|game|sold|tempted|convinced|"
            r"hooked|up for)|you had (?:me|us) at|where do (?:i|we) sign"
        ),
        (
            rf"(?:this|that|it|which|one|they|these)(?: \w+){{0,4}}? (?:is|was|are|were|'s|"
            rf"sounds?|looks?|seems?) (?:\w+ )?{_PRAISE}"
        ),
        (
            r"^\W*(?:ooh?|oh|wow|yes|yep|yeah)?[ ,]*(?:yes please|please do|love (?:it|this|"
            r"that)|like it|nice one|brilliant|wow)\b|\bboth yes\b|ooh yes"
        ),
        (
            r"(?:could|would|might|may|can|will) (?:(?:well|really|actually|definitely|easily) "
            r")?(?:work|be (?:of )?(?:use|interest)|help|suit|fit|save|solve)(?: (?:\w+ )?(?:for|"
            r"in|at|us|our|me|my|well|nicely|here))"
        ),
        (
            r"(?:don'?t|couldn'?t|can'?t|cannot|do not) (?:ever )?(?:stop (?:sending|reading|"
            r"thinking|these)|wait)|keep (?:sending|writing|them coming)|wish (?:i|we)(?:'d| "
            r"had)|(?:changed (?:my|our) mind|things (?:have )?changed)"
        ),
        (
            r"(?:can|could) you help (?:us|me)?(?: \w+)? ?with (?:that|this|it)|(?:our|my) "
            r"(?:biggest|main|worst) (?:headache|problem|issue|worry|challenge)|exactly (?:our|"
            r"my|what)|we(?:'ve| have)? (?:been )?(?:desperately |really |actually )?(?:need|"
            r"looking for|after) (?:a|an|some|something|this|that)"
        ),
        (
            r"(?:keen|eager|excited|curious|happy|glad|delighted|thrilled|pleased|love) (?:to|"
            r"about) (?:see|have a (?:chat|look|go|call)|try|hear|learn|know|talk|meet|explore|"
            r"take|get|discuss|give|pilot|join)|good deal of enthusiasm|no obstacle|(?:fits?|"
            r"suits?) (?:\w+ ){0,2}?(?:our|my) (?:\w+ )?(?:project|plans?|roadmap|needs|setup|"
            r"strategy)"
        ),
        (
            r"(?:talk|hear|know|chat|speak|learn|read) (?:\w+ )?about (?:the|your) (?:new "
            r")?(?:range|product|offer|service|tool|platform|package)|(?:want|like|love) (?:to "
            r")?(?:talk|know|hear|chat) (?:\w+ )?(?:about|more)|leave (?:me|us) out of|(?:we|"
            r"i)(?:'d| would) (?:\w+ )?be (?:\w+ )?(?:interested|up for|keen|open)|only one i "
            r"did(?:n't| not) delete"
        ),
    ),
    Intent.CONFIRMATION: (
        (
            r"(?:order|booking|payment|transfer|registration|application|contract|form|"
            r"deposit)s? (?:placed|made|done|confirmed|completed?|sent|signed|submitted|returned|"
            r"paid)\b|go for it|(?:have|got|it'?s|we'?ve) (?:\w+ )?a deal\b|deal'?s on|nothing "
            r"to add|(?:we|i)(?:'ve| have)? transferred|(?:accept|agree|fine|ok|happy) (?:to|"
            r"with) (?:the|your|all|these|those) (?:terms|price|conditions|date|proposal|offer)"
        ),
        (
            r"(?:decided|happy|going|go|gone) (?:to go )?(?:with|for) you(?:r \w+)?|consider "
            r"(?:it|this) (?:done|signed|agreed|sold|settled)|payment (?:\w+ )?(?:went|goes|"
            r"going|gone) out|(?:happy|fine|ok|okay|good|content) with the (?:draft|proposal|"
            r"contract|version|terms|wording|price|plan|date)|no (?:changes|objections|"
            r"corrections)(?: \w+)?|(?:have|has|got|with) (?:our|my|the) (?:\w+ )?(?:approval|"
            r"blessing|consent|agreement|okay|ok\b|go-?ahead|sign-?off)"
        ),
        (
            r"(?:the rest|everything|all|it|this|that|contract|order|po|invoice|deal|offer|"
            r"proposal|quote|budget|payment|form|paperwork|deposit)(?: \w+){0,2}? (?:is|are|was|"
            r"were|has been|have been|'s|gets?) (?:\w+ ){0,2}?(?:approved|signed|paid|done|"
            r"accepted|confirmed|sorted|settled|agreed|in order|on its way|booked|transferred|"
            r"sent|fine|correct|ok)"
        ),
        (
            r"(?:i|we)(?:'ve| have)? (?:just |already |now |all )?(?:signed|paid|registered|"
            r"booked|transferred|approved|confirmed|accepted|returned|completed|submitted|filled|"
            r"arranged|received|agreed|decided to go|placed the order)\b|so that'?s (?:done|"
            r"settled|agreed)|all (?:of us )?(?:agreed|working|sorted|done|good|set now|"
            r"received)|received with thanks"
        ),
        (
            r"(?:treat|consider|take) this (?:\w+ )?as (?:our|my|the|an?|done)|purchase order "
            r"(?:\w+ )?(?:attached|enclosed|follows)|signed (?:copy|contract|version|agreement) "
            r"(?:attached|enclosed|is)|(?:as|like) (?:agreed|discussed|we discussed|you "
            r"suggested|arranged)|will do\b|(?:we|i)(?:'ll| will| shall)? (?:take|keep|go for|go "
            r"with|order|start with) (?:it|both|two|three|the|that|them|this|all|one|as)"
        ),
        (
            r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|h)?,? it is\b|(?:then|day|time) it is\b|keep the "
            r"\w+|(?:first|second|other|red|blue|new) ones? (?:we|i) (?:take|keep|want)|(?:works|"
            r"working|runs) (?:now|again|fine)|(?:^|\b)(?:right|good|great|perfect|fine),? "
            r"(?:see|let'?s|do that)"
        ),
    ),
    Intent.REFUSAL: (
        (
            r"no can do|(?:can'?t|don'?t|cannot|do not|fail to|struggle to) see (?:a|any|the|us|"
            r"much|how|what|why|where)|needs? (?:is|are) (?:\w+ )?(?:met|covered|served|looked "
            r"after)|(?:well|already|fully) (?:served|supplied|catered|equipped|looked after)|"
            r"(?:over|above|beyond|more than) what (?:we|i)(?:'d| can| could| want| would)|"
            r"(?:doesn'?t|don'?t|does not|not) (?:\w+ )?(?:fit|match|suit|align with) (?:our|my|"
            r"the|into|with)|too (?:big|small|complicated|complex|basic|much) for (?:us|me|our|"
            r"a)|prefer (?:our|the) (?:current|existing|own|old)"
        ),
        (
            r"(?:have|got|has|use|using|with) (?:an? |our )?(?:own )?in-?house|turned (?:it|this|"
            r"you|that|the \w+|your \w+) down|(?:rather|prefer to|choose to|going to|decided to) "
            r"(?:keep|stick|stay|leave|carry on|continue|remain|pass)|(?:won'?t|doesn'?t|"
            r"wouldn'?t|don'?t|does not|would not|will not) (?:\w+ )?(?:work|suit|help|fit|do|be "
            r"of use|make sense) (?:for )?(?:a|us|our|me|my|here)|(?:hard|firm|definite|clear|"
            r"polite|flat|resounding|straight) (?:no\b|pass)|(?:we|i) (?:see|have|had) no (?:\w+ "
            r")?(?:need|use|reason|point|value|benefit|interest|business case)|what we(?:'d| "
            r"would) gain|already (?:covered|sorted|taken care of|provided for|catered for)|"
            r"(?:won'?t|will not|not going to) be (?:pursuing|taking|needing|going|buying|"
            r"signing|renewing|continuing)"
        ),
        (
            r"(?:that'?s|that is|it'?s|it is|this is|so it'?s) (?:a |an )?(?:\w+ )?no\b|"
            r"(?:obviously|certainly|definitely|absolutely|sorry|probably|afraid|really|thanks|"
            r"again|so|but|and|well|hence|therefore),? (?:but )?(?:not|no)\s*(?:[.!,]|$)|"
            r"^\W*(?:not (?:this time|today|for us|for me|us|really|at all|a chance|ever|"
            r"happening)|no (?:chance|thanks?|ta)|pass)\b|never again"
        ),
        (
            r"(?:out-?source|outsourced|outsourcing)|nothing (?:\w+ )?(?:for you|to (?:quote|do|"
            r"buy|offer|discuss|sell))|(?:no|isn'?t|isn'?t any|not (?:any|much|enough|really)|is "
            r"no|little|zero) (?:\w+ )?(?:room|space|call|place|point|scope|market|demand|budget|"
            r"money|funding|funds|case|reason) (?:for|in|to|left|here)"
        ),
        (
            rf"(?:signed|renewed|have|got|has|tied (?:in)?to|locked in|committed to|in|under) "
            rf"(?:\S+ ){{0,4}}?(?:deal|contract|agreement|licen[cs]e|subscription|arrangement|"
            rf"lease) with|(?:have|has|got|use|using|with|work with|happy with|stay with|prefer) "
            rf"(?:\w+ ){{0,3}}?(?:another|an existing|a regular|a trusted|a preferred|an "
            rf"established|our own|our usual|our current|our existing|a local|a different) "
            rf"(?:\w+ )?{_RIVAL}"
        ),
        (
            r"(?:is|are|'s) with \w+(?: \w+)? and|(?:stay(?:ing)?|remain(?:ing)?|stick(?:ing)?|"
            r"carry(?:ing)? on|continu(?:e|ing)) (?:with|as we are|where we are|that way|put)|"
            r"(?:does|do|covers?|handles?) (?:all (?:of )?)?(?:that|this|it|these)(?: \w+){0,3}? "
            r"already|(?:we|i) (?:\w+ ){0,6}?do (?:all )?(?:our|it|this|that|everything) (?:\w+ "
            r"){0,2}?(?:on|in|by|with|ourselves|in-?house)"
        ),
        (
            rf"{_NOT} (?:\w+ )?(?:justify|afford|stretch|spend|pay that|see (?:us|it|this|the|"
            rf"any)|fit (?:our|the)|budget|warrant)|(?:too|far too|way too|bit) (?:dear|pricey|"
            rf"rich|expensive|costly|steep|much) (?:for|,|\.)|(?:twice|double|three times|more "
            rf"than) (?:what|the) (?:we|i)|(?:over|above|beyond|outside|out of) (?:our|my) "
            rf"(?:\w+ )?(?:budget|means|reach|range|price)"
        ),
        (
            rf"(?:we|i) (?:only|just) (?:deal|work|buy|use|do|trade|order|source)|(?:we|i) "
            rf"(?:{_NOT}|do not) (?:\w+ )?(?:buy|use|need|take|work with|deal with|sell|run|own|"
            rf"want) (?:\w+ ){{0,3}}?(?:any|a|an|that|this|these|such|from|for it|software|ads|"
            rf"services?|things?|more|here|at all|of the)|{_NOT} (?:a|an|our|my) (?:\w+ )?(?:fit|"
            rf"match|priority for)"
        ),
        (
            r"(?:let'?s |we'?ll |i'?ll )?leave it (?:here|there|at that)|withdrew|withdrawn|"
            r"clos(?:ing|ed) (?:the|our|down|for good|up)|(?:no|without) (?:budget|funding|money|"
            r"need|warehouse|use) (?:\w+ )?(?:for|of|to)|(?:no|not any|zero) (?:use|need|"
            r"interest|wish|desire|intention|plans|appetite) (?:for|in|to|of)|stopped all|cancel "
            r"the (?:demo|trial|pilot)|i'?d rather not|good luck (?:out there|elsewhere|with)"
        ),
    ),
    Intent.NOT_NOW: (
        (
            r"(?:frozen|freeze|on ice|on hold|paused|suspended|postponed|deferred|delayed)\b(?: "
            r"\w+){0,5}? (?:until|till|for|to|this|the)|(?:frozen|freeze|paused|halted) (?:all|"
            r"our|any|the|every) (?:\w+ )?(?:spending|spend|budgets?|projects?|purchases|hiring|"
            r"investments?)|(?:autumn|fall|spring|summer|winter|new year|next quarter)\W*\?"
        ),
        (
            r"(?:has|have|needs?|must|will have) to (?:\w+ )?(?:go|be (?:put|run|taken|passed)) "
            r"(?:through|to|past|by|via|before)|(?:when|once|if) (?:things|it|life|work) (?:\w+ "
            r")?(?:calms?|quiet\w*|settles?|slows?|eases?)|(?:too|bit) (?:early|soon)|(?:middle|"
            r"midst) of (?:a|an|our|the)|no (?:\w+ )?(?:capacity|bandwidth|time|headspace) "
            r"(?:\w+ )?(?:before|until|till|right now|now|this|at)"
        ),
        (
            r"(?:run|put|take|bring) (?:that|this|it|them) (?:past|by|to|before|up with|in front "
            r"of) (?:our|my|the|a|\w+)\b|before (?:i|we) (?:can |could |will |may )?(?:say|"
            r"decide|commit|sign|know|answer|agree|order|buy|move)|(?:has|have|need|needs|must|"
            r"got) to (?:be )?(?:decide|approve|sign off|decided|approved|agreed|discuss|talk to|"
            r"speak to|speak with|check with|ask|consult)"
        ),
        (
            rf"(?:wait|hold on|leave it|park it|until|till|try again|not before|after|once|come "
            rf"back|in touch|revisit|speak|talk|then|again|ping|write|call|back) (?:\w+ "
            rf"){{0,3}}?(?:until|till|in|after|around|from|before|come|at|next|over) (?:\w+ "
            rf"){{0,2}}?{_TIME}|(?:wait|leave it) (?:until|till) (?:then|after)"
        ),
        (
            r"(?:ping|revisit|try|write|call|talk|speak|contact|ask|catch|remind|see|e-?mail|"
            r"touch base)(?: (?:me|us|again|it|this|you|back))* (?:then|at that point|later on|"
            r"by then)\b|(?:not|isn'?t|wasn'?t|let'?s not do|can'?t do) (?:it )?(?:this (?:week|"
            r"month|quarter|year|time)|until|till|in a position|ready|yet|soon)\b|(?:budget|"
            r"fiscal|financial|grant) (?:year|cycle|round|period)|not open until|(?:no|any) "
            r"(?:\w+ )?(?:budget|money|time|capacity|funds) (?:\w+ )?(?:left|until|till|before|"
            r"this)|ask me again|glad to pick|mull (?:it|this)|let (?:it|this) sit"
        ),
    ),
}
