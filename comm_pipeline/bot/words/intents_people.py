"""How English speakers say: not me, ask somebody else; for folded, spell-checked sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

_WHO: Final = (
    r"(?:(?:my|our|the|his|her) (?:\w+ ){0,3}?(?:colleague\w*|boss|manager|team|head|director|"
    r"cto|ceo|cfo|coo|cio|department|assistant|partner|secretary|office|purchas\w+|procurement|"
    r"lead|owner|it|person|people|desk|co-?founder)|mr\.? \w+|mrs\.? \w+|ms\.? \w+|\S+@\S+)"
)


WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.WRONG_PERSON: (
        (
            (
                r"why would (?:i|we) (?:need|want|care)|(?:i am|i\'?m) (?:just |only )?an? "
                r"(?:teacher|student|nurse|doctor|pensioner|retiree|musician|artist|driver|"
                r"freelancer|private \w+)|(?:sorry|think),? (?:you have the |you\'ve got the "
                r")?wrong|wrong (?:person|contact|guy|man|woman|address|e-?mail|department|"
                r"number|\w+ here|one|place|inbox|team|company)|(?:not|\w*n't|(?:do|does|is|ca|"
                r"wo|did|was|are|have|has|could|would|ai)nt) (?:\w+ ){0,2}?(?:right|correct|"
                r"best|appropriate|proper) (?:person|contact|one|address|man|woman|guy|"
                r"department|team)|not (?:really )?(?:my|our) (?:area|department|job|"
                r"responsibility|field|remit|domain|topic|role|business|decision to|call)|"
                r"(?:isn'?t|is not) (?:really )?(?:my|our) (?:area|department|job|"
                r"responsibility|field|remit|domain|topic|role)"
            ),
            (
                r"(?:i|we) (?:do not|don'?t|never|no longer|am not|'m not|are not|'re not|"
                r"can'?t|cannot) (?:\w+ )?(?:handle|deal with|manage|decide|make (?:\w+ "
                r")?(?:\w+ )?decisions?|responsible|in charge|involved|look after|take care of|"
                r"oversee|work (?:in|on|with) (?:that|this|sales|it\b|marketing|procurement|"
                r"purchasing))|i'?m not (?:\w+ )?(?:responsible|in charge|involved|the one)"
            ),
            (
                r"(?:you|u) (?:want|need|should (?:ask|talk|contact)|are looking for|'re "
                r"looking for|"
                rf"mean) [a-z]+(?: [a-z]+)?,? (?:not me|instead)|(?:not|{_NT}) mine\b|not my "
                r"(?:thing|call|turf|lane|line|scope|patch|desk|team|business|problem|decision|"
                r"department)|(?:no idea|not sure|don'?t know) why you(?:'re| are|r)? (?:\w+ "
                r")?(?:writing|e-?mailing|contacting|sending|asking)|why (?:me|are you "
                r"(?:writing|e-?mailing|contacting|asking) me)|(?:moved|transferred) to "
                r"(?:another|a different|a new) (?:team|role|company|department|job|position)|"
                r"never worked (?:at|for|there|in)|(?:private|personal) (?:person|individual|"
                r"e-?mail address|address)|(?:have|has|'ve|i|since) (?:\w+ )?retired|"
                r"(?:someone|somebody) else'?s (?:job|area|topic)|not in (?:sales|it\b|"
                r"marketing|hr|charge|that (?:team|department))"
            ),
            (
                r"nothing to do with|no longer (?:\w+ )?(?:work|with|at|employed|in charge|"
                r"responsible|part of|here|in this)|(?:do not|don'?t|doesn'?t|does not) work "
                r"(?:here|there|for|at|in)(?: \w+){0,2}|(?:has |have |'ve |he |she |\w+ |i "
                r")left (?:the (?:company|business|firm|organi[sz]ation|team)|in (?:\w+)|"
                r"last|our|acme)|(?:changed|switched) (?:jobs|roles) (?:and|so)|(?:i'?m|i am|"
                r"he'?s|she'?s|has|have) (?:\w+ )?retired|not with (?:the company|us)"
            ),
            (
                r"(?:meant|intended|supposed) (?:for|to be for|to go to) (?:someone|somebody|"
                r"another|a different)|do (?:we|i) know (?:each|you)|who (?:is this|are you)|"
                r"(?:mean|looking for|want) (?:my colleague|someone else|somebody else|a "
                r"different)|mistaken (?:me|identity)|(?:just|only) an? (?:intern|student|"
                r"trainee|assistant)|(?:i'?m|i am) in (?:hr|it|finance|marketing|sales|legal|"
                r"accounting)|different (?:person|department)"
            ),
        )
    ),
    Intent.REFERRAL: (
        (
            (
                r"(?:please|better|best|should|could|can|might|try|you'?d|would|kindly|suggest|"
                r"instead|^\W*(?:\w+[,.] )?) ?(?:you )?(?:better )?(?:speak|talk|contact|ask|"
                r"reach out|write|get in touch|turn|direct|refer|e-?mail|call|try|send|address|"
                r"speaking|talking|contacting|asking|get hold of)(?:ing)?(?: (?:this|it|that|"
                r"your "
                rf"\w+|all))?(?: (?:to|with|directly))* {_WHO}"
            ),
            (
                r"(?:forward(?:ed|ing)?|pass(?:ed|ing)?|hand(?:ed|ing)?|sent|relay(?:ed|ing)?) "
                r"(?:this|it|your \w+|that|you)(?: \w+)? (?:to|on|over|along)|(?:cc'?(?:ing|ed|"
                r"'d)|cc(?:ing|ed)?|copying|copied|looping|looped|adding|added|including) "
                r"(?:in )?(?:\w+ )?(?:[a-z]+|here)\b(?: who| from| in| here| to|\s*[,.]|$)|in "
                r"cc\b|put(?:ting)? you in (?:touch|contact)|introduc(?:e|ing) you|connect you "
                r"with"
            ),
            (
                r"(?:shared|discussed|raised|forwarded) (?:this|it|your \w+|that) (?:\w+ "
                r")?(?:with|to) (?:my|our|the|a)|(?:person|one|man|woman|colleague|contact) "
                r"(?:in charge|responsible|to (?:ask|talk to|contact)|for (?:this|that))(?: "
                r"\w+){0,2}? is|(?:write|mail|e-?mail|send it|send them|turn) (?:directly )?to "
                r"\S+@\S+|(?:best|right|correct|better|appropriate) (?:person|contact|one|"
                r"point of contact)(?: \w+){0,4}? (?:is|would be|will be)|(?:his|her|my|their|"
                r"the) (?:replacement|successor) is|(?:\w+) (?:handles|looks after|takes care "
                r"of|deals with|is responsible for|is in charge of|runs|manages) (?:that|this|"
                r"these|our|it|all|the|such|purchasing|analytics|procurement)|you (?:may |"
                r"probably |might )?(?:mean|want) my colleague"
            ),
            (
                r"(?:contact|to|ask|e-?mail|call|with|reach|try) [a-z]+(?: [a-z]+)?[ ,(]+(?:at "
                r")?\S+@\S+|(?:please|better|should|best|to) (?:speak|talk|turn|reach out|"
                r"write|get in touch) (?:to|with) [a-z]+"
            ),
            (
                r"^\W*(?:try|ping|ask|contact|e-?mail|call) [a-z]+(?: [a-z]+)? (?:in|from|at|"
                r"over|on|who|instead)|^\W*(?:adding|cc|copying|looping in) [a-z]+|(?:she|he|"
                r"they|who|[a-z]+) (?:owns|leads|heads|runs|would know|can help|is your (?:man|"
                r"woman|guy|contact|best bet)|is the (?:person|one|right|best)|will (?:help|"
                r"take it|handle|assist|be able))|over to (?:you )?[a-z]+\s*[.!]|(?:passed|"
                r"handed|given) (?:this |it )?(?:on )?to (?:my|our|the)"
            ),
            (
                r"(?:direct|send|address) (?:your|all|any) (?:\w+ )?(?:enquir|inquir|request|"
                r"question|mail|message)\w* to"
            ),
        )
    ),
}
