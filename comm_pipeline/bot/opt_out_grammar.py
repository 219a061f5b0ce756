"""How a wish for no more mail is built, whatever words it is made of.

Frames are read as ``bot/concepts.py`` says. Those of DIRECT ask whoever is spoken to; those of
GUARDED may also say what the writer does, so who acts decides.
"""

from collections.abc import Iterator
from typing import Final

from comm_pipeline.bot.concepts import Grammar
from comm_pipeline.bot.words.concepts_english import ENGLISH
from comm_pipeline.bot.words.concepts_germanic import DUTCH, GERMAN
from comm_pipeline.bot.words.concepts_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH

_DIRECT: Final = (
    # stop writing to me; stop sending me these
    "STOP ..3 WRITE|EMAIL|SEND ..3 ME|ADDRESS",
    "STOP ..3 SEND ..3 MAILS|ADS",
    "STOP ..2 ME ..2 MAILS|ADS",
    "PLEASE|BEGIN ..2 STOP OFF? WRITE PLEASE? ..2 END",
    "NOT WANT STOP WRITE|SEND",
    "FULL NO STOP FULL",
    "PLEASE|BEGIN ..2 STOP SEND PLEASE? END",
    "BEGIN PLEASE? STOP MAILS|EMAIL|ADS PLEASE? END",
    "PLEASE ~~5 STOP THIS? FOR_GOOD? END",
    "FULL PLEASE? STOP THIS? PLEASE? FOR_GOOD? PLEASE? FULL",
    "BEGIN PLEASE? STOP THIS? PLEASE? FOR_GOOD? PLEASE? FULL",
    "YOU ..2 STOP WRITE",
    "IF ..1 YOU ..1 STOP|STOPPED ..1 WRITE|SEND",
    # these mails should end
    "WANT ..5 MAILS|THIS ..4 STOP|FINISH|STOPPED",
    "WANT ..3 YOU ..2 STOP WRITE|SEND|THIS",
    "THIS|YOU MAILS ..2 STOP|FINISH END",
    "FINISH|STOP THIS|YOU|ADS MAILS",
    "FINISH MAILS END|PLEASE",
    "WANT ..3 YOU STOP|STOPPED END",
    # don't write to me again; there is no need to write again
    "NOT ..3 WRITE|EMAIL ..2 ME",
    "NOT ..1 MAILS ME",
    "NOT ..2 WRITE|EMAIL ..2 MY|THIS ..2 DATA|EMAIL|INBOX",
    "NOT ..2 WRITE|EMAIL ..3 AGAIN",
    "NOT ..2 SEND ..3 AGAIN|ADS|MAILS|THIS",
    "NO ..3 WRITE|EMAIL ..4 AGAIN",
    "NO AGAIN ..2 MAILS|ADS|WRITE|EMAIL|SEND",
    "BEGIN PLEASE? NO AGAIN PLEASE? FULL",
    "BEGIN NO ADS ..1 MAILS|EMAIL",
    "NO MAILS PLEASE",
    "NOT|NO ..1 AGAIN ..1 THIS|MAILS END",
    "WANT ..2 NOT ..2 CONTACTED",
    "NOT|RATHER_NOT ..2 WANT ..3 CONTACTED",
    "RATHER_NOT ..2 CONTACTED",
    "ENSURE ~~5 NOT ..3 CONTACTED",
    "BEGIN NOT AGAIN PLEASE",
    "NOT AGAIN ..4 YOU|THIS ..1 MAILS",
    "NOT WANT ..4 INBOX",
    # I do not want to get mail; no wish to hear from you; we accept no advertising
    "NOT|DIDNT|NO ..2 WANT|NEED|ALLOW ..3 RECEIVE ..4 MAILS|ADS|AGAIN|YOU",
    "NOT|DIDNT|NO ..2 WANT|NEED|ALLOW ..4 WRITE|WANT ..3 AGAIN|YOU|MAILS|ADS",
    "NOT|DIDNT|NO ..2 WANT|NEED|ALLOW YOU|AGAIN|THIS|ADS ..3 MAILS",
    "NOT|DIDNT ..2 ALLOW|TAKE ..3 MAILS|ADS",
    "NOT|DIDNT ..1 WANT|ALLOW ..2 MAILS|ADS ..2 END",
    "WANT ..2 NO|NOT ..2 AGAIN ..3 RECEIVE|WRITE|MAILS",
    "WANT ..1 NOT ..2 RECEIVE ..4 MAILS|ADS|YOU|AGAIN",
    "WANT ..1 NOT ..2 WRITE|EMAIL",
    # remove me; delete my details; take this address off your list
    "REMOVE ..1 ME",
    "REMOVE|TAKE ..3 ME|MY|DATA|EMAIL ..2 OFF YOU WRITE",
    "FULL PLEASE? REMOVE PLEASE? FULL",
    "TAKE ME OFF END|PLEASE|THIS",
    "OWNER RECEIVE OFF ASKED",
    "REMOVE ..4 MY ..3 DATA|EMAIL|LIST",
    "REMOVE OFF ..1 LIST END",
    "REMOVE THIS DATA|EMAIL",
    "REMOVE|TAKE|ADD|RECEIVE ..3 ME|MY|DATA|EMAIL|ADDRESS ..4 OFF ..4 LIST|MAILS",
    "TAKE|RECEIVE THIS OFF PLEASE",
    "BEGIN PLEASE? OFF ..1 LIST PLEASE? END",
    "WANT ..1 ME|MY ..4 OFF ..3 LIST|MAILS",
    "ADD|TAKE ..8 DNC",
    "WANT ..2 OFF END",
    "DATA ~~8 REMOVE|TAKE THIS OFF",
    # see to it that nothing further is sent; let this be the last mail
    "ENSURE ~~5 NOT|NO ..3 INCLUDED|ALLOW|MAILS|WRITE|EMAIL|SEND|AGAIN|RECEIVE",
    "NOT AGAIN ..2 SEND|RECEIVE|WRITE",
    "ENSURE ~~5 OFF ..2 LIST|MAILS",
    "YOU ..2 STOP SEND ..1 THIS|MAILS|ADS",
    "ENSURE|PLEASE ..3 THIS ..3 LAST ..1 EMAIL|MAILS",
    "NOT ..1 ASK AGAIN",
    "NOT WRITE WRITE",
    "FULL PLEASE? NOT WRITE FULL",
    "RATHER_NOT ..2 RECEIVE|WRITE|WANT ..3 MAILS|THIS|YOU|AGAIN|ME|END",
    "ME OFF ..3 MAILS",
    "NOT|DIDNT ..1 ADD ME ..4 LIST|MAILS",
    "WANT NO ..1 ADS|MAILS",
    "FORBID ..4 ADS|MAILS|WRITE|EMAIL",
    "TAKE|RECEIVE OFF THIS ..1 LIST|PLEASE|END",
    "TAKE|ADD|RECEIVE ME OFF ..1 THIS|MAILS|LIST",
    "AGAIN ..3 THIS ..4 REPORT|REGARD",
    "AGAIN ..2 THIS AND ..3 REPORT|SEND|REGARD|AUTHORITY",
    "NO|NOT WRITE ..2 ME",
    # can you stop; don't call, don't write; it would be best if you didn't write
    "BEGIN ..1 YOU ..1 STOP PLEASE? FULL",
    "NOT ..1 WRITE BEGIN NOT WRITE",
    "IF ..1 YOU DIDNT ..2 WRITE|EMAIL|SEND ..3 ME|AGAIN|MAILS|THIS",
    "WANT ..2 THIS|THEY|MAILS ..1 FINISH|STOPPED END",
    # be so good as to leave us out of it
    "TAKE|REMOVE ME OFF ..1 YOU",
    "PLEASE|BEGIN UNKNOWN ME OFF ..1 YOU|LIST|MAILS",
    "PLEASE|BEGIN UNKNOWN MY ..2 DATA|INBOX ..1 OFF ..1 YOU|LIST|MAILS",
    "STOP STOP",
    "PLEASE|BEGIN TAKE|REMOVE ..1 ME OFF ..1 YOU",
    "REMOVE OFF PLEASE? END",
    "PLEASE ..1 STOP SEND ..2 THIS|ME|DATA|INBOX|YOU",
    "PLEASE FINISH THIS PLEASE? END",
    "MAILS|THIS ..4 STOPPED ..1 ME",
    "RECEIVE NO ADS",
    "NOT ..2 SEND ..6 AGAIN",
    "NOT AGAIN ..2 ME",
    "STOP ..2 MAILS FOR_GOOD",
    "REMOVE|TAKE ..1 MY ..2 DATA ..2 OFF ..1 YOU",
    "PLEASE|BEGIN|AND TAKE|REMOVE ME PLEASE? END",
    "REMOVE ..3 ADDRESS",
    "REMOVE OFF ..2 AGAIN|YOU|THIS ..3 MAILS|LIST",
    "THIS ..2 DATA|INBOX ..3 REMOVE",
    "ENSURE ~~8 ADDRESS ~~4 REMOVE|TAKE",
    "ENSURE ~~8 DATA ~~4 REMOVE|TAKE OFF? ..1 YOU|THIS",
    "NOT ..1 SEND ..3 MAILS|ADS|EMAIL ..3 ME|ADDRESS|DATA|INBOX|AGAIN",
    "MAILS|ADS ~~4 NOT ..2 SEND|RECEIVE|WRITE ..4 DATA|INBOX|AGAIN",
    "ADS|MAILS|THIS ~~6 NO AGAIN ..2 RECEIVE|SEND|INCLUDED",
    "NOT ..4 CONTACTED ..2 AGAIN|ADS|MAILS",
    "ME|DATA|INBOX ..3 RECEIVE NO ..2 ADS|MAILS",
    "NOT ..1 WRITE|SEND AGAIN",
    # one more, and somebody hears of it
    "NEXT|AGAIN ..3 MAILS|EMAIL|THIS|WRITE ~~14 REPORT|AUTHORITY",
    "BEGIN NEXT ~~8 AUTHORITY",
    "AUTHORITY ~~8 IF ~~10 NEXT|AGAIN",
    # any further mail will be reported
    "AGAIN ..3 MAILS|EMAIL|WRITE ~~16 REGARD",
    "FULL REGARD AND REGARD FULL",
    "FULL REGARD ..1 MAILS FULL",
    "IF YOU ..1 WRITE|EMAIL ~~7 REPORT|REGARD|AUTHORITY",
    # enough
    "DONE ..2 YOU ..2 MAILS",
    "DONE ..2 THIS MAILS",
    # no more
    "AGAIN|NO|NOT ..3 MAILS|EMAIL|WRITE ~~6 REPORT",
)
#: The same thoughts where verbs may stand at the end and negations on both sides.
_ABROAD: Final = (
    # do not write to me; do not write again
    "NOT|NO ..3 ME ..3 WRITE",
    "NOT ..2 WRITE|SEND ..3 AGAIN|ME|NOT",
    "NOT|NO ..2 AGAIN ..4 WRITE|SEND|RECEIVE",
    "WRITE|SEND ..4 NOT|NO ..1 AGAIN",
    "AGAIN ..2 NOT ..3 WRITE|SEND",
    # no more mail; I want no mail; I do not want to get any
    "NOT|NO AGAIN ..1 MAILS",
    "AGAIN NOT ..1 MAILS",
    "NOT|NO ..2 MAILS ..4 AGAIN|WANT|RECEIVE",
    "WANT ..3 NO|NOT ..3 MAILS|WRITE",
    "NOT|NO ..2 WANT ..3 RECEIVE|MAILS|WRITE",
    "WANT ..4 NOT|NO ..3 RECEIVE|WRITE",
    "NOT|NO ..3 WANT ..2 AGAIN ..3 RECEIVE|MAILS|WRITE",
    "NOT|NO WANT ..4 MY ..1 DATA",
    # stop writing; spare me
    "WANT ..1 STOP ..1 FULL",
    "STOP ..4 WRITE|SEND ..2 ME|MAILS|END",
    "STOP ..6 MAILS",
    "STOP ..4 ME ..3 WRITE|SEND|MAILS",
    "MAILS ..3 STOP ..1 FULL",
    "WANT ..3 MAILS ..1 NOT AGAIN",
    "BEGIN STOP WANT|AGAIN? FULL",
    # remove me
    "REMOVE ..3 ME ..4 LIST|OFF",
    "ME ..2 REMOVE ..4 LIST|DATA|OFF",
    "REMOVE ..3 MY ..3 DATA|MAILS",
    "MY ..3 DATA|MAILS ..5 REMOVE",
    "OFF ..3 LIST ..3 REMOVE",
    "REMOVE ..3 OFF ..3 LIST",
    "ME ..3 UNSUB",
    "AGAIN ..3 MAILS|WRITE ..2 STOP",
    "NOT ..3 SEND ..3 MAILS",
    # I forbid; else I go to a lawyer
    "FORBID ..6 MAILS|DATA|WRITE",
    "AGAIN ..2 MAILS ~~10 REPORT",
)
_GRAMMARS: Final = (
    Grammar(
        [
            (ENGLISH, _DIRECT),
            *((lexicon, _ABROAD) for lexicon in (GERMAN, DUTCH, SPANISH, PORTUGUESE)),
        ]
    ),
    Grammar([(FRENCH, _ABROAD), (ITALIAN, _ABROAD)], is_split=True),
)


def find_wishes(folded: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the words that are built as a wish for no more mail."""
    for grammar in _GRAMMARS:
        yield from grammar.find(folded)
