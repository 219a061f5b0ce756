"""How people ask not to be written to again in German and Dutch.

For folded text, so accents and capitals do not matter. DIRECT asks by itself; BARE is a word that
may also be talked about, so its surroundings decide; LINES ask for it when they stand alone.
"""

from typing import Final

_POST_DE: Final = (
    r"(?:e-? ?mails?|mails?|nachrichten|werbung|werbe\w*|newsletter|post|zusendung\w*|infos?|"
    r"informationen|anfragen|angebote|spam|versand|mailing|mailversand|korrespondenz|"
    r"kontaktaufnahmen?|anschreiben|zuschriften|nachricht)"
)
_LISTE_DE: Final = (
    r"(?:\w*liste\w*|\w*verteiler\w*|\w*datenbank|newsletter|kartei|crm|system|adressbuch)"
)
_MICH: Final = r"(?:mich|uns|meine\w*|unsere\w*|diese \w*adresse)"
_SCHREIBEN: Final = (
    r"(?:kontaktier\w*|anschreib\w*|anzuschreiben|angeschrieben|schreib\w*|schick\w*|send\w*|"
    r"belastig\w*|zusend\w*|zuzusend\w*|zuschick\w*|mail\w*|anruf\w*|anzuruf\w*|behellig\w*|"
    r"bombardier\w*|nerv\w*|anmail\w*|zumull\w*|spam\w*|gesendet|geschickt|meld\w*)"
)
GERMAN: Final = (
    r"lassen sie (?:das|es) (?:bitte )?(?:kunftig|in zukunft|zukunftig|sein|bleiben)",
    r"unterlassen sie (?:das|dies|es|bitte|solche)",
    rf"stell\w* (?:\w+ ){{0,4}}?{_POST_DE} (?:\w+ ){{0,3}}?ein\b",
    (
        r"(?:nehm\w*|nimm\w*|streich\w*|losch\w*|loesch\w*|entfern\w*|trag\w*|werf\w*|lass\w*)"
        rf"(?: [\w-]+){{0,3}}? {_MICH}(?: [\w-]+){{0,4}}? (?:{_LISTE_DE}|aus|heraus|raus)"
    ),
    (
        rf"(?:aus|von) (?:\w+ ){{0,2}}?{_LISTE_DE} (?:\w+ ){{0,2}}?(?:zu )?(?:nehm\w*|"
        r"streich\w*|losch\w*|loesch\w*|entfern\w*|austrag\w*|genommen|gestrichen|geloscht|"
        r"raus|heraus\w*|rausnehm\w*)"
    ),
    (
        r"(?:losch\w*|loesch\w*|entfern\w*|vernicht\w*) (?:[\w-]+ ){0,4}?(?:mein\w*|unser\w*) "
        r"(?:[\w-]+ ){0,3}?(?:daten|adresse\w*|\w*mail\w*|kontakt\w*|eintrag|namen|\w*daten|"
        r"\w*adresse)"
    ),
    (
        r"mein\w* (?:[\w-]+ ){0,3}?(?:\w*daten|\w*adresse\w*) (?:[\w-]+ ){0,3}?(?:zu "
        r")?(?:losch\w*|loesch\w*|entfern\w*)"
    ),
    (
        rf"keine?r?n? (?:weitere\w* |unerwunschte\w* )?{_POST_DE}(?: [\w,-]+){{0,4}}? (?:mehr|"
        r"weiter|zukunftig|kunftig)"
    ),
    (
        r"(?:mocht\w*|moecht\w*|will|wollen|wunsch\w*|wuensch\w*|bitte|brauch\w*|verbitte)(?: "
        r"[\w,-]+)"
        rf"{{0,3}}? keine?(?:rlei)?(?: [\w-]+)? {_POST_DE}"
    ),
    rf"keine? (?:weitere\w* |\w*werbe\w* )?{_POST_DE},? (?:bitte|danke)",
    (
        r"(?:nicht|nie) (?:mehr|wieder|langer|weiter|nochmal\w*|erneut)(?: [\w-]+){0,2}? "
        rf"{_SCHREIBEN}"
    ),
    (
        rf"{_SCHREIBEN} (?:sie )?(?:[\w-]+ ){{0,3}}?(?:nicht|nie|niemals) (?:mehr|wieder|noch "
        r"?mal|erneut)"
    ),
    (
        r"hor\w* (?:sie |doch |bitte |endlich |mal ){0,4}(?:damit )?auf,? (?:damit|mir|mich|"
        r"uns|zu|bitte|mit)"
    ),
    r"hor\w* (?:sie )?(?:\w+ ){0,2}?auf(?:\s*[.!\n]|$)",
    r"lass\w* (?:sie )?(?:mich|uns) (?:\w+ ){0,3}?(?:in ruhe|in frieden|zufrieden)",
    (
        r"widersprech\w*|widerspruch gegen|widerruf\w* (?:\w+ ){0,4}?(?:einwilligung|"
        r"zustimmung|erlaubnis)|(?:einwilligung|zustimmung) (?:\w+ ){0,3}?(?:zuruck|widerrufe)"
    ),
    (
        r"(?:unterlass\w*|stoppt|stoppen|stopp|beend\w*|einstell\w*|unterbinden) (?:sie "
        r")?(?:[\w-]+ ){0,4}?"
        rf"(?:{_POST_DE}|zusendung|kontakt\w*|belastigung\w*)"
    ),
    rf"(?:stell\w*|unterlass\w*) (?:sie )?(?:[\w-]+ ){{0,4}}?{_POST_DE} (?:\w+ ){{0,2}}?ein",
    (
        r"(?:nichts|nix) (?:mehr )?(?:\w+ ){0,4}?(?:horen|bekommen|erhalten|lesen|schicken|"
        r"senden|zusenden|zuschicken)"
    ),
    r"verschon\w* (?:sie )?(?:mich|uns)|verzichte\w* (?:\w+ )?auf (?:weitere|ihre|eure|diese)",
    (
        rf"(?:sehen|seht|sieh)(?: sie)?(?: \w+){{0,3}}? von (?:\w+ )?(?:{_POST_DE}|"
        r"kontakt\w*)(?: \w+){0,2}? ab"
    ),
    (
        r"(?:mocht\w*|moecht\w*|will|wollen|wunsch\w*)(?: [\w-]+){0,4}? nicht (?:mehr |weiter |"
        r"langer )?(?:[\w-]+ ){0,2}?(?:kontaktiert|angeschrieben|belastigt|angerufen|angemailt|"
        r"behelligt)"
    ),
    (
        rf"(?:aus|von) (?:\w+ ){{0,2}}?{_LISTE_DE} (?:\w+ ){{0,2}}?(?:geloscht|entfernt|"
        r"gestrichen|ausgetragen|genommen) werden|(?:abgemeldet|ausgetragen) werden"
    ),
    (
        r"(?:meld\w*|trag\w*|bestell\w*) (?:\w+ ){0,2}?(?:mich|uns|ich|wir) (?:[\w-]+ "
        r"){0,5}?(?:ab|aus)"
    ),
)

