"""Messages that a machine wrote, by their words; mail headers tell more and are read elsewhere."""

from typing import Final

from comm_pipeline.bot.folding import one_of, spaced

#: What machines call their messages, at the beginning of a line or a subject.
_LABEL: Final = spaced(
    r"(?m)^[\W_]*(?:(?:re|aw|fwd?) ?: ?)?(?:automatic (?:reply|response|message|answer)|auto-? "
    r"?repl(?:y|ied)|auto-? ?respon(?:se|der)|automated (?:reply|response|message)|autoreply|"
    r"(?:this is|you are receiving) an? (?:auto\w*|computer|system)[ -]?(?:generated )?(?:reply|"
    r"response|message|e-?mail|mail|notification|acknowledg\w+)|automatische (?:antwort|"
    r"ruckantwort|e-?mail|nachricht)|abwesenheits\w+|dies ist eine automati\w+ \w*|reponse "
    r"automatique|ceci est une? \w+ automatique|message automatique|respuesta automatica|(?:este|"
    r"esto) es un (?:mensaje|correo|e-?mail) automatico|mensaje automatico|risposta automatica|"
    r"messaggio automatico|questo e un messaggio automatico|resposta automatica|(?:esta e uma "
    r")?mensagem automatica|automatisch (?:antwoord|bericht)|dit is een automatisch\w*)\b"
)
_ABSENT_LABEL: Final = spaced(
    r"^[\W_]*(?:(?:re|aw|fwd?) ?: ?)?(?:out of (?:the )?office|ooo\b|abwesen\w+|absence|"
    r"absent\w*|fuera de la oficina|fuori ufficio|ausencia|ausente|fora do escritorio|afwezig\w*|"
    r"(?:on|im) (?:vacation|holiday|leave|urlaub)|assenza|conges|vacation)"
)
#: What no line begins with and still is a machine's word about its own message.
_GENERATED: Final = one_of(
    r"(?:this|that|the (?:present|above)) (?:\w+ ){0,2}?(?:e-?mail|mail|message|response|reply|"
    r"note|notification|acknowledg\w+) (?:was|is|has been) (?:\w+ ){0,2}?(?:auto\w*|generated|"
    r"computer\W?generated|sent by (?:a|an|our) \w*(?:system|machine|robot|bot))|this is an? "
    r"(?:auto\w*|computer|system)\W?(?:\w+ )?(?:acknowledg\w+|reply|response|message|"
    r"notification|confirmation)|(?:was |is )?generated automatically|automatically generated|"
    r"\W(?:auto|automatic|automated)\W?(?: ?(?:reply|response|message|generated))?[)\]]",
    r"(?:diese|dies ist eine|dieser) (?:\w+ )?automati\w+(?: \w+)? (?:e-?mail|mail|nachricht|"
    r"antwort|eingangs\w+)|automatisch (?:erzeugte?n?|generierte?n?|erstellte?n?|versand\w*) \w+|"
    r"(?:message|courriel|mail|reponse) (?:genere|envoye|emis)e? automatiquement|(?:mensaje|"
    r"correo|respuesta) (?:generad|enviad)[oa] automaticamente|(?:messaggio|mail|e-?mail|"
    r"risposta) (?:generat|inviat)[oa] automaticamente|(?:mensagem|e-?mail|resposta) (?:gerad|"
    r"enviad)[oa] automaticamente|automatisch (?:gegenereerd|verzonden|verstuurd)\w*",
)
_BOX: Final = (
    r"(?:mailbox|inbox|mail account|e-?mail address|address|account|email|postfach|mailadresse|"
    r"e-?mail-?adresse|adresse|boite (?:mail|aux lettres|de reception)|buzon|direccion|casella|"
    r"indirizzo|caixa|endereco|postvak|mailadres|e-?mailadres|postbus)"
)
_READ: Final = (
    r"(?:monitored|attended|checked|read|active|in use|valid|gelesen|aktiv|uberwacht|betreut|"
    r"consultee?|lue?|relevee?|active|surveillee?|revisa|atiende|supervisa\w*|lee|monitorat\w|"
    r"presidiat\w|lett\w|attiv\w|monitorizad\w|monitorad\w|lid\w|gelezen|bekeken|actief)"
)
#: What only machines say.
_MACHINE: Final = one_of(
    rf"{_BOX} (?:[\w@.-]+ ){{0,3}}?(?:not|no longer|never|nicht|niet|no|non|nao|n'est|n'est pas|"
    rf"plus|pas) (?:\w+ ){{0,3}}?{_READ}",
    rf"{_BOX} (?:is|are|was|has been|will be|wird|wurde) (?:being |now )?(?:retired|closed|"
    rf"deactivated|"
    r"disabled|decommissioned|discontinued|unattended|unmonitored|abgeschaltet|deaktiviert)",
    r"(?:thanks?|thank you) for (?:contacting|writing to|getting in touch with|reaching out to|"
    r"your (?:\w+ )?(?:message|e-?mail|enquiry|inquiry|interest|application|request|"
    r"order))[^?]{0,160}(?:has (?:arrived|been (?:received|logged|registered))|(?:we|team|"
    r"someone|agents?|representatives?|colleagues?|staff|specialists?|advisers?|advisors?)(?: "
    r"(?:will|shall)|'ll) (?:\w+ )?(?:be in touch|respond|reply|get back|contact you)|(?:logged|"
    r"registered|received) your|(?:number of|volume of|many) (?:\w+ ){0,3}?(?:messages|enquiries|"
    r"e-?mails|requests|applications)|let you know that your)",
    r"(?:one|some|someone|a member) of (?:our|the) "
    r"(?:\w+ ){1,2}will (?:\w+ )?(?:contact|respond|reply|be in touch|get)|our (?:\w+ )?team "
    r"will (?:\w+ )?(?:review (?:it|your|this)|be in touch|get back to you|look into (?:it|"
    r"this))|(?:advisers?|advisors?|consultants?|agents?|specialists?|engineers?|experts?) will "
    r"(?:\w+ )?(?:call|contact|reply|respond|get|be)",
    r"(?:team|we|agents?|staff|support) (?:typically|usually|normally|generally|aim to|try to|"
    r"will) (?:\w+ )?(?:repl(?:y|ies)|responds?|answers?) (?:to \w+ )?(?:\w+ )?(?:in|within)",
    r"(?:message|e-?mail|post|submission) (?:to \S+ )?(?:is|has been|was) (?:being )?(?:held|"
    r"queued|quarantined|placed)|moderator|current (?:response|waiting|reply) times?|case number "
    r"in the subject|out-?going (?:notifications?|mail|messages) only|replies (?:to this \w+ "
    r")?(?:are|will be) (?:deleted|ignored|not)",
    r"(?:bearbeiten|bearbeitet) (?:\w+ ){0,2}?(?:anliegen|anfrage|nachricht)|reihenfolge des "
    r"eingangs",
    r"(?:abbiamo|hemos|avons|recebemos) (?:\w+ )?(?:ricevuto|recibido|recu)? ?(?:la|su|votre|a|o|"
    r"sua|vossa) (?:sua |vostra )?(?:richiesta|solicitud|consulta|demande|solicitacao|"
    r"pedido)\b[^?]{0,40}(?:[.!]|$)",
    r"(?:mailbox|inbox|mail account|e-?mail address|address|account) (?:is|are) (?:(?:not|no "
    r"longer|un|never) ?(?:being )?(?:actively |regularly )?(?:monitored|attended|checked|read|"
    r"in use|active)|unattended|unmonitored)",
    r"do not (?:reply|respond) to this|(?:please )?do not reply|no-?reply",
    r"(?:have |'ve )?received your (?:message|request|e-?mail|inquiry|enquiry|ticket|application|"
    r"mail|submission)[^?]{0,90}\b(?:will|ticket|case|shortly|soon|reference|number|within)",
    r"(?:we|our team|someone|a member of our team|an agent|a representative)(?:'ll| will| aims? "
    r"to| try to) (?:\w+ )?(?:respond|reply|answer|get back|be in touch|"
    r"contact)[^.?]{0,50}?\b(?:within|as soon as|shortly|in due course|business|working)",
    r"prove (?:that )?you(?:'re| are) (?:a )?human|to deliver your message|spam ?filter\w* "
    r"requires|click (?:the link |here )?(?:below )?to (?:verify|confirm that you are)",
    r"(?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail) (?:\w+ ){0,4}?(?:erhalten|"
    r"eingegangen|bearbeitet)|anfrage erhalten (?:und|\.)",
    r"(?:got|received) your (?:mail|message|e-?mail|request|ticket) and (?:have )?(?:opened|"
    r"created|logged|raised|assigned)|(?:sent|comes?) from an? (?:unmonitored|unattended|"
    r"automated|no-?reply)|(?:helpdesk|support|service) bot",
    r"accus\w+ (?:\w+ )?(?:bonne )?reception|(?:bestatigen|bestatige) (?:\w+ )*(?:eingang|"
    r"erhalt)|confirmamos la recepcion|acusamos recibo|conferma\w* (?:di )?ricezione|"
    r"ontvangstbevestiging|bien recu votre (?:demande|message|mail)|votre (?:demande|message) a "
    r"(?:bien )?ete (?:recu|enregistr)\w*",
    r"(?:hemos )?recibido su (?:consulta|mensaje|solicitud|correo)[^?]{0,80}respond\w+",
    r"(?:abbiamo )?ricevuto la (?:sua|vostra|tua) (?:richiesta|mail|e-?mail)[^?]{0,80}(?:rispond|"
    r"ricontatt)\w+",
    r"recebemos (?:o|a) (?:seu|sua|vosso|vossa|teu) (?:pedido|mensagem|e-?mail|contacto|"
    r"contato)[^?]{0,80}(?:respond|entrar|breve)\w*",
    r"(?:hebben )?uw (?:bericht|vraag|aanvraag|e-?mail|mail) (?:goed |in goede orde )?ontvangen",
)
#: What machines say of the case that they have opened, and now and then people of theirs.
_CASE: Final = one_of(
    r"(?:tickets?|case|request|enquiry|inquiry) (?:has been|was|is) (?:\w+ )?(?:created|logged|"
    r"opened|registered|raised|received|assigned)|your (?:message|request|e-?mail|inquiry|enquiry|"
    r"case|ticket) (?:has been|was) (?:\w+ )?(?:received|logged|created|registered|assigned|"
    r"forwarded to "
    r"the)|"
    r"your (?:ticket|case|reference|request)(?: reference)? (?:number|id|no\.?) is|^\W*(?:the )?"
    r"(?:case|ticket) number is \S+$|ticket #?[\w-]+ (?:created|opened|logged|registered|received)",
    r"(?:ihre|deine|unter der|mit der) (?:vorgangs|ticket|bearbeitungs)nummer|(?:su|votre|sua|"
    r"vossa|"
    r"vostra) (?:numero|num\.?) (?:di|de) (?:pratica|ticket|dossier|caso|processo|registro)|(?:uw|"
    r"je|onder) (?:\w+ )?ticketnummer",
)
#: What a machine does not say: it speaks of a team, and asks nobody anything.
_PERSONAL: Final = spaced(
    r"\?|\b(?:i|i'(?:m|ve|d|ll)|my|me|mine|ich|mir|mich|mein\w*|je|j'\w+|mon|moi|mes|yo|mi|me|mis|"
    r"io|mio|mia|miei|eu|meu|minha|ik|mij|mijn)\b|\b(?:can|could|would|will|did|have|has) "
    r"(?:you|someone|anyone|somebody)\b|\b(?:still|again|before we|but we|until we)\b|"
    r"\b(?:thanks|thank you|cheers)[^\w\n]*$"
)
#: What somebody writes who takes us for a language model, and would talk it into something.
_TO_A_MODEL: Final = spaced(
    r"\b(?:ignore|disregard|forget|override|repeat|print|reveal|show)\b[^.!?\n]{0,40}\b"
    r"(?:instructions?|prompts?|rules|directives)\b|\bsystem prompt\b|\byou are (?:now )?(?:an? )?"
    r"(?:\w+ ){0,2}(?:assistant|ai|language model|llm|chatbot)\b|\bas an (?:ai|language model)\b|"
    r"</?(?:system|user|assistant|instructions?)>"
)


def is_to_a_model(folded: str) -> bool:
    """Return whether a text speaks to a language model; then a person wrote it."""
    return bool(_TO_A_MODEL.search(folded))


def find_auto_label(folded: str, subject: str = "") -> str | None:
    """Return the words by which a message calls itself automatic, or None."""
    match = _LABEL.search(subject) or _LABEL.search(folded[:400]) or _GENERATED.search(folded)
    return str(match.group(0)).strip() if match else None


def find_absent_subject(subject: str) -> str | None:
    """Return the words by which a folded subject announces an absence, or None."""
    match = _ABSENT_LABEL.search(subject)
    return str(match.group(0)).strip() if match else None


def find_machine(folded: str) -> str | None:
    """Return words that only machines write, or None."""
    match = _MACHINE.search(folded)
    if match is None and not _PERSONAL.search(folded):
        match = _CASE.search(folded)
    return str(match.group(0)).strip() if match else None
