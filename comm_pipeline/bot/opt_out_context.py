"""Whether words that sound like an opt-out are meant as one, by what stands around them.

For folded text: ``before`` and ``after`` are what surrounds the words, a line or two of it.
"""

from typing import Final

import re2

from comm_pipeline.bot.clauses import clause_before, rest_of_sentence
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.opt_out_matters import is_other_matter

#: Negations that keep an opt-out word from meaning it, e.g. "please don't unsubscribe me".
_KEEP: Final = spaced(
    r"\b(?:hate|hated|sad|sorry|loath|reluctant) to (?:be )?$|"
    r"\b(?:(?:do not|don'?t|did not|didn'?t|does not|doesn'?t|not|never|no need|rather than|"
    r"instead of|without having|no reason|nicht|kein\w*|ne|n'|pas|no|non|nao|niet|geen)(?: "
    r"(?:dare|want|wish|mean|meant|need|like|trying|going|asking|asked|you|ever|please|to|be|have|"
    r"wollte|mochte|will|mich|uns|vom|von|me|nous|quiero|quisiera|deseo|queria|pienso|voy|a|de|"
    r"voglio|vorrei|quero|desejo|wil|willen|we|wir|i|souhaite|veux|m'))*)\s*$|\bn'$|\b(?:jamais|"
    r"nunca|mai|nooit|nie) (?:\w+ )?$"
)
#: Verbs that are negated behind them: "melden Sie mich nicht ab".
_NOT_AWAY: Final = spaced(
    r"^(?:bitte )?(?:meld|trag|nehm|nimm|streich|losch|loesch|entfern|bestell|schrijf|haal|"
    r"verwijder|"
    r"schrap)\w* (?:sie |u )?(?:mich|uns|mij|me|ons|mein\w*|mijn|onze)\b.*\b(?:nicht|niet|"
    r"keinesfalls|"
    r"nie|nooit)\b"
)
#: What turns such a negation round again: "if you do not stop emailing me, ...".
_UNLESS: Final = re2.compile(
    r"\b(?:if|why|unless|until|hesitate|wenn|si|se|als|pourquoi|perche|porque|warum|forget|fail|"
    r"wait|interessiert|interes\w*|thanks|thank you)\b[^.!?\n]*$"
)
#: Words that begin with a negation themselves, and what turns them: "why don't you contact me".
_NEGATION: Final = re2.compile(r"^(?:do not|don'?t|never|no|not)\b")
_WHY: Final = spaced(r"\bwhy (?:on earth )?$")
#: A time or a way after "don't contact me" makes it a wish, not an end.
_ONLY_LATER: Final = spaced(
    r"^(?: again| back)?,? (?:before|until|till|by (?:phone|telephone|text|post)|via|through|on "
    r"(?:my |linkedin|whatsapp|teams|slack|weekends?|the weekend|(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day|holiday|vacation)|during|over the|at (?:the )?weekends?|at night|at home|"
    r"outside|while|as long as|this week|today|tomorrow|in (?:the )?(?:morning|evening|january|"
    r"february|march|april|may|june|july|august|september|october|november|december)|right now|"
    r"(?:[\w']+ ){1,2}on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|yet|so early|so late|after|"
    r"(?:we|i)'?ll call|about (?:\w+ )?(?:invoices?|billing|orders?|payments?|support|tickets?|"
    r"technical \w+|hr|bugs|it issues))\b|^, call|^(?: (?:pas|plus|mehr|mas|piu|mais|meer))? "
    r"(?:avant|vor|antes (?:de|das|del)|prima|voor|por las? (?:manana|tarde|noche)s?|le (?:matin|"
    r"soir|week-?end)|am (?:wochenende|vormittag|nachmittag)|la mattina|de manha|a noite|le "
    r"weekend)\b"
)
_IS_LIMITED: Final = re2.compile(
    r"\b(?:not|do not|don'?t|never|no|stop|nicht|keine?|pas|ne|non|nao|niet|geen|remove)\b"
)
#: What may come back by itself or is talked of: "there are no more messages".
_RECEIVES_NO_MORE: Final = spaced(
    r"^(?:no longer|never) (?:get|receive|see|hear)|^stopped (?:getting|receiving|hearing|seeing)"
)
_WANTED: Final = spaced(
    r"\b(?:want|wish|like|prefer|rather|need|please|would|ask\w*|should|could|can|to|if|happ\w+|"
    r"glad\w*|grateful|"
    r"nice|lovely)\b[^.!?]*$"
)
#: "No more than two mails a month": how many, not none.
_AT_MOST: Final = spaced(r"^(?:no|not) (?:more|further|any more) than\b")
#: Who thanks for what was done: "thank you for stopping them so promptly".
_THANKED: Final = spaced(r"\b(?:thanks|thank you|grateful) for (?:\w+ )?$")
_WAS_DONE: Final = spaced(
    r"\bso (?:promptly|quickly|fast|soon)\b|\b(?:while|when|yesterday|last (?:week|month))\b"
)
_STATED: Final = spaced(
    r"\b(?:there (?:are|were|is|was|will be)|have|had|has|got|get|gets|receive[ds]?|see|saw|with|"
    r"means?|recibido|recibi|recebi|recebemos|ricevuto|recu|bekommen|erhalten|habe|haben|hatte|"
    r"ontvangen|heb|hebben|ai|avons)(?: noch| bisher| nog| encore)? $"
)
_NO_MORE: Final = spaced(
    r"^(?:no (?:more|further|additional|future)|keine?|geen|no mas|plus (?:de|d'))\b"
)
#: Who stops doing something of their own.
_OWN_DOING: Final = spaced(
    r"\b(?:we|they|he|she|it|team|staff|people|users|customers|to be able to|helps? (?:us|me)|"
    r"let'?s|us|i)(?: (?:\w+ )?(?:want|wanted|need|needed|like|love|plan|decided|decide|try|"
    r"tried|trying|hope|have|had|would|could|can|will|should|might|finally|also|just|ll|d))*(?: "
    r"to)? $|\b(?:we|they|customers|users|people)'?(?:d|ll|ve)? (?:like |love |want )?to $"
)
_STOPS_SENDING: Final = spaced(
    r"^(?:stop\w*|cease\w*|quit|end|discontinue|halt) .*\b(?:sending|these|this|the|all|those|"
    r"any|our)\b"
)
_TO_US: Final = spaced(r"\b(?:me|us|my|our inbox|your)\b")
#: Removing somebody from something else than a list.
_OTHER_PLACE: Final = spaced(
    r"^ (?:hold|mute|topic|guard|speaker|app|portal|software|tool|platform|dashboard)\b|^ (?:the|"
    r"this|"
    r"that|our) (?:[\w-]+ )?(?:cc|thread|invite|"
    r"invitation|meeting|call|chain|loop|group chat)\b|^ (?:por (?:maternidad|paternidad|"
    r"enfermedad)|medica|laboral|"
    r"temporal|maternal)\b|^ (?:meeting|thread|invite|loop)\b|^ (?:from|of|off|on|in) (?:(?:the|"
    r"this|that|our|your) )?(?:[\w-]+ )?(?:cc|thread|invite|invitation|meeting|call|chain|loop|"
    r"group chat|admin\w*|role|account as|(?:speakers?|guests?|attendees?|waiting|wait|prices?|"
    r"participants?|bidders?|door|rota|holiday) ?-?lists?|quote|order|invoice|contract|offer|"
    r"proposal|report|slides?|deck|website|webinar|event|app|portal|shop|agenda|minutes|draft|"
    r"document|spreadsheet)\b|^ as (?:admin|owner|user)"
)
#: Lists of something else than addresses to write to.
_OTHER_LIST: Final = spaced(
    r"\b(?:from|off|of|on) (?:the|your|this) (?:speakers?|guests?|attendees?|waiting|wait|"
    r"prices?|participants?|bidders?|shopping|to-?do|packing|parts) ?-?lists?\b"
)
#: Who does not get any more mail, and says so.
_REPORTED: Final = spaced(
    r"\b(?:(?:ich|wir) (?:bekomm|erhalt|krieg)\w*|je (?:ne )?recois|no (?:me )?llegan|non ricevo|"
    r"nao recebo|ik (?:ontvang|krijg))\b[^.!?]*$"
)
_NONE_COME: Final = re2.compile(r"\b(?:nicht|keine?|pas|no|non|nao|niet|geen|plus)\b")
#: Details that are to be kept anew, not to be forgotten.
_RENEWED: Final = spaced(r"\bnew (?:\w+ )?(?:address|details|number|e-?mail|name)\b")
#: "Will you delete our data when the contract ends?" asks how it is done.
_IS_ABOUT_DATA: Final = spaced(r"\b(?:data|information|records?|details)\b")
_ASKS_ABOUT: Final = spaced(
    r"(?:^|[,:;] )\W*(?:and |but |so |also )?(?:will|do|does|would|is|are|what|when|how (?:long|"
    r"do you|does)|who|at what)\b"
)
_SAMPLE: Final = spaced(r"\b(?:demo|test|sample|trial|old|duplicate) \w+$")
#: "Do not hesitate to write".
_HESITATE: Final = spaced(r"\b(?:hesit|zoger|scheue|dude|dudes|esit|aarzel|schroom)\w*\b")
#: "Do not hesitate to remove me" asks for it all the same.
_REMOVES: Final = spaced(r"\b(?:remove|unsubscribe|delete|take|drop) (?:me|my|us|our)\b")
_HOW: Final = spaced(r"\bhow (?:do|can|could|would|to|am|on earth)\b")


