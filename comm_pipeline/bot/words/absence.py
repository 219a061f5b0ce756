"""How people and their mail programs say that they are not there, in seven languages; folded."""

from typing import Final

from comm_pipeline.bot.folding import one_of, spaced

_KIND: Final = r"(?:\w+ ){0,3}?"

#: Not being there, whoever it is said of.
ABSENT: Final = one_of(
    # English
    r"out of (?:the |my |our )?office|ooo|oof|out-of-office|out of (?:town|the country|action)",
    r"out (?:for )?(?:the )?(?:rest|remainder) of|out (?:sick|ill|until|till|til|from|all (?:day|"
    r"week)|this week|today|on \w*|of reach)",
    rf"(?:on|taking|enjoying|having|beginning|started|start) {_KIND}(?:leave|vacations?|"
    r"holidays?|pto|sabbatical|honeymoon|business trip|trip|paternity|maternity|time off|break|"
    r"day off|days off|absence|mat leave|furlough|jury duty)",
    r"away (?:from (?:my |the )?(?:desk|e-?mails?|office|work|keyboard|inbox|computer)|until|"
    r"till|til|on \w+|for|this|today|from|in|at|with|and|next|right now|at the moment|currently)",
    r"(?:currently|am|'m|m|be|is|are) (?:\w+ )?away",
    r"(?:unavailable|not available|unreachable|not reachable|offline|off-?line|off work|off sick|"
    r"off ill|off until|off till|off today|not in (?:the |my )?office|not (?:at|in) (?:my desk|"
    r"work|today)|(?:am|'m|im|be) not working|not working (?:today|until|till|on|this|tomorrow)|"
    r"not (?:check|read|monitor)ing (?:my )?(?:e-?mails?|inbox|messages)|not be (?:check|read|"
    r"monitor|work|answer|respond)ing|not being (?:read|checked|monitored|answered))",
    r"travel+ing|in transit|at a (?:\w+ )?(?:conference|trade ?show|fair|offsite|training|"
    r"retreat)|attending (?:a|an|the) (?:\w+ ){0,3}(?:conference|training|event|offsite|meeting|"
    r"workshop|fair)|(?:in|at) (?:meetings|workshops|training|a workshop|an offsite) (?:all|"
    r"until|the whole|through)",
    r"(?:limited|no|intermittent|little|restricted|sporadic|without|reduced|poor|patchy|only "
    r"have|not have|minimal|infrequent)(?: \w+)? (?:access|connectivity|internet|signal|"
    r"reception|laptop)",
    r"(?:office|offices|we|store|company|shop|team|business|headquarters)(?:'re| is| are| will "
    r"be| remains?|'ll be)(?: \w+)? (?:closed|shut)",
    r"(?:occasional|occasionally|rarely|infrequently|only check|only read|unable to|not able to|"
    r"cannot|can'?t) (?:\w+ ){0,3}?(?:access|check(?:ing)?|read|answer|respond|reply|inbox|"
    r"e-?mails?)(?: \w+)?(?: (?:e-?mails?|inbox|messages?|mail))?|(?:due to|because of) (?:an? |"
    r"my )?(?:illness|sickness|injury|surgery|family|bereavement|accident|operation)|unwell|"
    r"secondment|on assignment|bereavement|not around|off the grid|off-grid|unplugged|"
    r"disconnected|(?:not|deliberately not) reading (?:my )?(?:e-?)?mails?|my (?:working|office) "
    r"(?:days|hours) are|(?:spring|christmas|winter|summer|easter|holiday|annual) (?:break|"
    r"shutdown|closure)|on a flight|in flight|boarding|new baby|(?:attending|in|at) (?:\w+ "
    r")?training|on tour|stuck in|left for the day|(?:am|'m|be|currently|im) off\b|abroad|"
    r"(?:taking|took) (?:a few|some|several|two|three|a couple of) (?:\w+ )?(?:days|weeks|time)|"
    r"(?:spotty|flaky|weak|bad|slow|unreliable) (?:connect\w*|internet|wifi|wi-fi|signal)|"
    r"offsite|off-site|back-to-back|(?:paternity|maternity|parental|annual|sick|medical|family|"
    r"compassionate|study) leave|no longer check|(?:do not|don'?t) (?:check|read|work)(?: "
    r"\w+){0,2} on (?:mon|tues|wednes|thurs|fri|satur|sun)\w*|(?:is|are|be) closed|me encuentro "
    r"fuera|gone fishing|in (?:the )?hospital|public holiday|bank holiday|mandatory holiday|on "
    r"(?:my )?next working day|do(?:n'?t| not) work (?:on )?(?:mon|tues|wednes|thurs|fri)\w*",
    r"(?:deep|stuck|tied up|heads? down|buried|caught up) (?:in|at|with) (?:\w+ "
    r"){0,3}?(?:workshops?|meetings?|training|conference|project|event|exams?|deadline)|(?:check|"
    r"read|monitor)(?:ing)? (?:my )?(?:e-?mails?|mail|messages|inbox) (?:only|just|once|"
    r"occasionally|sporadically|infrequently|rarely|when i can|from time to time)|only (?:check|"
    r"read)ing|(?:slow|slower|delayed) (?:to respond|to reply|in responding|in replying|"
    r"responses?|replies)|expect (?:a |some )?delay\w*|recovering from|on (?:jury|military|"
    r"national) (?:service|duty)|jury service|(?:am|'m|im|be) (?:off|out|away) (?:exploring|"
    r"hiking|climbing|sailing|skiing|enjoying|getting|having|to)|(?:off|away) (?:with (?:my "
    r")?(?:family|kids)|on (?:\w+ )?(?:adventure|trip|leave|holiday))|(?:not|no longer) (?:back "
    r")?(?:at|in) (?:my|the) (?:desk|office)",
    r"(?:sabbatical|holidays?|vacation|leave|conference|funeral|honeymoon|pto|travel|trip|urlaub|"
    r"ferien|vacances|conges?|vacaciones|ferie|vacanza|ferias|vakantie|verlof) (?:until|till|til|"
    r"through|bis|jusqu\w*|hasta|fino|ate|tot)|(?:reduced|part-time|limited) hours|attending "
    r"(?:a|an|the|my) (?:\w+ )?(?:funeral|wedding|family|course|summit|fair|show)|(?:office|shop|"
    r"store|practice)s? closed|absente? (?:ce|cette|aujourd\w*|today)|(?:vandaag|morgen|deze "
    r"week) vrij",
    r"afk|away from keyboard|at (?:a|an|the|our) (?:\w+ ){1,3}?(?:fair|conference|summit|expo|"
    r"show|convention|trade show|offsite|retreat)|(?:closed|geschlossen|ferme\w*|cerrad\w+|"
    r"chius\w|fechad\w|encerrad\w|gesloten) (?:from|for|until|till|due|vom|bis|am|wegen|du|"
    r"jusqu\w*|pour|desde|hasta|por|del|dal|fino|per|de|ate|van|tot|t/m|wegens)|wegens \w+ "
    r"gesloten",
    # German
    r"nicht (?:im|in unserem|in meinem|am) (?:bue?ro|hause?|office|arbeitsplatz|dienst)|"
    r"(?:ausser|auser) haus",
    r"(?:im|in|meinen?|auf) (?:\w+ ){0,2}?(?:\w*urlaub|elternzeit|mutterschutz|krankenstand|"
    r"ferien|kur|reha|sabbatical)|(?:habe|haben|hab) (?:\w+ ){0,3}?(?:urlaub|frei|"
    r"betriebsferien)|urlaub (?:bis|vom)",
    r"auf (?:\w+ )?(?:\w*reise|messe|fortbildung|schulung)|(?:bin|sind) (?:[\w.]+ "
    r"){0,6}?(?:abwesend|unterwegs|krank\w*|verreist|verhindert|auf reisen)|abwesenheit\w*|"
    r"abwesend",
    r"nicht (?:\w+ )?(?:erreichbar|verfugbar|anwesend|zu erreichen|da)|(?:bue?ro|praxis|geschaft|"
    r"firma|betrieb|unternehmen) (?:[\w.]+ ){0,8}?geschlossen|kein\w* zug(?:riff|ang)|lese "
    r"(?:\w+ ){0,3}?nicht",
    # French
    r"(?:actuellement |suis |serai |etant |sera |serons |sommes )(?:\w+ )?absente?s?|absente? "
    r"(?:du|de|jusqu|pour)|en (?:conges?|vacances|deplacement|arret|formation|rtt|voyage|"
    r"teletravail partiel|seminaire)|hors (?:du|de mon|de) bureau|(?:suis|serai) pas (?:\w+ "
    r")?(?:au bureau|joignable|disponible|present)|acces (?:\w+ )?(?:limite|restreint|reduit)|"
    r"bureaux? (?:\w+ )?(?:est|sont|sera|seront) fermes?|(?:suis|serai) (?:\w+ )?(?:indisponible|"
    r"injoignable)|sans acces",
    # Spanish, Italian, Portuguese
    r"(?:estoy|estare|estaremos|ando) (?:\w+ )?fuera|fuera de (?:la |mi )?(?:oficina|despacho)|"
    r"de vacaciones|de viaje|de baja(?: por| medica| maternal| laboral| de)|de permiso|ausente|"
    r"acceso (?:\w+ )?limitado|oficinas? (?:\w+ ){0,3}?cerradas?|(?:estoy|estare|no estoy|no "
    r"estare) (?:\w+ )?disponible|sin acceso|no estare (?:en|disponible)",
    r"fuori (?:dall'|dal mio |dal )?(?:ufficio|sede)|in (?:ferie|vacanza|viaggio|malattia|"
    r"congedo|maternita|trasferta|permesso)|assente|per malattia|(?:sono|saro) (?:raggiungibile|"
    r"disponibile|in ufficio)|accesso limitato|senza accesso|uffic\w+ (?:\w+ ){0,3}?chius\w",
    r"fora do (?:meu )?escritorio|de ferias|em viagem|de licenca|de baixa|acesso limitado|sem "
    r"acesso|escritorio (?:\w+ ){0,3}?(?:encerrado|fechado)|indisponivel|em licenca",
    # Dutch
    r"ben (?:er )?(?:\w+ )?(?:even )?niet(?: (?:aanwezig|bereikbaar|op kantoor|in "
    r"staat))?(?:\s*[.!,]|$)|afwezig\w*|(?:op|met) (?:\w+ )?(?:vakantie|verlof|reis|zakenreis|"
    r"\w+verlof)|niet (?:\w+ )?(?:op kantoor|aanwezig|bereikbaar|beschikbaar)|buiten kantoor|"
    r"beperkte? (?:\w+ )?toegang|kantoor (?:\w+ ){0,3}?gesloten|ziek (?:thuis|gemeld)|geen "
    r"toegang|met verlof",
)

