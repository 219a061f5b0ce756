"""How people ask not to be written to again in French, Spanish, Italian, Portuguese.

For folded text, so accents and capitals do not matter. DIRECT asks by itself; BARE is a word that
may also be talked about, so its surroundings decide; LINES ask for it when they stand alone.
"""

from typing import Final

from comm_pipeline.bot.words.opt_outs_iberian import PORTUGUESE, SPANISH

_MEL_FR: Final = (
    r"(?:e-?mails?|mails?|courriels?|messages?|courriers?|newsletters?|publicites?|pubs?|"
    r"sollicitations?|spams?|infolettres?|offres|propositions|mailings?|relances)"
)
_LISTE_FR: Final = (
    r"(?:listes?|fichiers?|bases?|mailing|registres?|diffusion|newsletter|crm|base de donnees)"
)
_ECRIRE_FR: Final = (
    r"(?:ecri\w*|contact\w*|envoy\w*|envoi\w*|sollicit\w*|relanc\w*|deranger?|derangez|"
    r"importun\w*|harcel\w*|appel\w*|recontact\w*|spamm\w*|demarch\w*|adress\w*)"
)
FRENCH: Final = (
    (
        r"(?:retir|enlev|supprim|ray|effac|sort|radi|ot|desinscri\w*|desabonn\w*|exclu)(?:ez|"
        r"er|e|es|eriez|iez|ons|re|s|)[- ](?:moi|nous)"
    ),
    (
        r"(?:(?:de )?(?:me|nous|m'|mon \w+|mes \w+|notre \w+|nos \w+) ?(?:\w+ )?)(?:retir|"
        r"enlev|supprim|ray|effac|sort|radi|desinscri|desabonn)\w*"
    ),
    (
        r"(?:retir|enlev|supprim|ray|effac|radi|ot)\w* (?:\w+ )?(?:mon|mes|notre|nos|cette|"
        r"toutes mes|l'ensemble de mes) (?:[\w-]+ ){0,2}?(?:adresses?|donnees|mail|e-?mail|"
        r"courriel|coordonnees|noms?|contacts?|informations|numero)"
    ),
    (
        r"(?:retir|enlev|supprim|ray|effac|sort|radi)\w* (?:[\w'-]+ ){0,4}?de (?:vos|votre|"
        r"cette|ces|"
        rf"la) {_LISTE_FR}"
    ),
    (
        rf"n(?:e |')(?:\w+ )?(?:me |nous |m'|plus |jamais |pas ){{1,3}}{_ECRIRE_FR}(?: (?:plus|"
        r"jamais|rien))"
    ),
    (
        r"ne (?:plus|jamais) (?:(?:me|nous|m'|etre|jamais|recevoir|rien) "
        rf"?){{1,3}}(?:{_ECRIRE_FR}|(?:de |vos |ces |aucun )?{_MEL_FR})?"
    ),
    (
        r"n(?:e |')(?:\w+ )?(?:souhait\w*|veux|voulons|desir\w*|voudrais|tiens|accept\w*|"
        r"aimerais|sommes|suis|demand\w*) (?:\w+ )?(?:plus|pas|aucun\w*)(?: (?:du tout|a|"
        r"interesse\w* a))? (?:recevoir|etre (?:re)?(?:contact|sollicit|derang|demarch|"
        r"relanc)\w*|(?:de |vos |ces "
        rf"){_MEL_FR})"
    ),
    (
        r"(?:arret|cess|stopp)\w* (?:\w+ ){0,2}?(?:de (?:m'|me |nous )|vos |ces |votre |cet |"
        r"cette |d'(?:envoy|ecri)|tout |toute |immediatement)"
    ),
    rf"plus (?:de |d'|aucun ){_MEL_FR}(?:,? (?:svp|merci|s'il)|\s*[.!\n]|$)",
    rf"(?:pas|aucun\w*|stop) (?:de |d'|a |aux |vos )?(?:vos )?{_MEL_FR},? (?:svp|merci|s'il)",
    (
        r"(?:laiss|fich|fout)\w*[- ](?:moi|nous) (?:\w+ )?(?:tranquilles?|en paix|la paix)|"
        r"oubliez-moi"
    ),
    (
        r"(?:retir\w*|revoqu\w*) (?:\w+ )?mon consentement|m'oppose (?:\w+ ){0,3}?(?:au|a|l')|"
        r"droit (?:a l'oubli|a l'effacement|d'opposition)"
    ),
    (
        r"(?:desabonn|desinscri)\w*[- ](?:moi|nous)|(?:retir|supprim|enlev|desinscri|desabonn|"
        r"ray|effac|exclu|radi)\w* (?:[\w'-]+ ){0,3}?(?:de|des) (?:vos|votre|cette|ces) \w+"
    ),
    (
        r"(?:etre|soit|sois) (?:\w+ )?(?:retire|supprime|enleve|desinscrit|desabonne|raye|"
        r"efface|exclu|radie)\w*"
    ),
    (
        rf"(?:inutile|pas la peine) de (?:me |nous |m')(?:re)?{_ECRIRE_FR}|merci de ne (?:plus|"
        rf"pas) (?:me |nous |m'){_ECRIRE_FR}|plus aucun\w* "
        rf"(?:{_MEL_FR}|contact|communication)|mettre fin a (?:vos|ces|cet)|refuse (?:de "
        r"recevoir|vos|tout)"
    ),
    rf"stop(?:pez)? (?:a |aux |les |vos |ces |tous ces )+{_MEL_FR}",
)

