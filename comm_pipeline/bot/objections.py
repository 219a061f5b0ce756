"""What keeps the writer of a reply from saying yes; for folded and spell-checked text."""

from collections.abc import Iterator
from typing import Any, Final

from comm_pipeline.bot.folding import one_of, spaced
from comm_pipeline.domain.analysis import Objection

_WORDS: Final[dict[Objection, tuple[str, ...]]] = {
    Objection.PRICE: (
        (
            r"(?:comes down to|matter of|question of|depends on|because of) (?:\w+ )?(?:cost|"
            r"price|money|budget)|budgets? (?:is|are|was|were) (?:\w+ )?(?:frozen|cut|gone|"
            r"tiny|limited|tight)"
        ),
        (
            r"(?:beyond|out of|outside|above|over) (?:our|my|the) (?:reach|range|budget|means)|"
            r"more than (?:we|i) (?:can|could|want to|are willing to) (?:spend|pay|afford)|"
            r"(?:what|than) (?:we|i) can (?:spend|pay|afford)|prices? (?:\w+ )?(?:is|are) "
            r"(?:way|too|very|far|quite)|overpriced|costs? (?:\w+ )?too much|cheaper "
            r"(?:elsewhere|option|alternative|one)|(?:arm and a leg)|(?:money|funds) (?:is|"
            r"are) (?:tight|short|low)"
        ),
        (
            r"(?:too|very|so|quite|bit|rather|pretty|more|really|way) (?:\w+ )?(?:expensive|"
            r"pricey|costly|steep|dear)|expensive|pricey|(?:price|cost|costs|fee|rate) (?:\w+ "
            r")?(?:is|are|seems?) (?:\w+ ){0,2}?(?:high|steep|much|problem|issue)|(?:can'?t|"
            r"cannot|not|could not|couldn'?t|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|"
            r"could|would|ai)nt|we can|i can|able to) (?:\w+ )?afford|(?:no|not|\w*n't|(?:do|"
            r"does|is|ca|wo|did|was|are|have|has|could|would|ai)nt|tight|limited|small|without|"
            r"little|over|exceeds?|outside|beyond|above|out of) (?:\w+ ){0,3}?(?:budget|money|"
            r"funds|price range)|budget (?:\w+ )?(?:is|are) (?:\w+ )?(?:tight|limited|small|"
            r"cut)|(?:cheaper|discount|lower price|half (?:of )?(?:that|the price))|zu teuer|"
            r"teuer|kein budget|trop cher|demasiado car[oa]|muy car[oa]|troppo car[oa]|muito "
            r"car[oa]|te duur"
        ),
    ),
    Objection.COMPETITOR: (
        (
            r"(?:happy|satisfied|loyal|long-?time|existing) [\w-]+ (?:customers?|users?|"
            r"clients?|shop)|(?:we'?re|we are|i'?m) (?:on|with|using|a|an) (?:\w+ "
            r")?(?:salesforce|hubspot|zoho|pipedrive|tableau|looker|power bi|excel|sap|oracle|"
            r"microsoft|google|mailchimp|zendesk|intercom|slack|notion|jira|monday|asana|"
            r"shopify)|just (?:renewed|signed|bought|switched|moved)|(?:contract|deal|"
            r"agreement) with (?:a|an|another|our|\w+)"
        ),
        (
            r"competitors?|(?:another|other|different|existing|current|our|a|the) (?:vendor|"
            r"supplier|provider|solution|tool|agency)(?: \w+)?"
        ),
        (
            r"(?:already|currently) (?:\w+ )?(?:use|using|have|work with|working with|got|"
            r"signed|committed|running|rely on|with)|(?:went|gone|going|signed|renewed|"
            r"stay(?:ing)?|stick(?:ing)?) with|(?:happy|satisfied) with (?:our|the|my) "
            r"(?:current |existing |present )?(?:vendor|supplier|provider|tools?|solution|"
            r"system|one|agency|partner|setup)|arbeiten (?:schon|bereits) mit|(?:haben|nutzen) "
            r"(?:schon|bereits)|(?:avons|utilisons) deja|ya (?:tenemos|usamos|trabajamos)|"
            r"abbiamo gia|ja (?:temos|usamos)|hebben al"
        ),
    ),
    Objection.TIMING: (
        (
            r"drowning in|(?:can'?t|cannot|won'?t|not) (?:\w+ ){0,4}?before|frozen (?:until|"
            r"till)|again in \w+"
        ),
        (
            r"plate is (?:\w+ )?full|hands (?:are )?full|other priorities|down the (?:road|"
            r"line)|another time|on pause|freeze|not this (?:month|week|quarter|year)|(?:drop|"
            r"send|give) (?:me|us) (?:a )?(?:line|note|shout|call) (?:in|after|next)|busy|"
            r"q[1-4] (?:would|is|might|works)"
        ),
        (
            r"(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt) (?:\w+ "
            r"){0,2}?(?:right now|now|at the moment|at this time|this (?:year|quarter|month)|"
            r"yet|ready|a priority|a good time|the right time|soon)|bad (?:time|timing)|too "
            r"(?:early|soon|busy)|no time|swamped|snowed under|(?:no|not|\w*n't|(?:do|does|is|"
            r"ca|wo|did|was|are|have|has|could|would|ai)nt) (?:\w+ ){0,2}?(?:capacity|"
            r"bandwidth|time for|the time|time this|time right)|next (?:quarter|year)|"
            r"(?:locked into|under contract|in a contract)|(?:back|again|talk|revisit|reach "
            r"out|ping me|hit me up|contact) (?:\w+ ){0,3}?(?:in (?:\w+ )?(?:\w+ )?(?:months?|"
            r"weeks|january|february|march|april|may|june|july|august|september|october|"
            r"november|december|autumn|spring|summer|winter|fall|the new year)|next|after the)|"
            r"im moment (?:nicht|kein)|keine zeit|pas (?:pour le|en ce) moment|ahora no|mas "
            r"adelante|non (?:adesso|ora)|agora nao|nu (?:even )?niet"
        ),
    ),
    Objection.AUTHORITY: (
        (
            r"(?:sign-?off|approval|buy-?in|permission|go-?ahead|green light|ok|okay) (?:from|"
            r"of|by)|need(?:s)? (?:\w+ )?approval|above my (?:pay ?grade|head)|(?:not|n't) "
            r"(?:have |got )?the (?:authority|power|final say)"
        ),
        (
            r"(?:ask|check with|talk to|speak to|consult|convince|discuss (?:it |this )?with|"
            r"run (?:it|this) (?:by|past)|approval (?:from|of|by)|clear (?:it|this) with|"
            r"depends on|up to|sign-?off (?:from|by)) (?:my|our|the) (?:\w+ )?(?:boss|manager|"
            r"board|team|cfo|ceo|cto|director|management|superior|supervisor|partners?|"
            r"procurement|head|legal|committee|wife|husband|finance)|(?:run|clear) (?:it|this) "
            r"(?:by|past|with)|(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|"
            r"would|ai)nt) (?:\w+ )?(?:my|mine|the one) (?:decision|call|to decide|who "
            r"decides)|(?:board|boss|management|manager|cfo|ceo|procurement|committee|"
            r"headquarters|hq) (?:\w+ )?(?:has to|have to|must|needs to|decides?|will decide|"
            r"would have to|signs?|approve\w*)|sign off|(?:can'?t|cannot|not able to|not "
            r"allowed to|not authori[sz]ed to) (?:\w+ )?(?:decide|sign|approve)|(?:mein|"
            r"meine[nrm]?) (?:chef\w*|vorgesetzt\w*) (?:fragen|entscheid\w*)|demander a mon|"
            r"preguntar a mi|chiedere al mio|perguntar ao meu"
        ),
    ),
    Objection.NO_NEED: (
        (
            r"(?:is|are) (?:\w+ )?enough for (?:us|me)|not necessary|(?:can|do) without|(?:no|"
            r"don'?t have a|not a) (?:use|use case) for|why would (?:i|we) need"
        ),
        (
            r"(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt|no|"
            r"never) (?:\w+ ){0,2}?(?:need|see (?:the|any|a) (?:value|need|point|benefit|"
            r"reason)|use for|have (?:that|this|such a) problem|required?)|no need|(?:all set|"
            r"we'?re (?:good|covered|fine|sorted))|(?:happy|satisfied|content|fine) with "
            r"(?:what|how)|built (?:something|it|our own|one|this) (?:\w+ )?(?:ourselves|"
            r"in-?house)|(?:do|does|works?|working) (?:the job|fine|well)|(?:good|fine) "
            r"(?:enough )?as (?:it|we|things)|in-?house|keinen bedarf|brauchen (?:wir )?(?:das "
            r")?nicht|pas besoin|no (?:lo )?necesit\w+|non (?:ne )?(?:abbiamo|ho) bisogno|nao "
            r"precis\w+|niet nodig"
        ),
    ),
    Objection.TRUST: (
        (
            r"dodgy|shady|sketchy|fishy|sell (?:our|my) data|(?:can|how) (?:i|we) be (?:sure|"
            r"certain)|(?:are|is) (?:you|this|it) (?:\w+ )?(?:legit|real|genuine|safe|serious)|"
            r"not (?:sure|convinced) (?:\w+ )?(?:about|by) (?:you|your|the)|unknown (?:company|"
            r"vendor|sender)"
        ),
        (
            r"scam|fraud|phishing|legit(?:imate)?|trust(?:worthy)?|never heard of (?:you|your)|"
            r"(?:wary|suspicious|skeptical|sceptical|hesitant|worried|concerned|nervous|"
            r"careful|uncomfortable) (?:\w+ )?(?:of|about|with|to|sharing)|burned|burnt|bad "
            r"(?:experiences?|reviews)|too good to be true|(?:data )?(?:security|privacy) "
            r"(?:\w+ )?(?:concern|issue|worr)\w*|who (?:are you|is behind)|how do (?:i|we) "
            r"know|(?:is|are) (?:my|our|the) data (?:safe|secure)|seriositat|unserios|arnaque|"
            r"estafa|truffa|fraude|oplichting"
        ),
    ),
}
_PATTERNS: Final[dict[Objection, Any]] = {
    objection: one_of(*words) for objection, words in _WORDS.items()
}
#: What talks of the same things and is no objection.
_NONE: Final = spaced(
    r"\b(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt|isn'?t) "
    r"(?:too |that |so |very )?(?:expensive|pricey|costly)|\bbudget (?:is|of|around|about)\b "
    r"\D{0,12}\d|\bwhy we (?:need|use)|integrat\w+ with|tell (?:me|us) about"
)


def find_objections(folded: str) -> Iterator[tuple[Objection, int, int]]:
    """Yield each objection with the place of the words that say so."""
    for objection, pattern in _PATTERNS.items():
        match = pattern.search(folded)
        if match and not _NONE.search(folded[max(0, match.start() - 30) : match.end() + 20]):
            yield objection, match.start(), match.end()