#: What turns an absence into one that is over, or somebody else's, or a matter of talk.
NOT_ABSENT: Final = spaced(
    r"\b(?:was|were|been|got back|just back|returned|return from|returning from|back from|after|"
    r"when i|while i|before i|recogni\w+|detect\w*|handle\w*|manage\w*|track\w*|reading|read "
    r"this|your|you|he|she|they|who|everyone|everybody|people|customers|employees|users|boss|"
    r"mailbox|inbox|account|ticket|deal|covering|while \w+|colleagues?|manager|cfo|ceo|cto|coo|"
    r"director|partner|wife|husband|assistant|half|most of|son|daughter|depends|enjoy|not|nicht "
    r"mehr|plan|planner|hope you|got|thanks for|war|waren|chef|chefin|kollegin|kollege|aus dem|"
    r"etais|etait|retour d|mon collegue|patron|votre|estuve|estaba|jefe|jefa|companero|vuelto|"
    r"gestionan|ero|stato|stata|rientrat[oa]|tornat[oa]|capo|estive|estava|voltei|meu chefe|"
    r"minha chefe|geweest|baas)\b[^.!?;,\n]*$"
)

#: Whom to ask meanwhile, what happens with the mail: only notices say so.
NOTICE: Final = one_of(
    r"urgent\w*|urgenc\w*|dringend\w*|emergenc\w*|immediate (?:assistance|attention|help|"
    r"response|support)|right away|in (?:my|his|her|our|the) absence|during (?:my|this|our) "
    r"(?:absence|time|leave)|(?:my|meine?|der|zu meiner) (?:vertretung|absence|ausencia|assenza)|"
    r"weitergeleitet|pressing|slower (?:replies|responses|than)|reach out to|pick up (?:\w+ "
    r")?(?:e-?mails?|mails?|messages) again|vertritt|pourra tarder|tarder|backup|back-up|"
    r"stand-?in|deputy|in the meantime|meanwhile|bis dahin|bear with|instead contact|(?:please "
    r")?(?:contact|call|dial|reach|write to|e-?mail|ask) [a-z]+ (?:instead|in the meantime|"
    r"meanwhile)|assistance|will be deleted|(?:not|n't) be read|wird nicht gelesen|nicht gelesen|"
    r"entretanto|entre-temps|nel frattempo|ondertussen|mientras tanto|be forwarded|(?:expect|"
    r"some|a) (?:a )?delay\w*|be delayed|(?:responses?|replies) (?:may|will|might) be|(?:looking|"
    r"look) after my|cover(?:ing)? for me|unregelmas+ig|eingeschrankt|ponctuellement|bei "
    r"ruckfragen|can'?t wait|cannot wait",
)