#: A footer says to its readers what they may do if they want no more mail.
_ADDRESSEE: Final = spaced(
    r"\b(?:(?:if|should|when|whenever|in case) you|(?:falls|wenn|sollten|sofern) (?:sie|du)|si "
    r"vous|si (?:ya )?no (?:desea|quiere|deseas|quieres)|se (?:non |piu )*(?:desidera|vuole|"
    r"vuoi)|se (?:ja )?nao (?:deseja|quer|quiser|pretende)|(?:als|indien|wilt) u)\b"
)
_FIRST_PERSON: Final = spaced(
    r"\b(?:i|me|my|we|us|i'?ll|we'?ll|ich|mich|mir|wir|uns|je|moi|mij|me|ik|mi)\b|\bm'|"
    r"mail\w*lijst"
)
_I: Final = spaced(r"\b(?:i|i'?d|we'?d|we would|would be)\b")


def is_meant(before: str, words: str, after: str) -> bool:
    """Return whether words that ask for no more mail are neither negated nor limited in time."""
    clause, rest = clause_before(before), rest_of_sentence(after)
    if _is_of_something_else(clause, words, rest) or is_other_matter(clause, words, rest, after):
        return False
    if _NOT_AWAY.search(words) or _is_stated(clause, words, rest):
        return False
    if _is_own_doing(clause, words, rest):
        return False
    return not _KEEP.search(clause) or bool(_UNLESS.search(clause))


