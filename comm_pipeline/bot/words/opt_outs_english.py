"""How English speakers ask not to be written to again; for folded text.

DIRECT asks by itself; BARE is a word that may also be talked about, so its surroundings decide.
"""

from typing import Final

from comm_pipeline.bot.words.opt_outs_english_idioms import IDIOMS
from comm_pipeline.bot.words.opt_outs_english_lists import REMOVING
from comm_pipeline.bot.words.opt_outs_english_mail import STOPPING

DIRECT: Final = (*REMOVING, *STOPPING, *IDIOMS)

BARE: Final = (
    (
        r"un-?su?b?s?c?r?[iy]?be?(?:[drs]|rs|rd)?|un subscri\w+|unsubscription|unsubscribing|"
        r"unsu[bn]?s?cri[bv]e?|unsuscribed?|unsubscirbe|usubscribe|unsubscrine"
    ),
    r"opt(?:ed|ing|s)?[ -]?(?:me |us |(?:my|our) \w+ )?(?:out|-out)",
    r"subscriptions?,? (?:cancel|stop)",
    (
        r"(?:cancel|end|terminate|stop|discontinue|kill)(?:ling|ing)? (?:(?:my|our|this|the|all|"
        r"any|me|us|from) ){0,2}(?:[\w-]+ )?subscriptions?"
    ),
)
