"""Whether somebody says something, and does not only ask, suppose, refuse or report it.

"We accept" is said in "yes, we accept, when do we start?"; it is not in "if we accept", "who said
we accept", "we are unable to accept" or "we accept only if the price drops". For folded text.
"""

from collections.abc import Sequence
from typing import Final

from comm_pipeline.bot.asking import is_asked
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.negation import is_negated
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.bot.words.dates import MONTH, WEEKDAY

#: Characters of a sentence on either side of words that are looked at.
_AROUND: Final = 200

#: Words by which a phrase speaks for its writer or says how things are; others name a matter, which
#: a question names as well as an answer ("pricing").
_SPEAKS: Final = spaced(
    r"\b(?:i|i'm|i'll|i'd|we|we're|we'll|me|us|let's|ich|wir|mir|uns|je|j\w?'|nous|moi|yo|nos|ik|"
    r"wij|ons|accept\w*|acept\w*|accett\w*|aceit\w*|akzeptier\w*|agree\w*|approv\w*|confirm\w*|"
    r"proceed\w*|go ahead|sign\w*|deal|yes|yeah|yep|ok|okay|sure|works?|working|suits?|fits?|fine|"
    r"good|great|perfect|happy|glad|ready|interested|book|schedule|send|start|try|buy|take|order|"
    r"join|upgrade|renew|continue|see you|looking forward|resolved|solved|fixed|done|oui|ja|si|sim|"
    r"einverstanden|gern\w*|passt|d'accord|ca marche|de acuerdo|va bene|combinado|akkoord|prima)\b"
)
#: "Where do I sign" asks and agrees.
_ASKS_ITSELF: Final = spaced(r"^(?:where|when|how|what|who|which|can|could|do|does)\b|\?")
#: What binds its writer: nobody asks another to do it for him.
_BINDS: Final = spaced(
    r"^(?:i|we)\b|\b(?:accept|approve|agree|confirm|proceed|go ahead|sign|deal)\b"
)
_REQUEST: Final = spaced(
    r"\b(?:can|could|would|will) you(?:,? (?:please|kindly|just|perhaps|maybe|also|then))*,? $"
)
_SUGGESTION: Final = spaced(
    r"\b(?:(?:can|could|may|shall) (?:we|i)|why (?:not|don't (?:we|you))|possible to|like to|love "
    r"to)(?: please| just| maybe| perhaps)* $"
)