def _is_of_something_else(clause: str, words: str, rest: str) -> bool:
    """Return whether it is limited in time or place, a footer, or a question how data are kept."""
    is_invited = _HESITATE.search(clause + words) and not _REMOVES.search(words)
    if is_invited or _OTHER_PLACE.search(rest) or _SAMPLE.search(words):
        return True
    if _OTHER_LIST.search(words + rest) or _RENEWED.search(words):
        return True
    if _IS_LIMITED.search(words) and _ONLY_LATER.search(rest):
        return True
    is_mine = _FIRST_PERSON.search(words + rest) or _I.search(clause)
    if _ADDRESSEE.search(clause + words) and not is_mine:
        return True
    is_asked = rest.rstrip().endswith("?")
    return bool(is_asked and _IS_ABOUT_DATA.search(words) and _ASKS_ABOUT.search(clause))


def _is_stated(clause: str, words: str, rest: str) -> bool:
    """Return whether it only says how things are, or asks why."""
    if (_NEGATION.search(words) and _WHY.search(clause)) or _AT_MOST.search(words):
        return True
    if _RECEIVES_NO_MORE.search(words) and not _WANTED.search(clause):
        return True
    if _THANKED.search(clause) and _WAS_DONE.search(rest):
        return True
    return bool(
        (_NO_MORE.search(words) and _STATED.search(clause))
        or (_REPORTED.search(clause) and _NONE_COME.search(words))
    )


def _is_own_doing(clause: str, words: str, rest: str) -> bool:
    if not _STOPS_SENDING.search(words) or _TO_US.search(words + rest):
        return False
    return bool(_OWN_DOING.search(clause) and not _HOW.search(clause))
