"""Whether a word such as "unsubscribe" is only mentioned: of others, of a product, as a guide.

For folded text: ``before`` and ``after`` are what surrounds the words, a line or two of it.
"""

from typing import Final

import re2

from comm_pipeline.bot.clauses import clause_before, rest_of_sentence
from comm_pipeline.bot.folding import spaced

#: A footer or a guide tells others what they may do.
_GUIDE_BEFORE: Final = spaced(
    r"(?:\b(?:if|should|when|whenever|in case) (?:you|your|recipients?|sie|vous|usted|desea|"
    r"vuole|u|deseja|souhaitez|voulez)\b[^.!?]*|\b(?:click|tap|press|follow|visit|reply|text|"
    r"antworten|schreiben|cliquez|klik|klicken|haga|clicca|clique|responda)\b[^.!?]*\b(?:to|um|"
    r"pour|para|per|om|with|zum)\W+(?:\w+ )?(?:to )?|\b(?:you|sie|vous|u) (?:can|may|could|"
    r"konnen|pouvez|kunt)\b[^.!?]*|\b(?:puede|pode|puo)\b[^.!?]*|(?:option|link|button|right|"
    r"possibility|way) to |instructions (?:to|on how to) )$"
)
_TO_BEFORE: Final = spaced(r"(?:^|[\n.!?|:(>-]\s*)(?:to|um|pour|para|per|om) (?:\w+ ){0,3}$")
_MY_RIGHT: Final = spaced(r"\b(?:my|our) (?:\w+ )?(?:right|option) to $")
_GUIDE_AFTER: Final = re2.compile(
    r"^[^.!?]*\b(?:click|reply|visit|send|e-?mail us|go to|follow|use|press|log in|link|button|"
    r"ask|contact|notify|klicken|antworten|cliquez|repondez|haga clic|clicca|clique|klik)\b"
)
_THING_AFTER: Final = spaced(
    r"^(?: (?:is|are|be|being))?(?: \w+)? (?:handled|supported|possible|included|automatic|"
    r"available|allowed|works?)\b|^\W*(?:here\b|link\b|rates?\b|handling|process\b|features?\b|"
    r"functions?|functionality|management|flow\b|page\b|clause|period|events?\b|reasons?\b|"
    r"numbers|statistics|stats|e-?mails?|mails? to|wording|texts?|copy|templates?|buttons?\b|"
    r"header|webhooks?|and suppression|lists? (?:are|is|management|"
    r"sync)|preferences|\|)|^s\b|^-?s\b"
)
_BROKEN: Final = spaced(
    r"\b(?:no|not|\w+n't|dont|doesnt|cannot|cant|without|broken|missing|where|nowhere|fails?|"
    r"error|did|already|tried|clicked|still|keep|again|dead)\b"
)
_MINE: Final = spaced(r"\b(?:me|us|my|our|myself|this address|this account|mich|uns|moi|ons|mij)\b")
_ME_AFTER: Final = spaced(r"^ (?:me|us|my|myself|this (?:e-?mail )?address)\b")
_WISH: Final = spaced(
    r"\b(?:please|pls|plz|kindly|i|we|bitte|ich|wir|merci|je|nous|por favor|quiero|vorrei|voglio|"
    r"graag|ik|wij|quero|how (?:do|can) i|mein\w*)\b"
)
#: Somebody else who may unsubscribe, or a product that lets them.
_OTHERS: Final = spaced(
    r"\b(?:customers?|users?|people|clients?|subscribers?|recipients?|members?|patients?|"
    r"employees|they|he|she|someone|somebody|anyone|leads|prospects|students|visitors|readers|"
    r"everyone|kunden|nutzer|benutzer|empfanger|mitarbeiter|utilisateurs?|usuarios?|clientes|"
    r"utenti|clienti|utilizadores|klanten|gebruikers|your (?:tool|product|system|software|"
    r"platform|app|solution)|does (?:it|the)|do you (?:handle|support|offer|track|have|provide)|"
    r"jullie systeem)\b"
)
_OTHER_THING: Final = spaced(
    r"^ (?:of|from) (?:(?:the|our|a|an|his|her|their|its|some|paper|certain|that) )*(?:[a-z-]+)"
)
_MAIL_THING: Final = spaced(
    r"^ (?:of|from) (?:(?:the|our|a|an|all|any|these|this|your|future|further|receiving|being|"
    r"more|such|it|everything|those|getting|its|marketing|that) )*(?:[\w-]+ )?(?:[\w-]+ "
    r")?(?:e-?mail\w*|mail\w*|list\w*|newsletter\w*|communication\w*|message\w*|campaign\w*|"
    r"sequence|contact\w*|it|this|these|everything|marketing|outreach|correspondence|updates|"
    r"notifications|texts|data|processing|all|spam|future|further|sales|promotion\w*)\b"
)
#: A subscription to something that is sold.
_PAID: Final = spaced(r"^ (?:to|for|of|with|on) (?:(?:the|your|our|this|a) )?[\w-]+(?: [\w-]+)?\b")
_TO_MAIL: Final = spaced(
    r"^ (?:to|for|of|with|on) (?:[\w-]+ ){0,3}?(?:e-?mails?|mails?|mailings?|newsletters?|lists?|"
    r"this|these|updates|it|messages|communications|notifications)\b"
)
#: Who left by mistake, or has done so and says so.
_BY_MISTAKE: Final = spaced(
    r"\baccident\w*|\b(?:re-?subscri\w+|add me back|sign me up again|back on (?:the|your) list|"
    r"put me back)|\bunsubscri\w+ (?:me |myself |us )?(?:by|in) (?:mistake|error)|"
    r"\b(?:mistakenly|wrongly) unsub"
)
#: Who nearly left, and has thought better of it.
_NEARLY: Final = spaced(
    r"\b(?:about to|going to|almost|nearly|finger on|tempted to|ready to|intended to|meaning to|"
    r"close to|on the verge of|considered|thinking of|planning to|meant to) (?:\w+ )?$"
)
_TURNED: Final = spaced(r"^[^.!?]*\b(?:when|but|until|then|till|and then|before|however)\b")
_IS_DONE: Final = spaced(r"^ (?:my|the|our|him|her|from|it)\b")
_IN_PRODUCT: Final = spaced(
    r"\b(?:admin|panel|dashboard|api|integration|settings (?:in|of)|trial|free plan|paid plan)\b"
)
#: "Why is there no way to opt out?", "my unsubscribe request".
_NO_WAY: Final = spaced(
    r"\b(?:is there|there'?s|there is|i see|i find|have) (?:no|a|any) (?:\w+ )?(?:way|option|"
    r"link|button|possibility|means) (?:\w+ )?(?:to|for) $"
)
_MY: Final = spaced(r"\b(?:my|our) (?:\w+ )?$")
_REQUEST_AFTER: Final = spaced(r"^ (?:requests?|wish|demand|notice)\b")
_THANKED: Final = spaced(r"\bthank(?:s| you) for (?:\w+ )?$")
_ABOUT_IT: Final = spaced(
    r"\b(?:information|info|details|questions?|policy|docs?|documentation|guide|help|advice|"
    r"clarity) (?:about|on|regarding|for|with) (?:\w+ )?$|\d ?%? (?:\w+ )?$"
)
_OTHERS_AFTER: Final = spaced(
    r"^ (?:\w+ ){0,4}?(?:staff|colleagues?|employees|shops?|customers?|users?|people|clients?|"
    r"subscribers?|recipients?|contacts|leads|"
    r"members|prospects|them|him|her)\b"
)
_ANY_TIME: Final = spaced(r"^[^.!?]*\bany ?time\b")
_MAY_WE: Final = spaced(
    r"\b(?:can|could|may|if|when|whether) (?:i|we|one|they)(?: (?:later|also|easily|simply))? $"
)
_MENU: Final = re2.compile(
    r"\||\b(?:privacy policy|view in browser|preferences|imprint|impressum)\b"
)