_POSTA_IT: Final = (
    r"(?:e-?mail|mail|messaggi\w*|newsletter|pubblicita|comunicazion\w*|spam|posta|offerte|"
    r"promozion\w*|notifiche|informazioni)"
)
_SCRIVERE_IT: Final = (
    r"(?:scriv\w*|contatt\w*|invi\w*|mand\w*|disturb\w*|chiam\w*|sped\w*|spedi\w*|import\w*|"
    r"cerc\w*|molest\w*|assill\w*)"
)
ITALIAN: Final = (
    r"(?:cancell|rimuov|tog|togl|elimin|disiscriv|depenn|esclud|lev)\w*(?:mi|ci|temi|teci)",
    r"mi (?:\w+ )?(?:cancelli|rimuova|tolga|elimini|disiscriva|cancelliate|rimuoviate|togliate)",
    (
        r"(?:cancell|rimuov|togli|tolga|togliete|elimin)\w* (?:\w+ ){0,2}?(?:il mio|la mia|i "
        r"miei|i nostri|le mie|il nostro|la nostra|questo|mio|mia|miei) (?:\w+ "
        r"){0,2}?(?:indirizzo|e-?mail|mail|dati|nome|nominativo|contatt\w+|iscrizione|numero|"
        r"indirizzo)"
    ),
    (
        rf"non (?:mi |ci |vogliate |voglia )*{_SCRIVERE_IT}(?: (?:piu|mai|altr\w+|altre|"
        rf"{_POSTA_IT}))+"
    ),
    (
        r"non (?:\w+ )?(?:voglio|vorrei|vogliamo|desider\w*|intend\w*|autorizz\w*|gradisc\w*) "
        r"(?:\w+ )"
        rf"{{0,2}}?(?:ricever\w*|esser\w* (?:ri)?contattat\w*|vostre {_POSTA_IT}|le vostre|piu "
        rf"{_POSTA_IT}|altre {_POSTA_IT})"
    ),
    (
        r"(?:smett\w*|piant\w*|finit\w*|ferm\w*|evit\w*|cess\w*)(?:la|temela)? (?:subito )?di "
        rf"(?:\w+ )?{_SCRIVERE_IT}|(?:smett|finit|piant)\w*la(?:\s*[.!,\n]|$)"
    ),
    (
        r"(?:basta|niente|stop)(?: (?:con|alle|a))?(?: (?:piu|le|queste|le vostre|altre|con))* "
        rf"{_POSTA_IT}"
    ),
    (
        r"lasci\w*(?:mi|ci|temi|teci)? in pace|(?:essere|venire|venga|sia) (?:\w+ )?(?:rimoss|"
        r"cancellat|tolt|eliminat|esclus|disiscritt)\w+|(?:chied|richied)\w* (?:\w+ )?(?:la |"
        r"di )(?:cancellazione|rimozione|essere (?:rimoss|cancellat|tolt)\w+)"
    ),
    (
        rf"non (?:\w+ )?(?:autorizz|accett)\w+(?: \w+){{0,5}}? {_POSTA_IT}|(?:smettere|finire) "
        rf"di {_SCRIVERE_IT}|non (?:mi )?{_SCRIVERE_IT}(?: \w+){{0,3}}? piu|pregat\w* di non "
        rf"(?:piu )?{_SCRIVERE_IT}|non {_SCRIVERE_IT} piu"
    ),
    r"revoc\w* (?:il )?(?:mio )?consenso|mi oppongo|diritto (?:all'oblio|alla cancellazione)",
    r"(?:annull|cancell|disdir|disdett)\w* (?:\w+ )?(?:mia )?(?:l')?iscrizione",
)

DIRECT: Final = (*FRENCH, *SPANISH, *ITALIAN, *PORTUGUESE)
BARE: Final = (
    r"desabonn\w+|desinscri\w+|desinscrivez",
    r"(?:elimin|cancel|anul)\w* (?:\w+ )?(?:su[bs]?scrip\w+|subscric\w+|inscric\w+)",
    r"dar(?:me|nos|se)? de baja|desuscrib\w+|desubscrib\w+|dessuscrib\w+|desapunt\w+",
    r"disiscri\w+|disiscrizione|cancellarmi|annullare l'iscrizione",
    r"descadastr\w+|desinscrev\w+|desubscrev\w+|anular a? ?subscricao",
)
LINES: Final = (
    r"baja|darse de baja|arret|arretez|arreter|desabonner|desinscrire|desabonnement|"
    r"desinscription|cancellami|cancellatemi|disiscrivimi|basta|cancella|sair|parar|remover|"
    r"descadastrar|parem"
)
