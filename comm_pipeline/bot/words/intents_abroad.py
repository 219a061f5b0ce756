"""What people say most in German, French, Spanish, Italian, Portuguese, Dutch; folded."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.analysis import Intent

ABROAD: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.INTEREST: (
        (
            r"passt (?:\w+ )?zu unser\w*|konnten wir (?:gut )?(?:gebrauchen|brauchen)|c'est "
            r"(?:exactement )?ce qu'il nous faut|justo lo que|proprio quello che|exatamente o "
            r"que|"
            r"precies wat"
        ),
        (
            r"(?:klingt|hort sich|sieht) (?:\w+ ){0,2}?(?:spannend|interessant|gut|"
            r"vielversprechend|super)|interessiert (?:mich|uns)|(?:habe|haben|hatte|hatten) "
            r"(?:\w+ )?interesse|mehr (?:daruber |dazu )?(?:erfahren|wissen|horen)|erzahlen "
            r"sie (?:mir|uns)? ?mehr|(?:bin|sind) (?:\w+ )?(?:interessiert|neugierig)|lese "
            r"(?:\w+ ){1,3}gern|finde ich (?:gut|interessant|spannend)|m'interesse|nous "
            r"interesse|(?:suis|sommes) (?:\w+ )?interesse\w*|interessante?s?\b|molto "
            r"interessante|muy interesante|tres interessant|dire (?:plus|davantage)|en savoir "
            r"plus|(?:me|nos) (?:\w+ )?interesa\w*|(?:saber|conocer) mas|cuenteme mas|estoy "
            r"interesad\w+|estamos interesad\w+|suena (?:bien|interesante)|mi interessa\w*|ci "
            r"interessa\w*|saperne di piu|(?:sono|siamo) interessat\w+|sembra interessante|"
            r"(?:tenho|temos) (?:\w+ )?interesse|interessad[oa]s?|contar-?me mais|saber mais|"
            r"parece interessante|klinkt (?:\w+ )?(?:interessant|goed)|(?:heb|hebben) (?:\w+ "
            r")?interesse|geinteresseerd|vertel (?:me|ons|mij) meer|meer weten"
        ),
    ),
    Intent.CONFIRMATION: (
        (
            r"^\W*(?:parfait|perfekt|perfetto|perfecto|perfeito|perfect)\b|(?:esta|ja esta|tudo) "
            r"(?:tratado|resolvido|pago|assinado)|recebemos tudo|(?:c'est|est) (?:signe|paye|"
            r"regle|bon pour)|(?:unterschrieben|bezahlt|uberwiesen|bestatigt|genehmigt)|"
            r"(?:firmado|pagado|aprobado|firmato|pagato|approvato|assinado|getekend|betaald|"
            r"goedgekeurd)\b"
        ),
        (
            r"^\W*(?:ja|jawohl|gerne?|einverstanden|oui|d'accord|si|de acuerdo|vale|va bene|"
            r"d'accordo|sim|combinado|akkoord|prima|genau|volontiers|claro|certo|certo)\b|"
            r"passt (?:mir|uns|gut|perfekt|super)|einverstanden|(?:ca|cela) (?:me|nous) (?:va|"
            r"convient)|me viene bien|mi va bene|para mim esta|komt goed uit|(?:nehme|nehmen) "
            r"(?:\w+ )*an\b|ich bestatige|je confirme|confirmo|confermo|bevestig|funktioniert "
            r"wieder|gelost|erledigt|resolu\b|resuelto|risolto|resolvido|opgelost"
        ),
    ),
    Intent.REFUSAL: (
        (
            r"(?:sind|bin) (?:[\w-]+ ){0,3}?zufrieden|anderen? (?:anbieter|lieferant|"
            r"dienstleister)\w*|zu teuer|(?:trop|tres) cher|au-dessus de notre budget|"
            r"(?:donnerons|donnons) pas suite|(?:demasiado|muy) car[oa]|no nos convence|troppo "
            r"car[oa]|caro demais|muito caro|ficar por aqui|te duur|(?:al|vaste|andere) (?:een "
            r")?(?:vaste )?leverancier|autre (?:fournisseur|prestataire)|otro proveedor|altro "
            r"fornitore|outro fornecedor"
        ),
        (
            r"(?:nein|nee|non|no|nao),? (?:danke|merci|gracias|grazie|obrigad[oa]|bedankt|dank|"
            r"vielen)|kein interesse|keinen bedarf|nicht interessiert|leider nein|lehnen "
            r"(?:\w+ )*ab|(?:bereits|schon|gut|bestens) (?:versorgt|ausgestattet|bedient)|"
            r"nichts fur (?:uns|mich)|nicht (?:notig|relevant|passend)|pas pour (?:nous|moi)|"
            r"non (?:ci|mi) serve|no nos hace falta|nao (?:nos )?(?:serve|faz falta)|niet "
            r"nodig|hoeft niet|niets voor (?:ons|mij)|ya tenemos|abbiamo gia|ja temos|avons "
            r"deja|hebben al|deja un|ya tenemos|haben (?:schon|bereits)|nein danke|^\W*(?:nein|"
            r"non|nee|nao)\s*[.,!]|(?:haben|habe) (?:\w+ )?kein(?:en|e)? (?:interesse|bedarf)|"
            r"brauchen (?:wir|ich)? ?(?:das|es)? ?nicht|(?:ne |n'|pas )(?:\w+ "
            r")*(?:interess\w+)|pas interesse\w*|(?:ne )?(?:m'|nous )interesse\w* pas|pas "
            r"besoin|no (?:me|nos) interesa|no (?:estoy|estamos) interesad\w+|no (?:lo "
            r")?necesit\w+|non (?:\w+ )*interess\w+|non (?:ne )?(?:abbiamo|ho) bisogno|nao "
            r"(?:\w+ )*interess\w+|nao precis\w+|geen (?:interesse|behoefte|belangstelling)|"
            r"niet geinteresseerd"
        ),
    ),
    Intent.NOT_NOW: (
        (
            r"(?:muss|mussen|erst) (?:\w+ ){0,4}?(?:besprechen|abklaren|abstimmen|klaren|fragen)|"
            r"(?:dois|devons) (?:d'abord |en )?(?:parler|consulter|voir)|(?:tengo|tenemos) que "
            r"(?:consultar|hablar|preguntar)|(?:devo|dobbiamo) (?:\w+ )?(?:parlarne|sentire|"
            r"consultare|chiedere)|(?:tenho|temos) de (?:falar|consultar|perguntar)|moet (?:\w+ "
            r"){0,4}?(?:overleggen|bespreken|navragen)"
        ),
        (
            r"(?:im moment|momentan|derzeit|aktuell|zurzeit|jetzt) (?:\w+ )?(?:nicht|kein\w*|"
            r"leider)|jetzt nicht|noch nicht (?:so ?weit|bereit|entschieden)|spater|(?:im|nach "
            r"dem|nachstes|nachsten) (?:herbst|fruhjahr|fruhling|sommer|winter|jahr|quartal|"
            r"monat)|danach (?:konnen|entscheiden|sprechen|melden)|keine zeit|pas (?:pour le|"
            r"en ce) moment|pas maintenant|plus tard|recontact\w*|l'annee prochaine|ahora no|"
            r"mas adelante|por ahora|proximo (?:ano|mes|trimestre)|en otro momento|non "
            r"(?:adesso|ora)|per ora|piu avanti|risentiamoci|(?:il )?prossim[oa] (?:anno|mese|"
            r"trimestre)|agora nao|por enquanto|mais tarde|proximo ano|falamos em|(?:op dit "
            r"moment|nu) (?:\w+ )?(?:niet|even niet|geen)|nu niet|volgend (?:jaar|kwartaal)|"
            r"volgende maand|misschien later|later"
        ),
    ),
    Intent.WRONG_PERSON: (
        (
            r"(?:kummere|befasse) mich (?:\w+ )?nicht|ne (?:m'occupe|gere) (?:pas|plus)|no (?:me "
            r")?(?:llevo|encargo|ocupo)|non mi occupo|non sono io|nao (?:trato|sou eu|me ocupo)|"
            r"ga (?:\w+ )?niet over|niet mijn afdeling"
        ),
        (
            r"(?:unternehmen|firma|uns|haus|betrieb) verlassen|ne fait plus partie|ya no "
            r"trabaja\w*|no "
            r"trabaja mas|ha dejado la empresa|non lavora piu|non fa piu parte|ja nao "
            r"trabalha|deixou a "
            r"empresa|werkt (?:\w+ ){0,2}?niet (?:meer|langer)|nicht (?:\w+ )?(?:zustandig|"
            r"verantwortlich|der richtige|die richtige)|falsche\w* "
            r"(?:person|ansprechpartner\w*|adresse)|arbeite (?:\w+ )*nicht mehr|pas la bonne "
            r"personne|(?:ne )?travaille plus|pas responsable|mauvaise personne|no soy la "
            r"persona|persona equivocada|ya no trabajo|non sono la persona|persona sbagliata|"
            r"non lavoro piu|nao sou a pessoa|pessoa errada|ja nao trabalho|niet de juiste "
            r"persoon|verkeerde persoon|werk (?:\w+ )*niet meer"
        ),
    ),
    Intent.REFERRAL: (
        (
            r"(?:wenden|melden) sie sich (?:\w+ )?(?:an|bei)|(?:ansprechpartner\w*|zustandig) "
            r"(?:ist|fur)|leite\w* (?:\w+ )+weiter|weitergeleitet an|adressez[- ]vous|veuillez "
            r"contacter|(?:dirij\w+|contact\w+) (?:a|con) (?:mi|nuestr\w+)|(?:si rivolga|"
            r"contatti|rivolgersi) (?:a|al|alla|il|la)|(?:fale|contacte|contate) (?:com )?(?:o|"
            r"a) (?:meu|minha|nosso|nossa)|neem contact op met mijn|(?:mijn|onze) collega"
        ),
    ),
    Intent.MEETING: (
        (
            r"(?:konnen|konnten|wollen|sollen) wir (?:\w+ ){0,6}?(?:telefonieren|sprechen|"
            r"treffen)|termin|telefonat|rufen sie (?:mich|uns)|um \d{1,2}(?:[:.]\d\d)? uhr|"
            r"(?:montag|dienstag|mittwoch|donnerstag|freitag|lundi|mardi|mercredi|jeudi|"
            r"vendredi|lunes|martes|miercoles|jueves|viernes|lunedi|martedi|mercoledi|giovedi|"
            r"venerdi|segunda|terca|quarta|quinta|sexta|maandag|dinsdag|woensdag|donderdag|"
            r"vrijdag)(?:-feira)?(?: [\w.:]+){0,4}? (?:\d{1,2}(?:[:.h]\d\d|h| uhr| uur| h\b)|"
            r"passt|passen|geht|ware|me convient|me va|me viene|mi va|schikt|lukt|vormittag|"
            r"nachmittag|matin|apres-midi|tarde|mattina|pomeriggio|ochtend|middag)|s'appeler|"
            r"appelons-nous|se (?:parler|voir|rencontrer)|rendez-vous|appelez[- ]moi|"
            r"(?:podemos|podriamos) (?:hablar|reunirnos|vernos)|reunion|llameme|una llamada|"
            r"possiamo (?:sentirci|parlare|vederci|incontrarci)|appuntamento|riunione|podemos "
            r"(?:falar|reunir|conversar)|reuniao|kunnen we (?:\w+ ){0,5}?(?:bellen|spreken|"
            r"afspreken)|afspraak|bel me"
        ),
    ),
    Intent.REQUEST_INFO: (
        (
            r"(?:invi|mand|sped)\w* (?:[\w']+ ){0,3}?(?:catalogo|listino|prezzi|brochure|offerta|"
            r"preventivo|documentazione|scheda)|(?:envi|mand)\w* (?:[\w']+ ){0,3}?(?:catalogo|"
            r"precios|presupuesto|folleto|tarifas|tabela|orcamento)"
        ),
        (
            r"(?:schick\w*|send\w*|zukommen) (?:\w+ ){0,5}?(?:preisliste|infos?|informationen|"
            r"unterlagen|angebot|details|broschure|prasentation|es noch)|(?:envoy\w*|"
            r"transmettre) (?:\w+ ){0,4}?(?:tarifs?|informations?|documentation|brochure|devis|"
            r"details|prix)|(?:envi\w*|mand\w*) (?:\w+ ){0,3}?(?:informacion|precios|"
            r"presupuesto|detalles|catalogo|outra vez|proposta|informac\w+|precos|orcamento)|"
            r"(?:invi\w*|mand\w*) (?:\w+ ){0,3}?(?:informazioni|prezzi|listino|preventivo|"
            r"dettagli)|(?:stur\w*|mail\w*) (?:\w+ ){0,4}?(?:informatie|prijslijst|prijzen|"
            r"offerte|brochure|documentatie)"
        ),
    ),
    Intent.THANKS: (
        r"hartelijk (?:dank|bedankt)|tausend dank|mille mercis",
        (
            r"hartelijk dank|dank voor|danke|dankeschon|vielen dank|besten dank|merci|je vous "
            r"remercie|gracias|grazie|"
            r"obrigad[oa]|bedankt|dank (?:u|je)|dankjewel"
        ),
    ),
    Intent.PERSON_WANTED: (
        (
            r"(?:mit|an) (?:einem|einer|eine|einen) (?:echten |richtigen )?(?:menschen|"
            r"mitarbeiter\w*|person)|parler a (?:un humain|une personne|quelqu'un)|hablar con "
            r"(?:una persona|un humano|alguien)|parlare con (?:una persona|un umano|un "
            r"operatore)|falar com (?:uma pessoa|um humano)|(?:echt mens|medewerker) spreken"
        ),
    ),
    Intent.COMPLAINT: (
        (
            r"ca suffit|en panne|siguen llegando|llevo (?:\w+ ){1,2}(?:pidiendo|esperando)|si "
            r"(?:ferma|blocca|rompe)|non si e (?:\w+ )?(?:fatto|visto)|(?:immer noch|noch immer) "
            r"(?:nicht|kein\w*)|kaputt|defekt|toujours (?:pas|rien)|todavia no|ancora non|ainda "
            r"nao|nog steeds (?:niet|geen)|kapot|estropead[oa]|avariad[oa]|guast[oa]|verspatung|"
            r"zu spat|en retard|in ritardo|te laat|(?:zweite|dritte|vierte|funfte)n? (?:mail|mal|"
            r"nachricht)|(?:deuxieme|troisieme|quatrieme) (?:mail|relance|fois|message)|"
            r"(?:tercer|"
            r"cuarto|tercera|cuarta) (?:correo|vez)"
        ),
        (
            r"enttauscht|funktioniert (?:\w+ ){0,3}?nicht|unzufrieden|beschwer\w+|inakzeptabel|"
            r"unverschamt\w*|decu\w*|mecontent\w*|ne (?:marche|fonctionne) (?:\w+ )?(?:pas|"
            r"plus)|decepcionad\w+|no funciona|queja|delus[oa]|non funziona|reclamo|"
            r"desiludid\w+|nao funciona|reclamac\w+|teleurgesteld|werkt (?:\w+ )?niet|klacht"
        ),
    ),
    Intent.ANGER: (
        (
            r"insopportabil\w+|la paix|spuugzat|\bzat\b|hartos?\b|pesados?\b|insoportable\w*|"
            r"unertraglich|dreist|schamen sie sich|honte|verguenza|vergognatevi|imbecil\w*|"
            r"deppen|"
            r"ladron\w*|ladri"
        ),
        (
            r"endlich auf|frechheit|unverschamtheit|idioten|verdammt|scheisse|scheise|in ruhe|"
            r"foutez|harcelement|honteux|merde|idiotas|harto|mierda|in pace|vergogna|stronz\w+|"
            r"em paz|vergonha|merda|met rust|schande|klootzak\w*"
        ),
    ),
    Intent.LEGAL_THREAT: (
        (
            r"bundesnetzagentur|mahne (?:\w+ )*ab|abmahn\w+|tribunal\w*|gericht\b|juzgado|"
            r"rechtbank|rechter\b|strafanzeige|verklag\w*|demandar\w*|querela|processo judicial"
        ),
        (
            r"anwalt\w*|rechtliche schritte|abmahnung|anzeige (?:erstatten|gegen)|"
            r"datenschutzbehorde|avocat\w*|poursuites|plainte|cnil|abogad\w+|acciones legales|"
            r"denunci\w+|avvocat\w+|vie legali|garante (?:della )?privacy|advogad\w+|acao "
            r"judicial|advocaat|juridische stappen|autoriteit persoonsgegevens|aepd"
        ),
    ),
    Intent.DATA_REQUEST: (
        (
            r"(?:mein\w*|unser\w*|alle) (?:\w+ )?(?:personlichen |personenbezogenen )?daten\b|"
            r"woher haben sie|mes donnees|comment avez[- ]vous (?:eu|obtenu)|mis datos|(?:de "
            r"donde|como) (?:\w+ )?(?:sacaron|obtuvieron|consiguieron)|miei dati|come avete "
            r"(?:avuto|ottenuto)|meus dados|mijn (?:persoonlijke )?gegevens|hoe komt u aan"
        ),
    ),
}
