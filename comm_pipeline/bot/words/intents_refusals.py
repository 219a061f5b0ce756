"""How English speakers say no to an offer; for folded, spell-checked sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.bot.words.negated import NOT as _NT
from comm_pipeline.domain.analysis import Intent

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.REFUSAL: (
        (
            (
                r"no,? (?:thank you|thanks|thx|ty|thank u)|^\W*(?:no|nope|nah|no way|"
                r"negative)\s*(?:[.,!;-]|$)|it'?s a (?:hard |firm |polite )?no|so,? "
                r"no\s*(?:[.!,]|$)|hard pass|(?:i'?ll|we'?ll|i will|we will|going to|have to|"
                r"gonna|i|we|must|to) (?:\w+ )?(?:pass|decline)(?: on| this| your|\s*[.!,\n]|"
                r"$)|declin(?:e|ing)|thanks,? but no"
            ),
            (
                r"(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt|no "
                r"longer|never) (?:\w+ ){0,2}?(?:interested|interesting (?:for|to) us|in the "
                r"market|looking(?:\s*[.!,]|$| for| to| at)|for (?:me|us)|a (?:\w+ )?(?:fit|"
                r"match)|something (?:that )?(?:we|i)|proceed\w*|mov(?:e|ing) forward|"
                r"go(?:ing)? (?:ahead|forward|further)|pursu\w+|consider\w*|relevant|what "
                r"(?:we|i)|require\w*|buy\w*|purchas\w+|continu\w+|convinced|worth it)"
            ),
            (
                r"(?:no|zero|little|not any|any) (?:interest|appetite|use for|plans? (?:to|"
                r"for))|uninterested|no need|(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|"
                r"have|has|could|would|ai)nt|never) (?:\w+ )?(?:need|require|have (?:that|this|"
                r"any) problem|see (?:the|any|a) (?:value|need|point|benefit|reason))|rather "
                r"not (?:\w+ )?(?:buy|proceed|do|take|pursue|meet|go|spend|change|switch)"
            ),
            (
                r"(?:we'?re|we are|i'?m|i am|all) (?:\w+ )?(?:all set|good,|good\s*[.!]|"
                r"fine(?: as| with| without|,)|set\s*[.,!]|happy with|satisfied with|covered)|"
                r"all set|(?:happy|satisfied|content) with (?:what|our|"
                r"the|my)"
            ),
            (
                r"(?:decided|chose|chosen|elected|opted|agreed) (?:against|not to|to (?:stop|"
                r"stay|stick|go with|remain|keep|build|cancel|end))|(?:went|going|gone|go|"
                r"sign(?:ed)?|renewed|stick(?:ing)?|stay(?:ing)?|remain) with (?:a|an|another|"
                r"our|the|some|them|someone)|(?:chose|picked|selected) (?:a|another|some)"
            ),
            (
                rf"(?:not|{_NT}) (?:be )?(?:moving ahead|taking (?:it|this|you|up)|going for|"
                r"think so|taking part)|(?:relationship|contract|business|partnership|deal) "
                r"with (?:a|an|another|our)(?: \w+){0,2}? (?:agency|vendor|supplier|provider|"
                r"company|firm|partner)|(?:is|are) (?:\w+ )?enough for (?:us|me|our)|"
                rf"(?:not|{_NT}) (?:really )?(?:sound|look|seem|feel)(?: \w+)? (?:like|right|"
                r"relevant|interesting|useful|suitable)|not (?:really |quite |exactly )?(?:my|"
                r"our|the right) (?:thing|cup of tea|style|fit|product|need)|not (?:on our|in "
                r"our|an option|applicable|necessary|of (?:interest|use)|suitable|aligned|in "
                r"scope|worth)|(?:say|said|is|be|answer'?s|got to be) (?:a )?(?:hard |firm |"
                r"definite )?no(?:\s*[.!,]|$| (?:to|on|from|for)) ?|give (?:it|this) a miss|"
                r"count (?:me|us) out|(?:i|we)'?(?:ll| will)? skip|skip this|(?:different|"
                r"another|other) (?:direction|route|path|option)|(?:shelved|scrapped|cancelled|"
                r"canceled|killed) (?:the|this|our|that)|project (?:was|is|has been) "
                r"(?:shelved|cancelled|dropped)|"
                rf"(?:no|never|without|{_NT}|not) (?:\w+ )?(?:use for|intention|intend|desire|"
                r"requirement|demand|reason to|want (?:it|this|that|to (?:buy|change|switch|go|"
                r"pursue|continue))|care (?:for|about)|outsource)|(?:wo|ca)n'?t (?:be "
                r"(?:needing|buying|going|taking|using|able to)|see (?:us|this|it|myself|the)|"
                r"happen|work for (?:us|me))|no longer (?:need|require|looking|relevant|"
                r"interested)"
            ),
            (
                r"already (?:\w+ )?(?:use|using|have|got|work with|working with|committed|"
                r"signed|covered|bought)|built (?:something|it|our own|one|this) (?:\w+ "
                r")?(?:ourselves|in-?house)?|there'?s no budget|no budget|too (?:expensive|"
                r"costly|pricey) for (?:us|me)"
            ),
        )
    ),
}
