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
    r"(?:new|next) (?:\w+ )?year|spring|summer|autumn|winter|(?:january|february|march|april|"
    r"may|june|july|august|september|october|november|december)|q[1-4]|christmas|easter|"
    r"the (?:holidays|summer|move|audit|merger|migration|launch|weekend))"
)

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.INTEREST: (
        (
            r"(?:would|'d) (?:really |very much )?(?:like|love) to (?:see|hear|know|learn|"
            r"find out) (?:what|how|whether|more)|\btimely\b|like (?:where|how|what) (?:this|"
            r"it|you|that)|(?:explore|look into|dig into|discuss|take) (?:it|this|that) "
            r"(?:further|more|deeper|forward)|(?:tool|solution|supplier|product|partner|"
            r"service|something) like (?:yours|you|this)|(?:save|spare|help|benefit) (?:us|me|"
            r"our|my) (?:\w+ ){0,3}?(?:time|money|work|hassle|lot|team)|(?:right|just) what "
            r"the doctor ordered|my kind of"
        ),
        (
            r"solves? (?:a|the|our|my|this|that) (?:\w+ )?(?:problem|issue|headache|challenge)|"
            r"(?:been|are|were) (?:\w+ )?(?:looking|searching|hunting|waiting) for (?:exactly |"
            r"just |precisely )?(?:this|that|such|something|you)|(?:right|good|perfect) "
            r"(?:moment|"
            r"time|timing)|have (?:my|our) attention|(?:try|test|pilot|trial) (?:it|this|that) "
            r"(?:in|with|on|at|out)"
        ),
        (
            r"count (?:me|us) in|(?:i|we) want in\b|sign (?:me|us) up|put (?:me|us) down "
            r"(?:for|as)|"
            r"(?:i'?m|we'?re|i am|we are) (?:\w+ )?(?:in\b[.!]|game|sold|tempted|convinced|"
            r"hooked|up "
            r"for)|you had (?:me|us) at|where do (?:i|we) sign"
        ),
        (
            rf"(?:this|that|it|which|one|they|these)(?: \w+){{0,4}}? (?:is|was|are|were|'s|"
            rf"sounds?|"
            rf"looks?|seems?) (?:\w+ )?{_PRAISE}"
        ),
        (
            r"^\W*(?:ooh?|oh|wow|yes|yep|yeah)?[ ,]*(?:yes please|please do|love (?:it|this|"
            r"that)|"
            r"like "
            r"it|nice one|brilliant|wow)\b|\bboth yes\b|ooh yes"
        ),
        (
            r"(?:could|would|might|may|can|will) (?:(?:well|really|actually|definitely|easily) "
            r")?(?:work|be (?:of )?(?:use|interest)|help|suit|fit|save|solve)(?: (?:\w+ )?(?:for|"
            r"in|at|"
            r"us|our|me|my|well|nicely|here))"
        ),
        (
            r"(?:don'?t|couldn'?t|can'?t|cannot|do not) (?:ever )?(?:stop (?:sending|reading|"
            r"thinking|"
            r"these)|wait)|keep (?:sending|writing|them coming)|wish (?:i|we)(?:'d| had)|"
            r"(?:changed "
            r"(?:my|our) mind|things (?:have )?changed)"
        ),
        (
            r"(?:can|could) you help (?:us|me)?(?: \w+)? ?with (?:that|this|it)|(?:our|my) "
            r"(?:biggest|"
            r"main|worst) (?:headache|problem|issue|worry|challenge)|exactly (?:our|my|what)|"
            r"we(?:'ve| "
            r"have)? (?:been )?(?:desperately |really |actually )?(?:need|looking for|after) "
            r"(?:a|an|"
            r"some|something|this|that)"
        ),
        (
            r"(?:keen|eager|excited|curious|happy|glad|delighted|thrilled|pleased|love) (?:to|"
            r"about) "
            r"(?:see|have a (?:chat|look|go|call)|try|hear|learn|know|talk|meet|explore|take|get|"
            r"discuss|give|pilot|join)|good deal of enthusiasm|no obstacle|(?:fits?|suits?) "
            r"(?:\w+ "
            r"){0,2}?(?:our|my) (?:\w+ )?(?:project|plans?|roadmap|needs|setup|strategy)"
        ),
        (
            r"(?:talk|hear|know|chat|speak|learn|read) (?:\w+ )?about (?:the|your) (?:new "
            r")?(?:range|"
            r"product|offer|service|tool|platform|package)|(?:want|like|love) (?:to )?(?:talk|"
            r"know|hear|"
            r"chat) (?:\w+ )?(?:about|more)|leave (?:me|us) out of|(?:we|i)(?:'d| would) "
            r"(?:\w+ )?be "
            r"(?:\w+ )?(?:interested|up for|keen|open)|only one i did(?:n't| not) delete"
        ),
    ),
    Intent.CONFIRMATION: (
        (
            r"(?:order|booking|payment|transfer|registration|application|contract|form|"
            r"deposit)s? (?:placed|made|done|confirmed|completed?|sent|signed|submitted|"
            r"returned|paid)\b|go for it|(?:have|got|it'?s|we'?ve) (?:\w+ )?a deal\b|deal'?s "
            r"on|nothing to add|(?:we|i)(?:'ve| have)? transferred|(?:accept|agree|fine|ok|"
            r"happy) (?:to|with) (?:the|your|all|these|those) (?:terms|price|conditions|date|"
            r"proposal|offer)"
        ),
        (
            r"(?:decided|happy|going|go|gone) (?:to go )?(?:with|for) you(?:r \w+)?|consider "
            r"(?:it|this) (?:done|signed|agreed|sold|settled)|payment (?:\w+ )?(?:went|goes|"
            r"going|"
            r"gone) out|(?:happy|fine|ok|okay|good|content) with the (?:draft|proposal|contract|"
            r"version|terms|wording|price|plan|date)|no (?:changes|objections|corrections)(?: "
            r"\w+)?|(?:have|has|got|with) (?:our|my|the) (?:\w+ )?(?:approval|blessing|consent|"
            r"agreement|okay|ok\b|go-?ahead|sign-?off)"
        ),
        (
            r"(?:the rest|everything|all|it|this|that|contract|order|po|invoice|deal|offer|"
            r"proposal|"
            r"quote|budget|payment|form|paperwork|deposit)(?: \w+){0,2}? (?:is|are|was|were|"
            r"has been|"
            r"have been|'s|gets?) (?:\w+ ){0,2}?(?:approved|signed|paid|done|accepted|confirmed|"
            r"sorted|"
            r"settled|agreed|in order|on its way|booked|transferred|sent|fine|correct|ok)"
        ),
        (
            r"(?:i|we)(?:'ve| have)? (?:just |already |now |all )?(?:signed|paid|registered|"
            r"booked|"
            r"transferred|approved|confirmed|accepted|returned|completed|submitted|filled|"
            r"arranged|"
            r"received|agreed|decided to go|placed the order)\b|so that'?s (?:done|settled|"
            r"agreed)|all "
            r"(?:of us )?(?:agreed|working|sorted|done|good|set now|received)|received with "
            r"thanks"
        ),
        (
            r"(?:treat|consider|take) this (?:\w+ )?as (?:our|my|the|an?|done)|purchase order "
            r"(?:\w+ )?(?:attached|enclosed|follows)|signed (?:copy|contract|version|agreement) "
            r"(?:attached|enclosed|is)|(?:as|like) (?:agreed|discussed|we discussed|you "
            r"suggested|"
            r"arranged)|will do\b|(?:we|i)(?:'ll| will| shall)? (?:take|keep|go for|go with|"
            r"order|"
            r"start with) (?:it|both|two|three|the|that|them|this|all|one|as)"
        ),
        (
            r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|h)?,? it is\b|(?:then|day|time) it is\b|keep the "
            r"\w+|"
            r"(?:first|"
            r"second|other|red|blue|new) ones? (?:we|i) (?:take|keep|want)|(?:works|working|"
            r"runs) "
            r"(?:now|again|fine)|(?:^|\b)(?:right|good|great|perfect|fine),? (?:see|let'?s|do "
            r"that)"
        ),
    ),
    Intent.REFUSAL: (
        (
            r"no can do|(?:can'?t|don'?t|cannot|do not|fail to|struggle to) see (?:a|any|the|"
            r"us|much|how|what|why|where)|needs? (?:is|are) (?:\w+ )?(?:met|covered|served|"
            r"looked after)|(?:well|already|fully) (?:served|supplied|catered|equipped|looked "
            r"after)|(?:over|above|beyond|more than) what (?:we|i)(?:'d| can| could| want| "
            r"would)|(?:doesn'?t|don'?t|does not|not) (?:\w+ )?(?:fit|match|suit|align with) "
            r"(?:our|my|the|into|with)|too (?:big|small|complicated|complex|basic|much) for "
            r"(?:us|me|our|a)|prefer (?:our|the) (?:current|existing|own|old)"
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
            r"signing|"
            r"renewing|continuing)"
        ),
        (
            r"(?:that'?s|that is|it'?s|it is|this is|so it'?s) (?:a |an )?(?:\w+ )?no\b|"
            r"(?:obviously|"
            r"certainly|definitely|absolutely|sorry|probably|afraid|really|thanks|again|so|"
            r"but|and|"
            r"well|hence|therefore),? (?:but )?(?:not|no)\s*(?:[.!,]|$)|^\W*(?:not (?:this time|"
            r"today|"
            r"for us|for me|us|really|at all|a chance|ever|happening)|no (?:chance|"
            r"thanks?|ta)|pass)\b|never again"
        ),
        (
            r"(?:out-?source|outsourced|outsourcing)|nothing (?:\w+ )?(?:for you|to (?:quote|"
            r"do|buy|"
            r"offer|discuss|sell))|(?:no|isn'?t|isn'?t any|not (?:any|much|enough|really)|is no|"
            r"little|"
            r"zero) (?:\w+ )?(?:room|space|call|place|point|scope|market|demand|budget|money|"
            r"funding|"
            r"funds|case|reason) (?:for|in|to|left|here)"
        ),
        (
            rf"(?:signed|renewed|have|got|has|tied (?:in)?to|locked in|committed to|in|under) "
            rf"(?:\S+ "
            rf"){{0,4}}?(?:deal|contract|agreement|licen[cs]e|subscription|arrangement|lease) "
            rf"with|"
            rf"(?:have|has|got|use|using|with|work with|happy with|stay with|prefer) (?:\w+ "
            rf"){{0,3}}?(?:another|an existing|a regular|a trusted|a preferred|an established|"
            rf"our "
            rf"own|"
            rf"our usual|our current|our existing|a local|a different) (?:\w+ )?{_RIVAL}"
        ),
        (
            r"(?:is|are|'s) with \w+(?: \w+)? and|(?:stay(?:ing)?|remain(?:ing)?|stick(?:ing)?|"
            r"carry(?:ing)? "
            r"on|continu(?:e|ing)) (?:with|as we are|where we are|that way|put)|(?:does|do|"
            r"covers?|"
            r"handles?) (?:all (?:of )?)?(?:that|this|it|these)(?: \w+){0,3}? already|(?:we|i) "
            r"(?:\w+ ){0,6}?do (?:all )?"
            r"(?:our|it|this|that|everything) (?:\w+ ){0,2}?(?:on|in|by|with|ourselves|in-?house)"
        ),
        (
            rf"{_NOT} (?:\w+ )?(?:justify|afford|stretch|spend|pay that|see (?:us|it|this|the|"
            rf"any)|"
            rf"fit "
            rf"(?:our|the)|budget|warrant)|(?:too|far too|way too|bit) (?:dear|pricey|rich|"
            rf"expensive|"
            rf"costly|steep|much) (?:for|,|\.)|(?:twice|double|three times|more than) (?:what|"
            rf"the) "
            rf"(?:we|i)|(?:over|above|beyond|outside|out of) (?:our|my) (?:\w+ )?(?:budget|means|"
            rf"reach|"
            rf"range|price)"
        ),
        (
            rf"(?:we|i) (?:only|just) (?:deal|work|buy|use|do|trade|order|source)|(?:we|i) "
            rf"(?:{_NOT}|do "
            rf"not) (?:\w+ )?(?:buy|use|need|take|work with|deal with|sell|run|own|want) (?:\w+ "
            rf"){{0,3}}?(?:any|a|an|that|this|these|such|from|for it|software|ads|services?|"
            rf"things?|"
            rf"more|here|at all|of the)|{_NOT} (?:a|an|our|my) (?:\w+ )?(?:fit|match|priority "
            rf"for)"
        ),
        (
            r"(?:let'?s |we'?ll |i'?ll )?leave it (?:here|there|at that)|withdrew|withdrawn|"
            r"clos(?:ing|ed) "
            r"(?:the|our|down|for good|up)|(?:no|without) (?:budget|funding|money|need|warehouse|"
            r"use) "
            r"(?:\w+ )?(?:for|of|to)|(?:no|not any|zero) (?:use|need|interest|wish|desire|"
            r"intention|"
            r"plans|appetite) (?:for|in|to|of)|stopped all|cancel the (?:demo|trial|pilot)|i'?d "
            r"rather "
            r"not|good luck (?:out there|elsewhere|with)"
        ),
    ),
    Intent.NOT_NOW: (
        (
            r"(?:frozen|freeze|on ice|on hold|paused|suspended|postponed|deferred|"
            r"delayed)\b(?: \w+){0,5}? (?:until|till|for|to|this|the)|(?:frozen|freeze|paused|"
            r"halted) (?:all|our|any|the|every) (?:\w+ )?(?:spending|spend|budgets?|projects?|"
            r"purchases|hiring|investments?)|(?:autumn|fall|spring|summer|winter|new year|"
            r"next quarter)\W*\?"
        ),
        (
            r"(?:has|have|needs?|must|will have) to (?:\w+ )?(?:go|be (?:put|run|taken|passed)) "
            r"(?:through|to|past|by|via|before)|(?:when|once|if) (?:things|it|life|work) (?:\w+ "
            r")?(?:calms?|quiet\w*|settles?|slows?|eases?)|(?:too|bit) (?:early|soon)|(?:middle|"
            r"midst) of (?:a|an|our|the)|no (?:\w+ )?(?:capacity|bandwidth|time|headspace) "
            r"(?:\w+ "
            r")?(?:before|until|till|right now|now|this|at)"
        ),
        (
            r"(?:run|put|take|bring) (?:that|this|it|them) (?:past|by|to|before|up with|in "
            r"front of) "
            r"(?:our|my|the|a|\w+)\b|before (?:i|we) (?:can |could |will |may )?(?:say|decide|"
            r"commit|"
            r"sign|know|answer|agree|order|buy|move)|(?:has|have|need|needs|must|got) to (?:be )?"
            r"(?:decide|approve|sign off|decided|approved|agreed|discuss|talk to|speak to|"
            r"speak with|"
            r"check with|ask|consult)"
        ),
        (
            rf"(?:wait|hold on|leave it|park it|until|till|try again|not before|after|once|come "
            rf"back|in "
            rf"touch|revisit|speak|talk|then|again|ping|write|call|back) (?:\w+ "
            rf"){{0,3}}?(?:until|"
            rf"till|"
            rf"in|after|around|from|before|come|at|next|over) (?:\w+ ){{0,2}}?{_TIME}|(?:wait|"
            rf"leave it) "
            rf"(?:until|till) (?:then|after)"
        ),
        (
            r"(?:ping|revisit|try|write|call|talk|speak|contact|ask|catch|remind|see|e-?mail|"
            r"touch base)"
            r"(?: (?:me|us|again|it|this|you|back))* (?:then|at that point|later on|by then)\b|"
            r"(?:not|"
            r"isn'?t|wasn'?t|let'?s not do|can'?t do) (?:it )?(?:this (?:week|month|quarter|year|"
            r"time)|until|till|in a "
            r"position|ready|yet|soon)\b|(?:budget|fiscal|financial|grant) (?:year|cycle|round|"
            r"period)|not open "
            r"until|(?:no|any) (?:\w+ )?(?:budget|money|time|capacity|funds) (?:\w+ )?(?:left|"
            r"until|"
            r"till|before|this)|ask me again|glad to pick|mull (?:it|this)|let (?:it|this) sit"
        ),
    ),
}
