"""What people say most in German, French, Spanish, Italian, Portuguese, Dutch; folded."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.analysis import Intent

ABROAD: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.INTEREST: (
        (
            r"passt (?:\w+ )?zu unser\w*|konnten wir (?:gut )?(?:gebrauchen|brauchen)|c'est "
            r"(?:exactement )?ce qu'il nous faut|justo lo que|proprio quello che|exatamente o "
            r"que|precies wat"
        ),
        (
            r"(?:klingt|hort sich|sieht) (?:\w+ ){0,2}?(?:spannend|interessant|gut|"
            r"vielversprechend|super)|interessiert (?:mich|uns)|(?:habe|haben|hatte|hatten) "
            r"(?:\w+ )?interesse|mehr (?:daruber |dazu )?(?:erfahren|wissen|horen)|erzahlen sie "
            r"(?:mir|uns)? ?mehr|(?:bin|sind) (?:\w+ )?(?:interessiert|neugierig)|lese (?:\w+ "
            r"){1,3}gern|finde ich (?:gut|interessant|spannend)|m'interesse|nous interesse|"
            r"(?:suis|sommes) (?:\w+ )?interesse\w*|interessante?s?\b|molto interessante|muy "
            r"interesante|tres interessant|dire (?:plus|davantage)|en savoir plus|(?:me|nos) "
            r"(?:\w+ )?interesa\w*|(?:saber|conocer) mas|cuenteme mas|estoy interesad\w+|estamos "
            r"interesad\w+|suena (?:bien|interesante)|mi interessa\w*|ci interessa\w*|saperne di "
            r"piu|(?:sono|siamo) interessat\w+|sembra interessante|(?:tenho|temos) (?:\w+ "
            r")?interesse|interessad[oa]s?|contar-?me mais|saber mais|parece interessante|klinkt "
            r"(?:\w+ )?(?:interessant|goed)|(?:heb|hebben) (?:\w+ )?interesse|geinteresseerd|"
            r"vertel (?:me|ons|mij) meer|meer weten"
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
            r"d'accordo|sim|combinado|akkoord|prima|genau|volontiers|claro|certo|certo)\b|passt "
            r"(?:mir|uns|gut|perfekt|super)|einverstanden|(?:ca|cela) (?:me|nous) (?:va|"
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
            r"vielen)|kein interesse|keinen bedarf|nicht interessiert|leider nein|lehnen (?:\w+ "
            r")*ab|(?:bereits|schon|gut|bestens) (?:versorgt|ausgestattet|bedient)|nichts fur "
            r"(?:uns|mich)|nicht (?:notig|relevant|passend)|pas pour (?:nous|moi)|non (?:ci|mi) "
            r"serve|no nos hace falta|nao (?:nos )?(?:serve|faz falta)|niet nodig|hoeft niet|"
            r"niets voor (?:ons|mij)|ya tenemos|abbiamo gia|ja temos|avons deja|hebben al|deja "
            r"un|ya tenemos|haben (?:schon|bereits)|nein danke|^\W*(?:nein|non|nee|nao)\s*[.,!]|"
            r"(?:haben|habe) (?:\w+ )?kein(?:en|e)? (?:interesse|bedarf)|brauchen (?:wir|ich)? "
            r"?(?:das|es)? ?nicht|(?:ne |n'|pas )(?:\w+ )*(?:interess\w+)|pas interesse\w*|(?:ne "
            r")?(?:m'|nous )interesse\w* pas|pas besoin|no (?:me|nos) interesa|no (?:estoy|"
            r"estamos) interesad\w+|no (?:lo )?necesit\w+|non (?:\w+ )*interess\w+|non (?:ne "
            r")?(?:abbiamo|ho) bisogno|nao (?:\w+ )*interess\w+|nao precis\w+|geen (?:interesse|"
            r"behoefte|belangstelling)|niet geinteresseerd"
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
            r"monat)|danach (?:konnen|entscheiden|sprechen|melden)|keine zeit|pas (?:pour le|en "
            r"ce) moment|pas maintenant|plus tard|recontact\w*|l'annee prochaine|ahora no|mas "
            r"adelante|por ahora|proximo (?:ano|mes|trimestre)|en otro momento|non (?:adesso|"
            r"ora)|per ora|piu avanti|risentiamoci|(?:il )?prossim[oa] (?:anno|mese|trimestre)|"
            r"agora nao|por enquanto|mais tarde|proximo ano|falamos em|(?:op dit moment|nu) "
            r"(?:\w+ )?(?:niet|even niet|geen)|nu niet|volgend (?:jaar|kwartaal)|volgende maand|"
            r"misschien later|later"
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
            r"trabaja\w*|no trabaja mas|ha dejado la empresa|non lavora piu|non fa piu parte|ja "
            r"nao trabalha|deixou a empresa|werkt (?:\w+ ){0,2}?niet (?:meer|langer)|nicht "
            r"(?:\w+ )?(?:zustandig|verantwortlich|der richtige|die richtige)|falsche\w* "
            r"(?:person|ansprechpartner\w*|adresse)|arbeite (?:\w+ )*nicht mehr|pas la bonne "
            r"personne|(?:ne )?travaille plus|pas responsable|mauvaise personne|no soy la "
            r"persona|persona equivocada|ya no trabajo|non sono la persona|persona sbagliata|non "
            r"lavoro piu|nao sou a pessoa|pessoa errada|ja nao trabalho|niet de juiste persoon|"
            r"verkeerde persoon|werk (?:\w+ )*niet meer"
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
            r"(?:montag|dienstag|mittwoch|donnerstag|freitag|lundi|mardi|mercredi|jeudi|vendredi|"
            r"lunes|martes|miercoles|jueves|viernes|lunedi|martedi|mercoledi|giovedi|venerdi|"
            r"segunda|terca|quarta|quinta|sexta|maandag|dinsdag|woensdag|donderdag|"
            r"vrijdag)(?:-feira)?(?: [\w.:]+){0,4}? (?:\d{1,2}(?:[:.h]\d\d|h| uhr| uur| h\b)|"
            r"passt|passen|geht|ware|me convient|me va|me viene|mi va|schikt|lukt|vormittag|"
            r"nachmittag|matin|apres-midi|tarde|mattina|pomeriggio|ochtend|middag)|s'appeler|"
            r"appelons-nous|se (?:parler|voir|rencontrer)|rendez-vous|appelez[- ]moi|(?:podemos|"
            r"podriamos) (?:hablar|reunirnos|vernos)|reunion|llameme|una llamada|possiamo "
            r"(?:sentirci|parlare|vederci|incontrarci)|appuntamento|riunione|podemos (?:falar|"
            r"reunir|conversar)|reuniao|kunnen we (?:\w+ ){0,5}?(?:bellen|spreken|afspreken)|"
            r"afspraak|bel me"
        ),
    ),
    Intent.REQUEST_INFO: (
        (
            r"^\W*(?:(?:yes|ja|oui|si|sim),? )?(?:more|mehr|meer|plus|mas|piu|mais)(?:,? (?:please|"
            r"bitte|graag|svp|s'il vous plait|por favor|per favore|info\w*))*\W*$"
        ),
        (
            r"(?:invi|mand|sped)\w* (?:[\w']+ ){0,3}?(?:catalogo|listino|prezzi|brochure|offerta|"
            r"preventivo|documentazione|scheda)|(?:envi|mand)\w* (?:[\w']+ ){0,3}?(?:catalogo|"
            r"precios|presupuesto|folleto|tarifas|tabela|orcamento)"
        ),
        (
            r"(?:schick\w*|send\w*|zukommen) (?:\w+ ){0,5}?(?:preisliste|infos?|informationen|"
            r"unterlagen|angebot|details|broschure|prasentation|es noch)|(?:envoy\w*|"
            r"transmettre) (?:\w+ ){0,4}?(?:tarifs?|informations?|documentation|brochure|devis|"
            r"details|prix)|(?:envi\w*|mand\w*) (?:\w+ ){0,3}?(?:informacion|precios|presupuesto|"
            r"detalles|catalogo|outra vez|proposta|informac\w+|precos|orcamento)|(?:invi\w*|"
            r"mand\w*) (?:\w+ ){0,3}?(?:informazioni|prezzi|listino|preventivo|dettagli)|"
            r"(?:stur\w*|mail\w*) (?:\w+ ){0,4}?(?:informatie|prijslijst|prijzen|offerte|"
            r"brochure|documentatie)"
        ),
    ),
    Intent.THANKS: (
        r"hartelijk (?:dank|bedankt)|tausend dank|mille mercis",
        (
            r"hartelijk dank|dank voor|danke|dankeschon|vielen dank|besten dank|merci|je vous "
            r"remercie|gracias|grazie|obrigad[oa]|bedankt|dank (?:u|je)|dankjewel"
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
            r"(?:tercer|cuarto|tercera|cuarta) (?:correo|vez)"
        ),
        (
            r"enttauscht|funktioniert (?:\w+ ){0,3}?nicht|unzufrieden|beschwer\w+|inakzeptabel|"
            r"unverschamt\w*|decu\w*|mecontent\w*|ne (?:marche|fonctionne) (?:\w+ )?(?:pas|plus)|"
            r"decepcionad\w+|no funciona|queja|delus[oa]|non funziona|reclamo|desiludid\w+|nao "
            r"funciona|reclamac\w+|teleurgesteld|werkt (?:\w+ )?niet|klacht"
        ),
    ),
    Intent.ANGER: (
        (
            r"insopportabil\w+|la paix|spuugzat|\bzat\b|hartos?\b|pesados?\b|insoportable\w*|"
            r"unertraglich|dreist|schamen sie sich|honte|verguenza|vergognatevi|imbecil\w*|"
            r"deppen|ladron\w*|ladri"
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
