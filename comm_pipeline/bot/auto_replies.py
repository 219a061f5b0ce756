"""Messages that a machine wrote, by their words; mail headers tell more and are read elsewhere."""

from typing import Final

from comm_pipeline.bot.folding import one_of, spaced

#: What machines call their messages, at the beginning of a line or a subject.
_LABEL: Final = spaced(
    r"(?m)^[\W_]*(?:(?:re|aw|fwd?) ?: ?)?(?:automatic (?:reply|response|message|answer)|auto-? "
    r"?repl(?:y|ied)|auto-? ?respon(?:se|der)|automated (?:reply|response|message)|autoreply|"
    r"(?:this is|you are receiving) an? (?:auto\w*|computer|system)[ -]?(?:generated "
    r")?(?:reply|response|message|e-?mail|mail|notification|acknowledg\w+)|automatische "
    r"(?:antwort|ruckantwort|e-?mail|nachricht)|abwesenheits\w+|dies ist eine automati\w+ \w*|"
    r"reponse automatique|ceci est un \w+ automatique|message automatique|respuesta automatica|"
    r"(?:este|esto) es un mensaje automatico|mensaje automatico|risposta automatica|messaggio "
    r"automatico|questo e un messaggio automatico|resposta automatica|(?:esta e uma )?mensagem "
    r"automatica|automatisch (?:antwoord|bericht)|dit is een automatisch\w*)\b"
)
_ABSENT_LABEL: Final = spaced(
    r"^[\W_]*(?:(?:re|aw|fwd?) ?: ?)?(?:out of (?:the )?office|ooo\b|abwesen\w+|absence|"
    r"absent\w*|fuera de la oficina|fuori ufficio|ausencia|ausente|fora do escritorio|"
    r"afwezig\w*|(?:on|im) (?:vacation|holiday|leave|urlaub)|assenza|conges|vacation)"
)
#: What only machines say.
_MACHINE: Final = one_of(
    r"(?:mailbox|inbox|mail account|e-?mail address|address|account) (?:is|are) (?:(?:not|no "
    r"longer|un|never) ?(?:being )?(?:actively |regularly )?(?:monitored|attended|checked|read|"
    r"in use|active)|unattended|unmonitored)",
    r"do not (?:reply|respond) to this|(?:please )?do not reply|no-?reply",
    r"(?:have |'ve )?received your (?:message|request|e-?mail|inquiry|enquiry|ticket|"
    r"application|mail|submission)[^?]{0,90}\b(?:will|ticket|case|shortly|soon|reference|"
    r"number|within)",
    r"your (?:message|request|e-?mail|inquiry|enquiry|case|ticket) (?:has been|was) (?:\w+ "
    r")?(?:received|logged|created|registered|assigned|forwarded to the)",
    r"(?:we|our team|someone|a member of our team|an agent|a representative)(?:'ll| will| "
    r"aims? to| try to) (?:\w+ )?(?:respond|reply|answer|get back|be in touch|"
    r"contact)[^.?]{0,50}?\b(?:within|as soon as|shortly|in due course|business|working)",
    r"your (?:ticket|case|reference|request)(?: reference)? (?:number|id|no\.?) is|(?:case|"
    r"ticket) number is",
    r"prove (?:that )?you(?:'re| are) (?:a )?human|to deliver your message|spam ?filter\w* "
    r"requires|click (?:the link |here )?(?:below )?to (?:verify|confirm that you are)",
    r"ticketnummer|(?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail) (?:\w+ ){0,4}?(?:erhalten|"
    r"eingegangen|bearbeitet)|anfrage erhalten (?:und|\.)",
    r"(?:got|received) your (?:mail|message|e-?mail|request|ticket) and (?:have )?(?:opened|"
    r"created|logged|raised|assigned)|(?:sent|comes?) from an? (?:unmonitored|unattended|"
    r"automated|no-?reply)|(?:helpdesk|support|service) bot",
    r"accus\w+ (?:\w+ )?(?:bonne )?reception|(?:bestatigen|bestatige) (?:\w+ )*(?:eingang|"
    r"erhalt)|confirmamos la recepcion|acusamos recibo|conferma\w* (?:di )?ricezione|"
    r"ontvangstbevestiging|bien recu votre (?:demande|message|mail)|votre (?:demande|message) "
    r"a (?:bien )?ete (?:recu|enregistr)\w*",
    r"(?:hemos )?recibido su (?:consulta|mensaje|solicitud|correo)[^?]{0,80}respond\w+",
    r"(?:abbiamo )?ricevuto la (?:sua|vostra|tua) (?:richiesta|mail|"
    r"e-?mail)[^?]{0,80}(?:rispond|ricontatt)\w+",
    r"recebemos (?:o|a) (?:seu|sua|vosso|vossa|teu) (?:pedido|mensagem|e-?mail|contacto|"
    r"contato)[^?]{0,80}(?:respond|entrar|breve)\w*",
    r"(?:hebben )?uw (?:bericht|vraag|aanvraag|e-?mail|mail) (?:goed |in goede orde )?ontvangen",
)


def find_auto_label(folded: str, subject: str = "") -> str | None:
    """Return the words by which a message calls itself automatic, or None."""
    match = _LABEL.search(subject) or _LABEL.search(folded[:400])
    return str(match.group(0)).strip() if match else None


def find_absent_subject(subject: str) -> str | None:
    """Return the words by which a folded subject announces an absence, or None."""
    match = _ABSENT_LABEL.search(subject)
    return str(match.group(0)).strip() if match else None


def find_machine(folded: str) -> str | None:
    """Return words that only machines write, or None."""
    match = _MACHINE.search(folded)
    return str(match.group(0)).strip() if match else None
