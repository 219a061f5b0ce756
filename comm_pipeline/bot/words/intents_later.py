"""How English speakers say: not now; for folded, spell-checked sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.NOT_NOW: (
        (
            (
                r"(?:not|isn'?t|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|"
                r"ai)nt) (?:\w+ ){0,2}?(?:right now|now|at the moment|at this (?:time|point|"
                r"stage)|yet|ready|this (?:week|month|quarter|year)|a (?:good|great|"
                r"convenient) time|the (?:right|best) time|a priority|currently|today|just now|"
                r"soon|before)|no time (?:right now|now|this|today|at|for)|^no time|too early|"
                r"too soon|bad (?:time|timing|moment)|timing is(?:n'?t| not)|(?:maybe|perhaps|"
                r"possibly|later|again|sometime|reconsider|better) (?:\w+ ){0,2}?(?:later|next "
                r"(?:week|month|quarter|year)|in (?:the )?(?:a few|the new year|spring|summer|"
                r"autumn|fall|winter|q[1-4]|january|february|march|april|may|june|july|august|"
                r"september|october|november|december|\w+ (?:weeks?|months?)))"
            ),
            (
                r"(?:get|circle|come|reach|check|try|touch|ping|hit|contact|ask|talk|speak|"
                r"write|follow|e-?mail|call|revisit|connect|look|discuss|pick|remind|chat|"
                r"drop)(?: (?:me|us|this|it|him|her|you|with|to|a line))*(?: (?:back|again|up|"
                r"base|out|in))?(?: (?:to|with|about) (?:me|us|you|it|this))?(?: please)? "
                r"(?:in (?:the )?(?:a |\w+ )?(?:few |couple of |or \w+ )?(?:days?|weeks?|"
                r"months?|quarter|year|spring|summer|autumn|fall|winter|q[1-4]|january|"
                r"february|march|april|may|june|july|august|september|october|november|"
                r"december|new year|\d)|(?:after|once|when|until) (?:the|that|we|i|my|our|she|"
                r"he|they|summer|easter|christmas|year)|next (?:week|month|quarter|year|spring|"
                r"summer)|later|(?:at|towards) the end of|on monday)"
            ),
            (
                rf"drowning in|up to my (?:neck|ears|eyeballs)|(?:{_NT}|not|cannot) (?:\w+ "
                r"){0,3}?(?:before|until|till|unless) (?:the |we|i|my|our|next|\w+ is)|(?:will|"
                r"'ll) (?:\w+ )?(?:look|read|reply|respond|answer|review|check) (?:\w+ "
                r"){0,3}?(?:properly|later|when|once|next|tomorrow|tonight|soon)|back to you "
                r"(?:next|in|on|by|soon|later)|(?:my|our|the) (?:\w+ )?(?:boss|manager|board|"
                r"cfo|ceo|director|team|committee) (?:\w+ )?(?:decides?|has to|have to|needs "
                r"to|must|will (?:have to )?decide)|(?:need|have|want) to sleep on|plate is "
                r"(?:\w+ )?full|hands (?:are )?full|full plate|down the (?:road|line|track)|"
                r"(?:another|some other) time|not (?:a good |the best |this )?(?:week|month|"
                r"quarter)|(?:other|bigger|more urgent|higher|different) (?:priorities|fish|"
                r"things)|on pause|hiring freeze|budget freeze|(?:for|at) (?:the )?(?:time "
                r"being|moment|now)(?:\s*[.!,]|$)|park (?:this|it)|hold off|hold (?:this|that|"
                r"it)|(?:to|let'?s|we'?ll|i'?ll|must|better|should|can|please) wait\b|waiting "
                r"(?:until|till|to see)|(?:q[1-4]|(?:next|early|late|mid|end of|beginning of) "
                r"(?:the |this |next )?(?:year|quarter|spring|summer|autumn|fall|winter|"
                r"january|february|march|april|may|june|july|august|september|october|november|"
                r"december)|in (?:the )?(?:spring|summer|autumn|fall|winter|new year))(?: "
                r"\w+){0,4}? (?:better|best|works|suits|maybe|perhaps|please|realistic|more "
                r"likely)|(?:sign-?off|approval|buy-?in|go-?ahead|green light|ok|okay) (?:from|"
                r"of|by) (?:my|our|the|\w+)|(?:drop|send|write|give) (?:me|us) (?:a )?(?:line|"
                r"note|shout|call|ring|message|mail|reminder) (?:again )?(?:in|after|next|once|"
                r"when|around|towards)"
            ),
            (
                r"swamped|snowed under|(?:too|very|super|really|so|quite|extremely) busy|busy "
                r"(?:until|till|with|right|at|this)|(?:no|not|\w*n't|(?:do|does|is|ca|wo|did|"
                r"was|are|have|has|could|would|ai)nt|lack) (?:\w+ ){0,2}?(?:bandwidth|capacity|"
                r"the time|time (?:for|to|right|this|now|until)|headspace)|(?:revisit|pick "
                r"(?:this|it) up|circle back|touch base|on hold|back burner|postpone|put "
                r"(?:this|it) off)"
            ),
            (
                r"(?:come|get) back to you|let you know|think (?:about it|it over|this over)|"
                r"sleep on it|keep in touch|(?:need|have|want|must|got|let me|like|i'?ll|i "
                r"will|we'?ll) (?:to )?(?:first )?(?:ask|check (?:with|internally)|discuss "
                r"(?:it|this|internally|with)|run (?:it|this) (?:by|past)|talk (?:it over|to "
                r"(?:my|our|the))|consult|clear (?:it|this) with|bring (?:it|this) up)|give "
                r"(?:me|us) (?:a few|some|a couple|until|\w+ (?:days|weeks))|need (?:some|more|"
                r"a bit more|a few) (?:time|days|weeks)"
            ),
            (
                r"budget (?:[\w']+ ){0,5}?(?:spent|frozen|exhausted|gone|used up|allocated|"
                r"closed)|locked (?:into|in)|(?:under|in a) contract (?:\w+ )?until|(?:in the "
                r")?middle of|when (?:i|we) (?:have|get|find) (?:some |more |the )?time|"
                r"(?:after|when|once) the (?:holidays?|summer|harvest|migration|move|merger|"
                r"audit|new year|season|dust)|don'?t call us|(?:i'?ll|i will|we'?ll|we will) "
                r"(?:write|call|reach out|be in touch|get in touch|contact you|come back|have "
                r"a look|read it|look at it|review it)(?: \w+){0,3}?(?: when| in| later| then| "
                r"once| after|\s*[.!]|$)"
            ),
        )
    ),
}
