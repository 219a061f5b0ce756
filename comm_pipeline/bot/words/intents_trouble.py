"""How English speakers complain, rage and threaten; for folded, spell-checked sentences."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.analysis import Intent

WORDS: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.COMPLAINT: (
        (
            (
                r"(?:not|\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt|"
                r"never|nothing|stopped|stops|keeps?|cannot|barely|isn'?t) (?:\w+ )?(?:work\w*|"
                r"solved|fixed|resolved|stopping|failing|crashing|breaking|happy|satisfied|"
                r"acceptable|good enough|impressed|load\w*|sync\w*|respond\w*|log in|freezing)|"
                r"(?:still|again|keeps?|is|are|completely|it'?s|totally) (?:broken|failing|"
                r"down|crashing|the same (?:problem|issue|error)|wrong|stopping|waiting|"
                r"happening|slow|unusable)|still not\b|(?:does|do|did)(?: not|n't) "
                r"(?:understand|listen|help)|crash(?:es|ed|ing)?|error (?:message|again|when)|"
                r"buggy|(?:removed|deleted|lost|broke|wiped|ruined) (?:my|our|all)|broken "
                r"(?:again|since|after)|(?:second|third|fourth|fifth) time (?:this|in|that)"
            ),
            (
                r"disappoint\w*|unhappy|dissatisf\w*|unacceptable|(?:poor|bad|terrible|awful|"
                r"horrible|worst|lousy|appalling|dreadful|slow) (?:\w+ )?(?:service|experience|"
                r"support|quality|communication|response|so far|ever|help)|terrible|awful|"
                r"horrible|ridiculous|(?:what )?a (?:complete |total )?(?:joke|disgrace|mess|"
                r"nightmare|shambles|disaster|scandal)|let (?:us|me) down"
            ),
            (
                r"(?:came|come|comes|coming) back (?:this|again|today|yesterday|after|the)|"
                r"(?:waiting|waited) (?:for|since|\w+ (?:days|weeks|hours))|(?:charged|billed|"
                r"invoiced) (?:us |me )?(?:twice|double|wrong\w*|too much)|(?:nobody|no ?one) "
                r"(?:\w+ )?(?:help\w*|answer\w*|call\w*|repl\w*|respond\w*|car\w+|can explain|"
                r"explain\w*|got back)|frustrat\w*|fed up|complain\w*|complaint|ignor(?:es?|ed|"
                r"ing) (?:me|us|my|our)|still wrong|(?:painfully|incredibly|so|too|very|really|"
                r"unbearably|extremely) slow|worse|overcharged|hasn'?t (?:arrived|been)|"
                r"(?:can'?t|cannot|unable to|couldn'?t) (?:\w+ )?(?:log|access|open|use|"
                r"connect|reach|get (?:in|into|through|hold))|no (?:reply|response|answer|"
                r"reaction) (?:from|yet|to|so far)|unreliable|misleading|misled|lied|cheated|"
                r"ripped off|rip-?off|regret|let-?down|rude|delayed again|never (?:arrived|"
                r"came|got|answered|called)|not what (?:i|we) (?:ordered|paid|expected)|sort "
                r"(?:it|this) out|waste of (?:my |our )?(?:time|money)|annoy\w+|refund|money "
                r"back|never worked|(?:problem|issue|error) (?:persist\w*|remains|is (?:still "
                r")?(?:back|there))|being kind|(?:already|you) (?:\w+ )?(?:unsubscribed|asked|"
                r"told) (?:\w+ )?(?:twice|times|before|already)|you keep (?:writing|e-?mailing|"
                r"sending)|(?:[3-9]|\d\d|third|fourth|fifth|sixth|tenth)(?:rd|th)? (?:e-?mail|"
                r"mail|message|time) (?:i|from|you|this)"
            ),
        )
    ),
    Intent.ANGER: (
        (
            (
                r"idiots?|stupid|morons?|bastards?|assholes?|arseholes?|shit|bullshit|bloody|"
                r"f[u*#@x]?[*#@]{1,4}\w*\W*|fuck\w*|go to hell|to hell\b|damn|dammit|how dare|"
                r"(?:are )?you kidding|kidding me|furious|outrag\w+|disgust\w*|sick of|sick "
                r"and tired|pathetic|amateurs|disgrace|disgraceful|bunch of|have the nerve|"
                r"insult(?:ing|ed)?|insolen\w+|fraudsters?|con artists?|imbeciles?|losers?|"
                r"nonsense|seriously,? (?:stop|quit|enough|leave)|scammers?|crooks?|liars?|"
                r"shut up|(?:for (?:the love of )?(?:god|christ|heaven)'?s?)(?: sake)?|wtf|"
                r"screw you|get lost|leave (?:me|us) (?:the \w+ )?alone|enough already|"
                r"a joke|useless|ridiculous|absolutely unacceptable|incompetent|clowns?|"
                r"piss(?:ed)? off|harass\w*|shame on you|you people|hate (?:you|this|your)|fed "
                r"up with your|livid|angry|worst (?:support|service|company) ever"
            ),
        )
    ),
    Intent.LEGAL_THREAT: (
        (
            (
                r"(?:my|our|the|to a|to our|to my|a|from our|hear from (?:our|my)|contact\w* "
                r"(?:a|our|my)) (?:lawyers?|attorneys?|solicitors?|legal (?:team|department|"
                r"counsel|representative)|counsel|barrister)|lawyers?|attorneys?|solicitors|"
                r"legal (?:action|steps|proceedings|consequences|measures|remedies)|(?:in|to|"
                r"take you to|through the) court|lawsuit|litigation|sue (?:you|your)|suing|"
                r"prosecut\w+"
            ),
            (
                r"(?:report\w*|complain\w*|complaint|escalat\w+) (?:[\w']+ "
                r"){0,5}?(?:authorit\w+|ico\b|ftc|cnil|regulator\w*|commission\w*|police|"
                r"ombudsman|fcc|trading standards|data protection|dpa\b|consumer|bbb)|(?:data "
                r"protection|privacy|consumer protection|supervisory) (?:office\w*|authorit\w+|"
                r"commissioner\w*|agency)|(?:violat\w+|breach\w*|contravene\w*|infring\w+|"
                r"illegal|against|not compl\w+) (?:[\w']+ ){0,4}?(?:gdpr|can-?spam|law|laws|"
                r"pecr|ccpa|tcpa|act|regulation\w*|dsgvo)|(?:this|that|it) is (?:\w+ )?illegal|"
                r"gdpr (?:complaint|violation|breach)|reporting (?:it|you|this) to"
            ),
        )
    ),
}