#: What is promised for later: notices say so, and people who want to go on then.
LATER: Final = one_of(
    r"as soon as (?:possible|i (?:can|return|get|am))|(?:when|once|upon|on|after|until) (?:i|my|"
    r"we) (?:return|get back|am back|'?m back|come back|are back)|(?:reply|respond|answer|get "
    r"back|catch up|response|replies) (?:\w+ ){0,6}(?:when|upon|on|after|afterwards|then|return|"
    r"back)|(?:nach|bei) meiner (?:ruckkehr|ruckkunft)|a mon retour|des mon retour|a mi "
    r"(?:regreso|vuelta)|al mio rientro|rientro|no meu regresso|assim que (?:regressar|voltar|"
    r"possivel)|(?:bij|na) (?:mijn )?(?:terugkomst|terugkeer)|cuando (?:vuelva|regrese)|danach "
    r"melde|lo antes posible|no laptop|answer with|delay in|don'?t expect",
)

#: What becomes of mail meanwhile, and a wish for patience.
MEANWHILE: Final = one_of(
    r"(?:e-?mails?|mails?|messages?|nachrichten|correos?|courriels?|messaggi|mensagens|berichten)\b"
    r"[^.!?\n]{0,60}\b(?:forwarded|monitored|checked|read|answered|kept|deleted|weitergeleitet|"
    r"gelesen|beantwortet|attendr\w+|esperar\w*|wait|doorgestuurd|gelezen|inoltrat\w+|reenviad\w+|"
    r"transferes?|transmis)|(?:not|won'?t|n't) (?:be )?(?:check|read|answer|pick|monitor|catch|"
    r"work|return)\w*|patien\w*|geduld|pacien\w+|pazienza|(?:for|about) [^.!?,\n]{1,40},? "
    r"(?:please |"
    r"pls |kindly )?(?:text|call|ring|e-?mail|write|reach|contact|ask|see)\b|(?:queries|requests|"
    r"matters|urgences?|urgenze|urgencias) (?:to|:|with|urgentes)",
)

