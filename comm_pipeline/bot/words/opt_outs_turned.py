"""How people say that they do not want to be left alone, in seven languages; for folded text."""

from typing import Final

from comm_pipeline.bot.folding import one_of

_STOP: Final = (
    r"(?:stop\w*|end|quit|cease|cancel|unsub\w*|un-subscribe|opt(?:ing|ed)? ?-?out|remov\w+|"
    r"delet\w+|"
    r"eras\w+|tak(?:e|en|ing) (?:me|us|my \w+|our \w+)? ?(?:off|out)|drop(?:ped)? (?:me|us)|cut "
    r"(?:me|"
    r"us)? ?off|go away|leave|give up|miss (?:any|out|a|one|these|them)|lose (?:touch|you))"
)
_FILL: Final = (
    r"(?:(?:to|be|been|being|want|wanted|wish|like|mean|meant|need|intend|plan|ask|asked|ever|"
    r"you|me|"
    r"please|dare|just|have|had|going|gonna|wanna) ){0,5}"
)

#: A negation of an end, or a wish for more.
KEEPING: Final = one_of(
    rf"(?:do not|don'?t|dont|did not|didn'?t|didnt|does not|doesn'?t|never|not|no need|no reason|"
    rf"nor|"
    rf"without|haven'?t|wouldn'?t|won'?t|can'?t|hate|sad|sorry|rather not|instead of|why would "
    rf"i) {_FILL}"
    rf"{_STOP}",
    r"(?:keep|keeps|carry on|go on|continue|continuing) (?:(?:on|up|me|us|them|it|these|right|"
    r"please|"
    r"with|to) ){0,3}?(?:sending|writing|e-?mailing|mailing|coming|posted|informed|subscribed|"
    r"updated|"
    r"on (?:the|your) (?:\w+ )?list|in the loop|receive|receiving|send|write)|keep (?:them|it|"
    r"those|"
    r"these) coming|(?:stay|remain) (?:on|subscribed|in touch|in contact)|(?:add|put|sign) (?:me|"
    r"us) "
    r"(?:back|again|on|to|up|in)|re-?subscri\w+|not (?:spam|annoyed|bothered|bothering)",
    r"(?:melde\w*|melden sie|trag\w*|nehm\w*|nimm\w*|streich\w*|losch\w*|entfern\w*) (?:sie "
    r")?(?:mich|"
    r"uns) (?:\w+ ){0,3}?(?:nicht|keinesfalls|nie)|(?:nicht|nie) (?:[\w-]+ ){0,3}?(?:abmeld\w*|"
    r"abbestell\w*|losch\w*|entfern\w*|austrag\w*|auszutragen|abgemeldet|aufhor\w*|abzumelden)|"
    r"hor\w* "
    r"(?:\w+ )?nicht auf|(?:weiter|weiterhin) (?:[\w-]+ ){0,3}?(?:bekommen|erhalten|schreiben|"
    r"senden|"
    r"schicken|lesen|empfangen)|gern\w* weiter|nimm mich auf|nehmen sie (?:mich|uns) (?:\w+ "
    r")?(?:in|auf)",
    r"n(?:e |')(?:[\w']+ ){0,4}?(?:desinscri\w*|desabonn\w*|retir\w*|supprim\w*|enlev\w*|arret\w*|"
    r"ray\w*)|(?:pas|surtout pas) (?:me |m')(?:desinscri\w*|desabonn\w*|retir\w*|supprim\w*|"
    r"ray\w*)|"
    r"continu\w* (?:a |de )?(?:recevoir|m'|nous |me |a )",
    r"no (?:me |nos |quiero |queremos |deseo |dejen? de |pienso )+(?:(?:den|dar|darme|darnos) de "
    r"baja|"
    r"borr\w*|elimin\w*|quit\w*|sac\w*|saqu\w*|escrib\w*|envi\w*|dar\w*)|(?:seguir|sigan?|sigue|"
    r"continuar|continuen?|pueden seguir) (?:recib\w*|envi\w*|mand\w*|escrib\w*)",
    r"non (?:\w+ ){0,2}?(?:cancell\w*|rimuov\w*|togli\w*|tolga|toglier\w*|disiscriv\w*|elimin\w*|"
    r"smett\w*)|continu\w* (?:pure )?a (?:scriv\w*|mandar\w*|inviar\w*|ricever\w*)",
    r"nao (?:\w+ ){0,2}?(?:remov\w*|retir\w*|apag\w*|tir\w*|cancel\w*|descadastr\w*|par(?:em|e|"
    r"ar)\b)|"
    r"(?:continu\w*|podem continuar) a? ?(?:envi\w*|receb\w*|escrev\w*|mand\w*)",
    r"(?:schrijf|meld|haal|verwijder|schrap) (?:mij|me|ons) (?:\w+ ){0,2}?niet|niet (?:[\w-]+ "
    r"){0,3}?(?:uitschrijven|afmelden|verwijderen|stoppen|afhalen)|blijf\w* (?:\w+ "
    r"){0,3}?(?:sturen|"
    r"schrijven|mailen|ontvangen)|(?:graag )?(?:blijven ontvangen|op de lijst houden)",
)