_POST_NL: Final = (
    r"(?:e-?mails?|mails?|mailtjes|berichten|bericht|reclame|post|nieuwsbrie\w*|spam|"
    r"informatie|aanbiedingen|mailings?|contact|promoties)"
)
_SCHRIJVEN_NL: Final = (
    r"(?:mailen|contacteren|benaderen|schrijven|sturen|lastig ?vallen|lastig te vallen|bellen|"
    r"aanschrijven|spammen|toesturen|berichten|storen|te \w+en|benaderd|gemaild|gecontacteerd|"
    r"toezenden|contact op\w*)"
)
DUTCH: Final = (
    (
        r"(?:schrijf\w*|meld\w*|haal\w*|verwijder\w*|gooi\w*|zet\w*) (?:u |je |jullie )?(?:mij|"
        r"me|ons|m'n|mijn \w+|onze \w+|dit \w+)(?: [\w-]+){0,6}? (?:uit|af|van|lijst|bestand|"
        r"systeem)"
    ),
    (
        r"(?:mij|me|ons|mijn \w+|dit \w*adres) (?:[\w-]+ ){0,5}?(?:uit te schrijven|"
        r"uitschrijven|af te melden|afmelden|te verwijderen|verwijderen|van \w+ \w*lijst|"
        r"schrappen)"
    ),
    r"(?:verwijder\w*|wis|wissen|schrap\w*) (?:\w+ )?(?:mij|me|ons|mijn|onze|m'n|al mijn|dit)",
    (
        rf"geen (?:\w+ )?{_POST_NL} (?:\w+ ){{0,3}}?(?:meer|aub|graag|alstublieft|svp)|geen "
        rf"(?:verdere|andere|nieuwe) {_POST_NL}"
    ),
    rf"(?:wil|wens|willen|wensen|hoef) (?:\w+ ){{0,3}}?geen (?:\w+ )?{_POST_NL}",
    rf"(?:niet|nooit) (?:meer|langer|weer|opnieuw)(?: [\w-]+){{0,3}}? {_SCHRIJVEN_NL}",
    (
        r"(?:mail|schrijf|bel|benader|contacteer|stuur|val)(?:t|en)? (?:u )?(?:mij|me|ons) "
        r"(?:\w+ ){0,2}?(?:niet|nooit|niks|niets) (?:meer|weer|langer)"
    ),
    (
        r"(?:stop|hou|houd|houdt|kap) (?:u |eens |nu |alstublieft |aub |a\.u\.b\. )*(?:op "
        r")?(?:met|eens) "
        rf"(?:\w+ ){{0,2}}?(?:{_SCHRIJVEN_NL}|{_POST_NL}|het)"
    ),
    (
        r"(?:wil|wens|willen|graag)(?: [\w-]+){0,6}? (?:verwijderd|uitgeschreven|afgemeld|"
        r"gehaald|geschrapt)(?: worden)?|(?:van|uit) (?:\w+ ){0,3}?\w*(?:lijst|bestand|systeem|"
        r"mailing) (?:af|gehaald|verwijderd|verwijderen|halen)"
    ),
    (
        r"gelieve (?:mij |me |ons )?(?:geen|niet|nooit)(?: [\w-]+){0,4}? (?:meer|"
        rf"{_POST_NL})|"
        r"(?:hou|houd|houdt) (?:u )?(?:op|ermee op)"
    ),
    r"laat (?:mij|me|ons) (?:\w+ )?met rust|laat (?:mij|me) met vrede",
    (
        r"(?:trek|intrek\w*) (?:\w+ )?(?:mijn )?toestemming (?:\w+ )?in|maak bezwaar tegen|"
        r"recht op vergetelheid"
    ),
)

DIRECT: Final = (*GERMAN, *DUTCH)
BARE: Final = (
    (
        r"abmeld\w+|abzumelden|abgemeldet|abbestell\w+|abzubestellen|austrag\w+|auszutragen|"
        r"newsletter kundig\w*"
    ),
    r"uitschrijven|uitschrijving|uit te schrijven|uitgeschreven|afmelden|af te melden",
)
LINES: Final = (
    r"abmelden|abbestellen|austragen|abmeldung|afmelden|uitschrijven|stoppen|aufhoren|keine "
    r"werbung|keine mails|keine e-?mails"
)
