"""What frames do not say in six languages: how to get off, what the next mail leads to, peace.

For folded text. All of it asks by itself.
"""

from typing import Final

_NEXT_DE: Final = (
    r"(?:nachste[nrs]?|weitere[nrs]?|noch eine[nrs]?(?: einzige[nrs]?)?|erneute[nrs]?|ein weiteres "
    r"mal) (?:\w+ )?(?:\w*mail|zusendung|nachricht|schreiben|kontaktaufnahme|werbung|\w*werbung|"
    r"belastigung|anruf|kontaktversuch)\w*"
)
_LAW_DE: Final = (
    r"(?:\w*anwalt\w*|\w*abmahn\w*|\w*anzeig\w*|\w*unterlassung\w*|\w*beschwerde\w*|"
    r"\w*datenschutz\w*|"
    r"rechtlich\w*|gericht\w*|verbraucherzentrale)"
)
GERMAN: Final = (
    (
        r"(?:lass\w*|last) (?:sie |ihr )?(?:mich|uns) (?:[\w-]+ ){0,5}?in (?:ruhe|frieden)|(?:mich|"
        r"uns) (?:[\w-]+ ){0,4}?in (?:ruhe|frieden) (?:zu )?lass\w*|(?:will|mochte|wollen|mochten) "
        r"(?:[\w-]+ ){0,3}?(?:meine|unsere) ruhe|verschon\w* (?:sie )?(?:mich|uns)"
    ),
    rf"{_NEXT_DE}[^.!?\n]{{0,90}}{_LAW_DE}|{_LAW_DE}[^.!?\n]{{0,60}}{_NEXT_DE}",
    (
        r"wie (?:kann|konnen|komme|kommen|werde|werden|bekomme) (?:ich|wir|man) (?:[\w-]+ "
        r"){0,6}?(?:los|abbestell\w*|abmeld\w*|runter|raus|heraus|ab)\b[^.!\n]{0,3}|auf (?:\w+ )?"
        r"(?:mails?|nachrichten|werbung|newsletter|post|zusendungen) (?:\w+ )?verzichte\w?|"
        r"(?:mails?|werbung|post) (?:von ihnen )?(?:ist|sind) (?:hier )?(?:nicht erwunscht|"
        r"unerwunscht)"
    ),
)
DUTCH: Final = (
    (
        r"stop(?:pen)? (?:er)?mee\b|hou\w* (?:er )?(?:nu )?(?:mee |ermee )op|(?:ermee|daarmee) "
        r"(?:op "
        r"te )?(?:houden|stoppen|kappen)|(?:verzoch\w*|gevraagd|vraag|verzoek\w*|vragen) (?:\w+ "
        r"){0,4}?(?:te stoppen|op te houden)|laat (?:mij|me|ons) (?:\w+ )?(?:met rust|gaan)|met "
        r"rust "
        r"(?:te )?laten|(?:geen prijs|geen behoefte|geen interesse) (?:\w+ )?(?:op|aan|in) (?:\w+ "
        r"){0,3}?(?:post|mails?|e-?mails?|berichten|reclame|nieuwsbrie\w*|mailings?)"
    ),
    (
        r"hoe (?:kom|kan|geraak|raak|kunnen|komen) (?:\w+ )?(?:[\w-]+ ){0,6}?(?:af|uitschrijven|"
        r"afmelden|vanaf|opzeggen|stopzetten)\b"
    ),
    (
        r"(?:volgend\w*|nog (?:een|1)(?: \w+)?|verder\w*) (?:bericht|mail|e-?mail|mailtje|"
        r"reclame)\w*"
        r"[^.!?\n]{0,80}(?:klacht|advocaat|aangifte|acm|autoriteit|jurist|blokkeer)"
    ),
)
FRENCH: Final = (
    (
        r"comment (?:faire|puis-je|peut-on|est-ce que je|je|on|faut-il)(?: [\w'-]+){0,4}? "
        r"(?:pour )?"
        r"(?:ne plus|me desinscrire|me desabonner|me retirer|arreter|stopper|sortir)|(?:prochain|"
        r"nouveau|autre|de plus|nouvel)\w* (?:mail|message|courriel|envoi|e-?mail|publicite|"
        r"relance|"
        r"spam|sollicitation)\w*[^.!?\n]{0,80}(?:cnil|avocat|plainte|signal\w+|tribunal|justice|"
        r"juridique|bloqu\w+)"
    ),
    (
        r"(?:vous|tu) (?:allez|vas|pouvez|pourriez) (?:\w+ )?(?:me|nous) (?:lacher|laisser|"
        r"foutre la "
        r"paix)|(?:lachez|fichez|foutez)[- ](?:moi|nous)|(?:arret|cess|stopp)\w* (?:donc )?d(?:e "
        r"|')"
        r"(?:m'|me |nous )?(?:inond|rempli|pollu|envahi|encombr|satur|bombard|spamm)\w*|plus "
        r"(?:jamais )?entendre parler de vous|ne plus (?:figurer|apparaitre|faire partie|etre "
        r"(?:inscrit|present|dans))"
    ),
)
SPANISH: Final = (
    r"(?:ya basta|basta ya)(?: de \w+)?\s*(?:[.!,\n]|$)",
    (
        r"como (?:hago|puedo|podria|se hace|hacemos|podemos)(?: [\w]+){0,4}? (?:para )?(?:dejar de "
        r"recib\w+|no recib\w+|darme de baja|salir|quitarme|borrarme|cancelar|parar)|(?:un solo|"
        r"otro|"
        r"un|algun|el proximo|proximo|siguiente|mas) (?:correo|mensaje|mail|e-?mail|spam)s?(?: "
        r"mas)?"
        r"[^.!?\n]{0,80}(?:aepd|denunci\w*|abogad\w*|reclamacion|queja|demand\w*|bloque\w*)"
    ),
    (
        r"(?:dej|par|ces)\w* (?:ya )?de (?:llen|inund|satur|colaps|satur)\w*(?:me)?\b|(?:dej|deja|"
        r"deje|dejen|dejad)\w*(?:me|nos)? (?:ya )?(?:en paz|tranquil\w+)|(?:que )?(?:me|nos) "
        r"(?:dej\w+) (?:en paz|tranquil\w+)|(?:no|nunca|ya no) (?:me|nos) (?:\w+ )?(?:mand|envi|"
        r"escrib|molest|llam)\w+ (?:mas|nada|nunca)(?: (?:mas|nada))?|(?:cesen?|suspendan?|"
        r"suspender|cesar) (?:\w+ ){0,3}?(?:comunicacion\w*|envios?|correos?|mensajes|publicidad)"
    ),
)
ITALIAN: Final = (
    (
        r"come (?:faccio|posso|si fa|possiamo|facciamo)(?: \w+){0,3}? (?:a |per )?(?:non (?:\w+ "
        r")?ricever\w+|smettere di ricever\w+|cancellarmi|disiscrivermi|togliermi|uscire)|"
        r"(?:un'altra|"
        r"un altro|ancora una|prossim[ao]|ulterior[ei]|altr[aoei]) (?:sola )?(?:mail|e-?mail|"
        r"messaggi\w|pubblicita|comunicazion\w)[^.!?\n]{0,80}(?:garante|avvocat\w+|denunci\w+|"
        r"segnal\w+|legale|legali|blocc\w+)"
    ),
    (
        r"(?:smett|piant|finit|ferm)\w*(?:la)? (?:subito )?di (?:riempir|intasar|inondar|"
        r"bombardar)\w*|"
        r"(?:lasci|lasciat)\w*(?:mi|ci)? (?:in pace|stare|tranquill\w)|(?:chied|preg|invit)\w+ "
        r"(?:\w+ "
        r"){0,3}?di (?:non|smettere|cessare) (?:\w+ )?(?:inviar|mandar|scriver|contattar|disturbar|"
        r"spedir)\w*"
    ),
)
PORTUGUESE: Final = (
    (
        r"como (?:faco|posso|e que|fazer|se faz|podemos)(?: \w+){0,4}? (?:para |a )?(?:deixar de "
        r"receber|parar de receber|nao receber|cancelar|sair|me descadastr\w*|remover)|(?:mais um|"
        r"outro|proximo|um unico|algum|novo) (?:e-?mail|mail|contacto|contato|mensagem)(?: mais)?"
        r"[^.!?\n]{0,80}(?:anpd|cnpd|procon|advogad\w+|queixa|denunci\w+|process\w+|bloque\w+)"
    ),
    (
        r"(?:par|deix|cess)\w* (?:ja )?de (?:me |nos )?(?:encher|entupir|lotar|inundar|chatear|"
        r"bombardear)|(?:deix|larg)\w*(?:-me|-nos) (?:em paz|sossegad\w)|(?:me|nos) deix\w+ em paz|"
        r"(?:retir|remov|tir|exclu)\w* (?:o|a|os|as) (?:meu|minha|meus|minhas|nosso|nossa) (?:\w+ "
        r"){0,2}?(?:da|de|do|das|dos) (?:vossa|sua|vosso|seu|tua|teu)"
    ),
)

ABROAD: Final = (*GERMAN, *DUTCH, *FRENCH, *SPANISH, *ITALIAN, *PORTUGUESE)
