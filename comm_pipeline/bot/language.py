"""In which of seven languages a text is written, by its small words; for folded text."""

import re
from collections import defaultdict
from typing import Final

_WORD: Final = re.compile(r"[a-z']+")
#: Words that are looked at.
_MOST: Final = 400

_SMALL_WORDS: Final = {
    "en": """
        the and you i to of is are it that this for with not be have we your my me please thanks
        can do does will would could from on in at what how yes no thank our us was has but if
        about more i'm don't am an by they when who which their there he she or as up out send
        any been stop email works good looks sounds interested let's we're it's remove
        unsubscribe like want need call emailing book ring give tomorrow lot just then that's
        see how's where's never again everything got sorry wrong maybe roughly over much great
        timing zoom fri mon time week next free
    """,
    "de": """
        ihnen dich dein deine euer wieder sehr schon alle gerade danach der die das und ich sie
        nicht ist ein eine mich mir wir uns bitte danke fur mit auf dem den von zu im bin sind
        haben habe es ihr ihre ihren ihrer kein keine mehr nein ja aus wenn wie noch am bis um
        wird werden auch aber vielen dank keinen uber nach bei unser mein meine kann konnen was
        schreiben mochte abmelden klingt passt gut
    """,
    "fr": """
        svp aux votre suis serai tres ici le la les des et je vous ne pas est un une du en de
        pour avec nous que qui mon ma mes vos merci s'il plait plus sur au ce cette dans a ou
        mais par se sont bonjour oui non c'est j'ai ete etre d'un d'une moi on tout bien
        jusqu'au retour
    """,
    "es": """
        manden mi cuenta suena quiten mandar correos publicidad base datos el la los las y no
        que de en un una por favor para con su sus me mis es lo se al del gracias estoy mas le
        les si pero como esta este usted hasta quiero hola tiene puede donde cuando nos podemos
        muy correo baja estan son escribirme contacten ahora quizas adelante informacion enviar
        interesa
    """,
    "it": """
        il lo gli le e di che non un una per con mi ci la i del della dei vostro vostra sono
        grazie piu al alla nel si ma come questo questa mio mia ho ha vi prego favore vorrei
        fino anche se quando posso possiamo siamo delle dal basta adesso quanto costa mese
        settembre interessa saperne
    """,
    "pt": """
        gostaria ser desta lista removido o os as e de que nao um uma por favor para com seu sua
        meu minha do da dos das em no na me mais obrigado obrigada estou esta ate se mas como
        voce ola pelo pela ao sou sao foi quero nos voces podemos muito assim ou isso tenho
        temos interesse pode agora talvez proximo ano
    """,
    "nl": """
        misschien volgend jaar later gelieve mail de het een en ik u niet is van mij me mijn we
        ons met op voor te dat die er graag bedankt geen meer ben zijn heb hebben naar aan bij
        uw ook maar als wat hoe kunt kunnen wil tot om weer nee ja uit dit over wij jullie dank
    """,
}
_LANGUAGES_OF: Final = {
    word: tuple(code for code, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}
#: Words that tell a language even alone.
_TELLING_WORDS: Final = {
    "de": """
        abmelden abbestellen danke bitte nein termin vielen passt klingt
    """,
    "fr": """
        merci bonjour desabonner desinscrire oui arretez
    """,
    "es": """
        gracias baja hola muchas
    """,
    "it": """
        grazie mille cancellatemi buongiorno ciao smettetela
    """,
    "pt": """
        obrigado obrigada muito descadastrar parem nao ola
    """,
    "nl": """
        bedankt uitschrijven graag afmelden dank nee
    """,
    "en": """
        stop unsubscribe yes ok okay thanks interested cheers sure yep nope deal pls please
    """,
}
_TELLING: Final = {word: code for code, words in _TELLING_WORDS.items() for word in words.split()}


def detect_language(folded: str) -> str | None:
    """Return the language of a text (ISO 639-1), or None if too few of its words are known."""
    words = _WORD.findall(folded)[:_MOST]
    scores: defaultdict[str, float] = defaultdict(float)
    for word in words:
        if language := _TELLING.get(word):
            scores[language] += 1.5
        for language in (known := _LANGUAGES_OF.get(word, ())):
            scores[language] += 1 / len(known)
    if not scores:
        return None
    (first, most), *others = sorted(scores.items(), key=lambda one: -one[1])
    if most < 0.9 or (others and most < others[0][1] * 1.1):
        return None
    return first if most >= len(words) / 12 else None