#: How notices begin, and how people begin too.
OPENING: Final = spaced(
    r"\b(?:thank(?:s| you)(?: very much| so much)? for (?:your|the|contacting|reaching|getting|"
    r"writing|e-?mailing) ?(?:e-?mail|message|mail|note|inquiry|enquiry|out|us|in touch|"
    r"interest)?|(?:vielen |herzlichen )?dank fur (?:ihre|deine|eure)|merci (?:de|pour) votre|"
    r"gracias por (?:su|tu)|grazie per (?:il|la|avermi|avere)|obrigad[oa] pel[ao]|(?:bedankt|"
    r"dank u?) (?:voor|wel voor))"
)

#: Being back, of whomever the notice is.
RETURNS: Final = one_of(
    r"(?:be|are|is|we're|i'll be|again) back|(?:am|'m) back|re-?open|(?:will|'ll|shall|am|'m) "
    r"(?:\w+ )?return\w*|return(?:ing)? (?:to|on)|(?:when|once|upon|on|after) (?:i|my|we) "
    r"(?:return|get back|am back|come back)|back (?:on|in the office|at work|in|to work)|wieder "
    r"(?:\w+ )*(?:da|erreichbar|im)|zuruck|de retour|reviens|vuelvo|regreso|returning (?:on |"
    r"next )?(?:mon|tues|wednes|thurs|fri)\w*|(?:ab|vanaf|from|a partir d[eou]|dal) [\w "
    r",.]{1,20} (?:wieder|weer|i'?m|i am|i will be|i'll be|de nouveau|di nuovo|nuevamente|"
    r"novamente|lees|lese|bin|ben)|rientrero|rientro|torno|volto|voltarei|regresso|terug"
)

#: What only somebody who has read our mail writes.
ENGAGED: Final = spaced(
    r"\?|\b(?:let'?s|let us|sounds|interess?t?\w*|me interesa|looks? (?:good|great|promising|"
    r"fine|nice)|happy to|love to|like to (?:see|talk|meet|know|hear|discuss)|(?:can|could|shall|"
    r"should) (?:we|you)|works? (?:for|better)|call me|give (?:me|us) a (?:ring|call|buzz|bell|"
    r"shout)|any ?time|works\b|is fine|are fine|deliver|come by|stop by|ring me|so call|call "
    r"(?:before|at|on|after)|send (?:me|us|the|it|over|details)|yes|yep|ok|okay|sure|agreed|go "
    r"ahead|confirmed|how about|meet (?:on|in|you|at|up)|ask (?:me|her|him) |pick (?:this|it) up|"
    r"ping me|your (?:proposal|offer|product|demo|quote|price|tool)|remind me|try me|wrong|uhr|"
    r"geht|suits?|write (?:to )?me (?:again|after)|we (?:can|could) (?:talk|speak|meet)|talk "
    r"(?:after|then)|klingt|termin|passt|geht (?:es|auch)?|konnen wir|angebot|treffen|falamos|"
    r"propuesta|proposta|proposition|podemos|hablamos|parlons|sentiamoci|cuenteme|spreken)\b"
)
