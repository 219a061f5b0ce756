"""What English speakers call mail and lists of addresses; alternatives for patterns, folded."""

from typing import Final

MAIL: Final = (
    r"(?:e-? ?mails?|mails?|messages?|msgs?|newsletters?|spam|junk|mailings?|correspondence|"
    r"communications?|marketing|outreach|pitch(?:es)?|advert\w*|ads|solicitations?|mail "
    r"?shots?|promotions?)"
)
STUFF: Final = (
    rf"(?:{MAIL}|texts|outreach|harassment|nonsense|stuff|crap|rubbish|garbage|shit|bullshit|"
    r"reminders|follow-? ?ups?|sequence|campaigns?|offers|updates|notifications|contact)"
)
LIST: Final = (
    r"(?:lists?|mailing-?lists?|mailings?|data ?bases?|db|crm|systems?|records?|files?|"
    r"distribution|newsletters?|subscribers?|contacts|outreach|campaigns?|sequences?|cadences?|"
    r"books|e-?mails)"
)
