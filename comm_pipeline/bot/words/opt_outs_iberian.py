"""How people ask not to be written to again in Spanish and Portuguese; for folded text."""

from typing import Final

_CORREO_ES: Final = (
    r"(?:correos?|e-?mails?|mails?|mensajes?|publicidad|newsletters?|boletines|boletin|spam|"
    r"informacion|comunicaciones|ofertas|notificaciones|propaganda|promociones)"
)
_ESCRIBIR_ES: Final = (
    r"(?:escrib\w*|contact\w*|envi\w*|mand\w*|molest\w*|llam\w*|remit\w*|acos\w*|insist\w*|"
    r"comuni\w*|bombarde\w*|busq\w*)"
)
SPANISH: Final = (
    (
        r"(?:da|de|den|dad|dan|dais|denme|darme|dame|deme|dadme|dennos|darnos|danos|denos|"
        r"dadnos) (?:ya |por favor |inmediatamente )?de baja"
    ),
    (
        r"(?:solicito|pido|quiero|queremos|solicitamos|tramit\w*|proced\w* a) (?:\w+ )?(?:la |"
        r"mi |nuestra )?(?:de )?baja"
    ),
    (
        r"(?:elimin|borr|quit|sac|saqu|suprim|retir|remuev|remov|borre|exclu|tach)\w*(?:me|nos|"
        r"nme|nnos)(?: \w+)?(?: (?:de|del)\b)?"
    ),
    (
        r"(?:elimin|borr|quit|saqu|suprim|retir|remuev|remov|cancel)\w* (?:\w+ ){0,2}?(?:mi|"
        r"mis|nuestr\w+|este) (?:\w+ ){0,3}?(?:correo|e-?mail|mail|datos|direccion|nombre|"
        r"contacto|informacion|suscripcion|numero)"
    ),
    (
        rf"no (?:me|nos) (?:\w+ )?(?:{_ESCRIBIR_ES}|vuelv\w* a \w+)(?: (?:ningun|mas|nada|otra|"
        rf"nunca|este|estos|{_CORREO_ES}|nunca mas))+"
    ),
    rf"no (?:me|nos) vuelv\w* a {_ESCRIBIR_ES}",
    (
        r"no (?:quier\w*|dese\w*|queremos|me interesa|quisier\w*|necesit\w*|autoric\w*|"
        r"autoriz\w*|"
        rf"acept\w*) (?:seguir )?(?:recib\w*|que (?:me|nos) {_ESCRIBIR_ES}|ser contactad\w*|"
        rf"(?:mas|sus|estos|tus|vuestr\w+|este tipo de) {_CORREO_ES})"
    ),
    (
        rf"(?:dej|par|ces|bast)\w* (?:ya )?de (?:[\w]+ ){{0,2}}?(?:{_ESCRIBIR_ES}|{_CORREO_ES}|"
        r"spam\w*)"
    ),
    rf"(?:no|ni|basta de|sin) mas {_CORREO_ES}",
    (
        r"(?:ser|sea|quede) (?:\w+ )?(?:eliminad|removid|borrad|excluid|dad|retirad|"
        r"quitad)\w+(?: de)?|(?:que|por favor) me (?:quit|borr|elimin|saqu|retir|den de baja|"
        r"den baja|remuev)\w*"
    ),
    (
        r"ya no (?:quier\w*|dese\w*|me interesa) (?:recib\w*|mas|sus|estos|que)|dejar de "
        r"recib\w*|no (?:vuelv|insist)\w+"
        rf"(?: mas)?(?: a {_ESCRIBIR_ES})?|no (?:autorizo|doy mi consentimiento|acepto)(?: "
        rf"\w+){{0,5}}? (?:{_CORREO_ES}|datos)"
    ),
    r"(?:dej\w*|deje|dejen)(?:me|nos)(?: ya)? en paz|olvid\w*(?:se|os|te)? de mi",
    (
        r"(?:retir|revoc)\w* (?:mi|el) consentimiento|me opongo (?:al|a la|a que)|derecho "
        r"(?:al olvido|de supresion|de oposicion)|cancel\w* (?:mi|la|esta) su[bs]*cripcion"
    ),
)