_CONDITION: Final = spaced(
    r"\b(?:if|unless|whether|provided(?: that)?|assuming|suppos(?:e|ing)|in case|on condition|"
    r"as long as|wenn|falls|sofern)\b"
)
#: Before these the words themselves are the condition.
_CONDITION_BEFORE: Final = spaced(
    r"\b(?:when|whenever|once|until|till|before|after|as soon as|should|were|had|would|did|sobald|"
    r"bevor|nachdem|ob|quand|des que|avant que|si|cuando|antes de que|se|quando|als|indien|zodra|"
    r"voordat)(?: (?:we|i|they|you|he|she|all|ever))?(?: to)? $"
)
_CONDITION_AFTER: Final = spaced(
    r"\b(?:(?:but )?(?:only|just|even) (?:if|when|once|after|with)|if|unless|provided|providing|"
    r"condition|as long as|so long as|subject to|assuming|depending on|wenn|falls|sofern|a "
    r"condition que|siempre que|a condizione|desde que|mits)\b"
)
#: "If that is fine with you" asks for leave and sets no condition.
_COURTESY: Final = spaced(
    r"\b(?:let (?:me|us) know|(?:tell|ask|call|write) (?:me|us))(?: \w+)? if\b|\bif (?:you|u) "
    r"(?:have|need|agree|like|wish|want|prefer|don't mind|can|could|are|'re|still)\b|\bif (?:it|"
    r"that|this|thursday|the \w+)(?:'s| is| still)? (?:ok\w*|fine|possible|convenient|good|"
    r"available|free|suits|works|helps|all right|alright)|\bif (?:so|possible|any|not already|"
    r"needed|necessary)\b"
)
#: What others say or think, or the writer only considers.
_NOT_SO_FAR: Final = spaced(
    r"\b(?:might|may|maybe|perhaps|possibly|probably|could|consider\w*|thinking|tempted|hop(?:e|es|"
    r"ing)|plan(?:s|ning)?|supposed|allowed|authori[sz]ed|permitted|how|why|deadline|pretend\w*|as "
    r"if|as though|sounds? (?:like|as)|looks? (?:like|as)|assum\w+|suppos\w+|imagin\w+|wonder\w*|"
    r"doubt\w*|unsure|unclear|unable|refus\w+|declin\w+|reluctant|hesita\w+|impossible|nothing|far "
    r"from|hard|difficult|too early|too soon|yet|no way|(?:wants?|wanted|asks?|asked|tells?|told|"
    r"expects?|expected|urged?|forced?|begged?) (?:\w+ )?to|has to|have to|had to|must|need\w*|"
    r"reasons?|time|enough|waiting|wait|tomorrow|later|vielleicht|eventuell|peut-etre|tal vez|"
    r"quizas?|forse|talvez|misschien)(?: [\w']+){0,3} $"
)
_REPORTED: Final = spaced(
    r"\b(?:he|she|they)(?:'s|'re| is| are| was| were)(?: \w+)? $|\b(?:who|you|he|she|they|nobody|"
    r"no one|someone|somebody|everyone|everybody|people|anyone|[a-z]+)(?: (?:all|just|only|never|"
    r"already|'ve|have|has))? (?:said|says|say|think|thinks|thought|claim|claims|claimed|told|"
    r"tells|believes?|believed|wrote|writes|ask|asks|asked|know|knows|mean|means|meant)(?: "
    r"[\w']+){0,3} $"
)
_OWN_WORD: Final = spaced(
    r"\b(?:i|we|i'd|i'll|must|can)(?: (?:just|already|must|would|can|have))? (?:say|said|mean|"
    r"meant|think|believe|told|know|wrote)(?: [\w']+){0,3} $"
)
#: What is accepted beside what was offered: "we accept no liability", "I accept that you are busy".
_ACCEPTS: Final = spaced(r"\b(?:accept|approve|agree)$")
_OFFERED: Final = spaced(
    r"^(?:\W*$|[.,!;:)\n-]|\s*[-(]|\s*\n| (?:and|but|so|then|with|on behalf|for|from|as|at|under|"
    r"when|where|what|how|who|thanks?|many thanks|please|gladly|happily|immediately|now|today|"
    r"tomorrow|both|it|them|everything|gern\w*|unconditionally|fully)\b|[^.!?]{0,60} as "
    r"(?:proposed|offered|discussed|agreed)\b| (?:to|of) (?:it|that|this|the|your|meet|"
    rf"proceed|go|start)\b| (?:this|that|these|those|all)\W*$| (?:on )?(?:{WEEKDAY}|{MONTH})\b| \d|"
    r" (?:the|your|this|that|these|those|all|both)?(?: ?[\w']+){0,2}? ?(?:proposals?|offers?|"
    r"quotes?|quotation|terms|deal|prices?|pricing|conditions|contracts?|agreement|appointments?|"
    r"invitations?|invite|meeting|times?|slot|dates?|plan|suggestions?|estimate|budget|order|"
    r"purchase)\b)"
)


def is_said(folded: str, sentences: Sequence[Sentence], start: int, end: int) -> bool:
    """Return whether the writer of a text says the words at a place of it, and means them."""
    before, after = _in_sentence(folded, sentences, start, end)
    if is_negated(before):
        return False
    words = folded[start:end]
    if not _SPEAKS.search(words) or _ASKS_ITSELF.search(words):
        return True
    if _REQUEST.search(before) and not _BINDS.search(words):
        return True
    if _SUGGESTION.search(before) and not _BINDS.search(words):
        return True
    if is_asked(sentences, start, end) or _is_supposed(before, after):
        return False
    return not (_ACCEPTS.search(words) and not _OFFERED.search(after))


def _in_sentence(
    folded: str, sentences: Sequence[Sentence], start: int, end: int
) -> tuple[str, str]:
    """Return what stands in the sentence before and after a place."""
    for one in sentences:
        if one.start <= start < one.start + len(one.text):
            begin, finish = one.start, one.start + len(one.text)
            break
    else:
        begin, finish = start, end
    before = folded[max(begin, start - _AROUND) : start]
    return before.rpartition(";")[2], folded[end : min(finish, end + _AROUND)].partition(";")[0]


def _is_supposed(before: str, after: str) -> bool:
    """Return whether words are conditional, doubtful, or somebody else's."""
    if _CONDITION.search(_COURTESY.sub(" ", before)) or _CONDITION_BEFORE.search(before):
        return True
    if _CONDITION_AFTER.search(_COURTESY.sub(" ", after)):
        return True
    if _NOT_SO_FAR.search(before):
        return True
    return bool(_REPORTED.search(before) and not _OWN_WORD.search(before))
