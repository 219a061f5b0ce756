"""How English speakers say yes and thanks; for folded, spell-checked sentences."""

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
_GOOD: Final = (
    r"(?:good|great|interesting|promising|exciting|cool|useful|amazing|brilliant|fantastic|"
    r"awesome|helpful|nice|wonderful|excellent|intriguing|relevant|valuable|perfect|lovely|"
    r"worthwhile|like (?:a (?:good |great )?(?:fit|idea)|something|what))"
)

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.INTEREST: (
        (
            (
                r"interested|intrigued|curious|keen|excited|thrilled|enthusiastic|interesting|"
                r"(?:peaked|piqued) (?:my|our) (?:interest|curiosity)|(?:caught|got) (?:my|"
                r"our) attention"
            ),
            rf"(?:sounds?|looks?|seems?|appears?) (?:[\w']+ ){{0,3}}?{_GOOD}",
            (
                r"tell (?:me|us) more|(?:hear|know|learn|see|find out|read|understand) (?:a "
                r"(?:bit|little) )?more"
            ),
            (
                r"(?:i'?d|we'?d|would|i|we|really|do) (?:\w+ )?(?:love|like) (?:to (?:hear|"
                r"know|learn|see it|see this|see how|see the|try|explore|give it|find out|test|"
                r"understand|get started|move forward|have a look|take a look|join|be part)|"
                r"the (?:idea|sound|concept|look|product|demo)|it\b|this|these|your|what you)"
            ),
            (
                r"(?:like|love) (?:the (?:idea|sound|concept|look)|these updates|your "
                r"(?:product|idea|approach|blog|newsletter))"
            ),
            (
                r"want (?:to|a) (?:know|learn|see|try|hear|explore|test|trial|demo|be part|"
                r"join|buy|get started|replace|remove our old)"
            ),
            (
                r"exactly what (?:i|we)\w*|just what (?:i|we)\w*|(?:could|might|may|would) "
                r"(?:\w+ )?be (?:a |an )?(?:\w+ )?(?:fit|match|useful|helpful|solution|what we "
                r"need|great for|good for|relevant|handy)"
            ),
            (
                r"(?:great|good|perfect|right|excellent) (?:timing|moment|time)\b|just started "
                r"looking|(?:are|'re|am|'m) (?:\w+ )?(?:looking (?:for|at|into)|evaluating|in "
                r"the market)|open to|worth (?:a|exploring|looking|discussing|trying)|on board"
            ),
            (
                r"(?:have|got|has|caught|caught) (?:my|our) (?:full )?(?:attention|eye|"
                r"interest)|(?:this|that|it) (?:is|'s|looks) (?:very |really |so |pretty "
                r")?(?:cool|great|neat|awesome|brilliant|fantastic|amazing|nice|interesting)|"
                r"go on\s*[.!]|(?:we|i)'?d like it|up for (?:it|this|that)|(?:just|only) "
                r"(?:talking|discussing|thinking) about (?:this|that|it)|keep (?:me|us) (?:on|"
                r"in the loop|posted|updated|informed)|neat|impressive|impressed|fascinating|"
                r"wow|tempt(?:ed|ing)|eager|like what (?:i|you)|up for (?:it|this|that)|"
                r"exactly (?:this|that|the|our|my) (?:\w+ )?(?:issue|problem|challenge|topic|"
                r"thing)|struggl(?:e|ing) with|(?:show|walk) (?:me|us)|(?:what are|what'?s) "
                r"(?:the )?next(?: steps?)?|where do (?:i|we) start|more about|(?:will|would|"
                r"might|may|to) consider|^\W*(?:nice|great|cool|awesome|amazing|brilliant|"
                r"excellent|fantastic|lovely)\s*[!,.]|sounds? like (?:something|exactly|just|"
                r"fun|us)"
            ),
            (
                r"happy to (?:\w+ )?(?:look|take|learn|hear|see|discuss|explore|try|consider|"
                r"read|give)|can'?t wait|looking forward to (?:hearing|learning|seeing|trying)|"
                r"i'?m listening|i am listening|all ears|go on|count (?:me|us) in for|glad to "
                r"(?:hear|learn|see) (?:more|it)|we need (?:this|that|something like)|could "
                r"use (?:this|something|that|it)|sign me up|how (?:do|can) (?:i|we) (?:get "
                r"started|sign up|try)|(?:they|these|it|this)(?: are| is|'re|'s|re) (?:really |"
                r"very |so )?(?:useful|helpful)"
            ),
        )
    ),
    Intent.CONFIRMATION: (
        (
            r"^\s*\++\s*1?\s*$",
            (
                r"(?:^|, )\W*(?:(?:oh|well|hi|hello|hey)[ ,]+)?(?:yes|yep|yeah|yup|yea|sure|ok|"
                r"okay|agreed|deal|confirmed|correct|absolutely|definitely|certainly|perfect|"
                r"fine|affirmative|of course|approved|accepted|great,|done|right)"
            ),
            (
                r"(?:i|we|hereby|gladly|happily|we'd like to|we'll|i'll)(?: \w+)? (?:accept|"
                r"approve|agree|confirm)"
            ),
            (
                r"go ahead|let'?s (?:do (?:it|this)|go|get started|proceed|move forward|go for "
                r"it|go ahead)|please proceed"
            ),
            (
                r"(?:work|works|worked|suit|suits|fit|fits|ok|okay|fine|good|perfect|great)(?: "
                r"\w+)? (?:for|with|by) (?:me|us)|(?:suits|fits) (?:me|us|my|our)"
            ),
            (
                rf"{_DAY}(?: (?:morning|afternoon|evening|then|also))? (?:(?:will|does|also) "
                rf")?(?:works?|suits?|is (?:fine|"
                r"good|perfect|great|ok|okay|ideal)|fits|sounds good|it is)"
            ),
            (
                r"like a plan|give (?:it|this|that) a (?:shot|try|go|whirl)|(?:i|we)'?(?:ll| "
                r"will) take (?:it|the|two|one)|(?:i'?ve|we'?ve|have) signed|(?:running|"
                r"working|works|runs) (?:smoothly|again|fine|perfectly|flawlessly)|still "
                r"reading|don'?t take me off|(?:it|that|this|which) (?:works|suits|fits|will "
                r"do|is fine|is ok|is okay|is perfect)|(?:i|we)'?(?:ll| will) (?:be there|join|"
                r"attend|take it)|(?:i|we) (?:give|have) (?:you )?(?:the|my|our) (?:green "
                r"light|go-?ahead|ok|blessing|approval)|green light|(?:ready|happy|glad|"
                r"willing) to (?:sign|proceed|go ahead|meet|"
                r"start)|where do (?:i|we) sign|send (?:\w+ )?(?:the )?(?:contract|agreement|"
                r"invite|invitation|paperwork|po)|(?:get|have) the (?:po|purchase order)|"
                r"you'?ve got a deal|consider it done|"
                r"confirmed"
            ),
            (
                r"see you (?:then|there|on|at|tomorrow|monday|tuesday|wednesday|thursday|"
                r"friday|next|soon)|looking forward to (?:it|meeting|our|speaking|talking|the|"
                r"seeing you)|(?:that'?s|that is|this is|it'?s|all) (?:\w+ )?(?:correct|right|"
                r"confirmed)|keep (?:them|it|these|'em) coming|(?:you may|feel free to) (?:\w+ "
                r")?(?:contact|e-?mail|call|write|reach)"
            ),
            (
                r"solved|fixed|resolved|sorted|(?:works|working|running) (?:\w+ )?(?:again|"
                r"now|fine|perfectly|well|great|as expected|like a charm)|all (?:is )?(?:good|"
                r"fine|well|set up)|(?:can )?close (?:the|this|my) (?:ticket|case)|leave it at"
            ),
        )
    ),
    Intent.THANKS: (
        (
            r"thank(?:s| you| u|ful)|thanx|thnx|thx|tysm|appreciate (?:the|your|it|that|this|"
            r"all|you)|appreciated|grateful|cheers(?:,? (?:mate|for|\w+,)|\s*!)|much obliged|"
            r"kind of you|you'?re (?:a star|the best|awesome|a lifesaver)"
        ),
    ),
}
