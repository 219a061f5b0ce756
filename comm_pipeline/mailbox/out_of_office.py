"""Words by which programs say that a person is away, in the usual languages of offices."""

import re
from typing import Final

_LOOKED_AT: Final = 3_000

#: Subjects that only a program writes, from their beginning: "Re: Automatic reply" is a person's.
_AUTOMATIC_SUBJECT: Final = re.compile(
    r"(automatic reply|auto(mated|matic)?[ -]?(reply|response|responder)|out of (the )?office"
    r"( auto-?reply| reply| message| notification| re:| until| from|\s*[:(\[\u2013-]|$)"
    r"|(abwesenheits(notiz|benachrichtigung|meldung|assistent)|automatische (antwort|r[üe])"
    r"|autom(atische)? antwort)|r[ée]ponse automatique|absence du bureau|message d.absence"
    r"|respuesta autom[áa]tica|fuera de (la )?oficina|risposta automatica|fuori ufficio"
    r"|resposta autom[áa]tica|fora do escrit[óo]rio|automatisch (antwoord|bericht)"
    r"|afwezigheids|niet op kantoor|autosvar|automatiskt svar|automaattinen vastaus"
    r"|odpowied[źz] automatyczna|automatick[áa] odpov)",
    re.IGNORECASE,
)
_AWAY: Final = re.compile(
    r"out of (the |my )?office|out-of-office|\booo\b|away from (the |my )?(office|desk|email|mail)"
    r"|(annual|parental|maternity|paternity|sick|medical|family) leave"
    r"|\bon (leave|vacation|holidays?)\b"
    r"|(i am|i'm|will be|currently) (away|on leave|on holiday|on vacation|travell?ing|unavailable)"
    r"|limited access to (my )?e-?mail|(return|back) (to|in|at) (the |my )?office"
    r"|abwesen|au(ß|ss)er haus"
    r"|nicht im (b[üu]ro|haus|dienst)|im urlaub|in elternzeit|wieder (im b[üu]ro|erreichbar|da )"
    r"|absente? (du|de mon|jusqu)|absence du bureau|en cong[ée]s?|en vacances|de retour (le|au)"
    r"|fuera de (la |mi )?oficina|de vacaciones|estar[ée] ausente|me encuentro ausente"
    r"|fuori (dall.)?ufficio|in ferie|sar[òo] assente|sono assente|fora do escrit[óo]rio"
    r"|de f[ée]rias|estarei ausente|estou ausente|niet (op|in) kantoor|niet aanwezig|afwezig"
    r"|(met|op) (vakantie|verlof)|semester|p[åa] ferie|lomalla|urlop",
    re.IGNORECASE,
)


def is_automatic_subject(subject: str) -> bool:
    """Return whether a subject begins as only those of automatic replies do."""
    return bool(_AUTOMATIC_SUBJECT.match(subject.strip()))


def says_away(subject: str, text: str) -> bool:
    """Return whether an automatic reply says that its author is away."""
    return bool(_AWAY.search(f"{subject}\n{text[:_LOOKED_AT]}"))