_CORREIO_PT: Final = (
    r"(?:e-?mails?|mails?|mensagens?|mensagem|newsletters?|publicidade|propaganda|spam|"
    r"comunicac\w+|correios?|ofertas|contatos?|contactos?|informac\w+)"
)
_ESCREVER_PT: Final = (
    r"(?:escrev\w*|contact\w*|contat\w*|envi\w*|mand\w*|perturb\w*|incomod\w*|lig\w*|"
    r"encaminh\w*|chate\w*|aborre\w*)"
)
PORTUGUESE: Final = (
    r"(?:remov|retir|exclu|elimin|apag|tir|risc|descadastr|delet)\w*-(?:me|nos)",
    r"(?:me|nos) (?:remov|retir|exclu|elimin|tir|descadastr|delet)\w+",
    (
        r"(?:remov|retir|exclu|elimin|apag|tir|risc|delet|descadastr)\w* (?:\w+ ){0,2}?(?:o |"
        r"os |a |todos os )?(?:meus?|minha|nossos?|nossa|este|esse) (?:\w+ ){0,2}?(?:e-?mail|"
        r"mail|dados|enderec\w*|nome|contact\w*|contat\w*|registo|cadastro|informac\w*|numero)"
    ),
    (
        r"(?:remov|retir|exclu|tir|sair|sai)\w* (?:\w+ ){0,3}?(?:da|desta|dessa|de sua|da sua|"
        r"da vossa) (?:\w+ )?(?:lista|base|newsletter|mailing)"
    ),
    (
        rf"nao (?:me |nos |voltem a |volte a |precisa )*{_ESCREVER_PT}(?:-me|-nos)?(?: "
        r"[\w-]+){0,3}? (?:mais|nunca|novamente)"
    ),
    (
        r"nao (?:mais )?(?:quer\w*|desej\w*|gostari\w*|pretend\w*|autoriz\w*|aceit\w*)(?: "
        r"\w+){0,2}? (?:receb\w*|ser (?:mais )?(?:contact|contat|incomod|abord)\w*|que me|mais "
        rf"{_CORREIO_PT}|(?:os |as )?(?:seus|suas|vossos|vossas|esses|estes) {_CORREIO_PT})"
    ),
    (
        r"(?:par|deix|cess)\w* (?:ja |imediatamente )?(?:de|com) (?:[\w-]+ "
        rf"){{0,2}}?(?:{_ESCREVER_PT}|{_CORREIO_PT})"
    ),
    rf"(?:chega|basta) (?:de|com) (?:\w+ )?{_CORREIO_PT}|(?:sem|nem) mais {_CORREIO_PT}",
    (
        r"ser (?:\w+ )?(?:removid|retirad|excluid|eliminad|descadastrad|apagad)\w+|deixar de "
        r"receb\w+|(?:gostari\w*|quero|queremos) (?:de )?(?:sair|cancelar|ser (?:removid|"
        r"retirad)\w+)"
    ),
    (
        rf"nao (?:mais )?(?:autoriz|aceit|permit)\w+(?: \w+){{0,6}}? (?:mais|{_CORREIO_PT})|"
        rf"nao {_ESCREVER_PT}(?: \w+){{0,3}}? mais|(?:por favor )?(?:nao|sem) mais "
        rf"{_CORREIO_PT}"
    ),
    r"(?:deix\w*-me|me deix\w*|deix\w*-nos|nos deix\w*|larg\w*-me) em paz",
    (
        r"(?:retir|revog)\w* (?:o )?(?:meu )?consentimento|oponho-me|me oponho|direito ao "
        r"esquecimento"
    ),
    (
        r"cancel\w* (?:(?:a|o|as|esta|minha|meu|nossa) ){0,2}(?:subscric\w*|inscric\w*|"
        r"assinatura|registo|cadastro)"
    ),
)