def is_talked_about(before: str, words: str, after: str) -> bool:
    """Return whether a word such as "unsubscribe" is said of others, of a product or as a guide."""
    clause, rest = clause_before(before), rest_of_sentence(after)
    if "subscription" in words and _is_of_a_contract(clause, rest):
        return True
    if _MY_RIGHT.search(clause):
        return False
    if _is_told_of(clause, words, rest, after):
        return True
    return not _is_mine(clause, words, rest) and _is_a_guide_or_thing(before, rest, after)


def _is_of_a_contract(clause: str, rest: str) -> bool:
    """Return whether a subscription is one to something that is sold."""
    if _MAY_WE.search(clause) or _ANY_TIME.search(rest):
        return True
    return bool(_PAID.search(rest) and not _TO_MAIL.search(rest))


def _is_a_guide_or_thing(before: str, rest: str, after: str) -> bool:
    clause = clause_before(before)
    if _GUIDE_BEFORE.search(clause) or _is_menu(before, after):
        return True
    if _TO_BEFORE.search(before) and _GUIDE_AFTER.search(rest):
        return True
    if _THING_AFTER.search(rest):
        return not _WISH.search(clause)
    return _is_of_others(clause, rest)


def _is_told_of(clause: str, words: str, rest: str, after: str) -> bool:
    """Return whether it was a mistake, is done, is asked about or done to somebody else."""
    if _BY_MISTAKE.search(f"{clause}{words}{after}") or _THANKED.search(clause):
        return True
    if _NEARLY.search(clause) and _TURNED.search(rest):
        return True
    is_over = words.rstrip().endswith("ed") and _IS_DONE.search(rest)
    if is_over and not _BROKEN.search(clause + rest) and not _WISH.search(clause):
        return True
    if _IN_PRODUCT.search(rest):
        return True
    return bool(_ABOUT_IT.search(clause) or _OTHERS_AFTER.search(rest))


def _is_of_others(clause: str, rest: str) -> bool:
    if _OTHER_THING.search(rest) and not _MAIL_THING.search(rest):
        return True
    asked = rest if rest.rstrip().endswith("?") else ""
    return bool(_OTHERS.search(clause) or _OTHERS.search(asked))


def _is_mine(clause: str, words: str, rest: str) -> bool:
    return bool(
        _NO_WAY.search(clause)
        or (_MY.search(clause) and _REQUEST_AFTER.search(rest))
        or (_MINE.search(words) and "subscription" not in words)
        or _ME_AFTER.search(rest)
        or (_BROKEN.search(clause + rest) and _WISH.search(clause))
    )


def _is_menu(before: str, after: str) -> bool:
    line = before.rpartition("\n")[2] + " " + after.partition("\n")[0]
    return bool(_MENU.search(line))
