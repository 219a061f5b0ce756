"""What an opt-out is not about, although it has the words of one: places, things, errands done.

In the languages of opt-outs; for folded text.
"""

from typing import Final

from comm_pipeline.bot.folding import spaced

#: Taking something off a place, and what the place is called.
OFF_A_PLACE: Final = spaced(
    r"\b(?:tak|remov|delet|eras|drop|strik|cross|leav|scrub|pull|get)(?:e|ing|s|es|en|)\b[^.!?\n]"
    r"{0,40}? (?:off|from|out of) (?:(?:the|this|that|our|your|ur|my|any|all|of) ){0,2}"
    r"([\w'-]+(?: [\w'-]+){0,3})|"
    r"\b(?:nehm\w*|nimm\w*|streich\w*|losch\w*|entfern\w*|trag\w*)\b[^.!?\n]{0,40}? (?:vom|von der|"
    r"von|aus dem|aus der|aus) ((?:\w+ ?){1,2})|"
    r"\b(?:vom|von der|aus dem|aus der) (\w+) (?:nehmen|streichen|loschen|entfernen|zu nehmen)\b|"
    r"\b(?:retir\w*|enlev\w*|supprim\w*|raye[rz]?)\b[^.!?\n]{0,30}? (?:du|de la|des|de l') "
    r"?(\w+(?: "
    r"\w+)?)|"
    r"\b(?:saq\w*|sac\w*|quit\w*|borr\w*|elimin\w*|retir\w*|tir\w*|remov\w*|da\w* de baja|di de "
    r"baja)\b[^.!?\n]{0,30}? (?:del|de la|de las|de los|da|do|das|dos) (\w+(?: \w+)?)|"
    r"\b(?:togl\w*|cancell\w*|rimuov\w*|elimin\w*)\b[^.!?\n]{0,30}? (?:dal|dalla|dallo|dai|dagli|"
    r"dalle) (\w+(?: \w+)?)|"
    r"\b(?:haal\w*|schrap\w*|verwijder\w*|schrijf\w*)\b[^.!?\n]{0,30}? (?:van|uit) (?:de|het|"
    r"jullie|"
    r"uw|je) (\w+)"
)
#: Places of addresses that are written to.
_KEPT: Final = (
    r"list|database|data ?base|system|record|mail|distribution|newsletter|circula|regist|campaign|"
    r"contact|audience|program|roster|bulletin|subscription|update|communication|marketing|"
    r"promo|message|directory|rolodex|platform|service|verteiler|kartei|adress|kontakt|fichier|"
    r"envoi|diffusion|archiv|envio|correo|invii|indirizz|elenc|cadastro|bestand|lijst|verzend|"
    r"nieuwsbrief|envois"
)
#: Such places in short words, and what points at them.
_KEPT_SHORT: Final = (
    r"books?|files?|sheet|log|crm|group|chat|roll|text|sms|here|now|future|it|this|these|those|"
    r"whatever|everything|anything|thing|spam|news|datei\w*|daten\w*|base|grupo|gruppo|groupe|"
    r"datos|"
    r"dados|dati|your|yours|you|ur|us|jullie|(?:mon|tues|wednes|thurs|fri)day"
)
KEPT_ADDRESSES: Final = spaced(rf"(?:{_KEPT})|\b(?:{_KEPT_SHORT})\b")
#: What somebody asks to stop because it is done: "you can stop chasing, I signed it".
DONE: Final = spaced(
    r"^\W*(?:\w+ ){0,2}?(?:,|-|;|as|because|since|\.|:) ?(?:i|we|it|they|he|she)(?:'?s|'?ve|'?m| "
    r"have|"
    r" has| is| was)?(?: (?:already|just|now|all|been|finally))* (?:signed|paid|sent|ordered|"
    r"booked|"
    r"done|returned|accepted|decided|bought|approved|confirmed|sorted|posted|transferred|submitted|"
    r"uploaded|filled|completed|arrived|in)\b"
)
STOP_ASKING: Final = spaced(
    r"\bstop (?:chasing|reminding|nagging|worrying|looking|searching|asking|hunting|waiting|"
    r"holding)"
)
#: What somebody teases with: "stop tempting me", "stop making me laugh".
TEASED: Final = spaced(
    r"\bstop (?:tempt\w*|teas\w*|spoil\w*|flatter\w*|mak(?:e|ing) me (?:laugh|smile|blush|hungry|"
    r"jealous|cry)|addressing (?:me|us)$)"
)
#: Who is put in the place of what goes: "use this address from now on".
INSTEAD: Final = spaced(
    r"\b(?:use|write to|send (?:it |them |everything )?to|replace\w* (?:it|them)? ?(?:with|"
    r"by)) "
    r"(?:this|the new|my new|our new|the other|instead|\S+@\S+)|\bthis is the (?:one|address|"
    r"number) (?:i|we) use\b"
)
#: Who wants to be written to again.
WANTED_BACK: Final = spaced(
    r"\b(?:put|add|sign|take|let) (?:me|us|her|him|them) (?:back|again|up again|on again|in "
    r"again)\b|"
    r"\bstart (?:them|it|these|those) (?:up )?again\b|\bre-?subscri\w+|\b(?:i'?m|i am|we'?re|we "
    r"are) "
    r"(?:still |so |very |really )?(?:keen|interested|in)\b[^.!?]*(?:$|[.!,])|\bkeep me posted\b"
)
#: What a provider's machine says of the words that stop it.
CARRIER: Final = spaced(
    r"\b(?:text|reply|send|txt|antworte|envoyez|envia)?\W*(?:stop|help|end|quit)\W+to $|\bnumber "
    r"(?:"
    r"does|can|do|is|will)\b[^.!?]{0,12}$"
)
