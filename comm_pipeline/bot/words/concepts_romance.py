"""The words by which French, Spanish, Italian and Portuguese speakers speak of mail and its end.

By concept; folded.
"""

from typing import Final

from comm_pipeline.bot.concepts import Lexicon

FRENCH: Final = Lexicon(
    {
        "NOT": "ne n' pas jamais rien ni",
        "NO": "aucun aucune sans",
        "AGAIN": "plus encore davantage nouveau desormais dorenavant avenir autre autres nouvelle",
        "STOP": """
            arret arretez arrete arreter arretons cessez cesse cesser cessent stop stoppez stopper
            fini suffit assez terminer interrompre mettre_fin halte fichez foutez lachez
        """,
        "WRITE": """
            ecri* contact* recontact* sollicit* relanc* derang* importun* harcel* appel* spamm*
            demarch* embet* insist* joindre
        """,
        "SEND": "envoy* envoi* adress* expedi*",
        "MAILS": """
            mail mails e_mail e_mails email emails courriel* message* courrier* newsletter*
            publicite* pub pubs spam spams infolettre* mailing* relance relances prospection
            demarchage sollicitation sollicitations offres promotionnel*
        """,
        "ME": "me m' moi nous",
        "MY": "mon ma mes notre nos cette",
        "REMOVE": """
            retir* enlev* supprim* suppression effacement ray* effac* radi* ot* exclu* sort*
        """,
        "LIST": "liste listes fichier fichiers base bases diffusion registre* carnet crm",
        "OFF": "de des d' du hors",
        "DATA": "adresse* donnees coordonnees nom noms numero contact_info",
        "WANT": """
            souhait* veux voulons desir* voudrais aimerais demand* accept* merci pri* veuillez
            voudrions tiens interess* besoin prefer*
        """,
        "RECEIVE": "recevoir recois recevrai lire entendre",
        "UNSUB": "desabonn* desinscri* desinscription",
        "FORBID": "oppos* refus* interdi* revoqu* rgpd",
        "REPORT": "avocat* cnil signal* plainte bloqu* tribunal*",
        "HESITATE": "hesit*",
    },
    joined=(r"e[ -]mails?", r"mettre fin"),
)

SPANISH: Final = Lexicon(
    {
        "NOT": "no nunca jamas ni nada",
        "NO": "ningun ninguna ninguno sin",
        "AGAIN": "mas otra otro otros nuevo volver vuelv* volvi* adelante futuro nuevamente",
        "STOP": """
            deja deje dejen dejad dejar dejes dejeis dejemos dejame dejadme dejenme pare paren
            parad parar cese cesen cesad basta stop detener detengan terminen terminar absteng*
            eviten evitar evite
        """,
        "WRITE": "escrib* contact* molest* llam* acos* insist* bombarde* busq* comuni* incomod*",
        "SEND": "envi* mand* remit*",
        "MAILS": """
            correo correos email emails e_mail e_mails mail mails mensaj* publicidad newsletter*
            boletin* spam comunicacion* ofertas propaganda promocion* notificacion* basura
        """,
        "ME": "me nos",
        "MY": "mi mis nuestr* este esta",
        "REMOVE": """
            elimin* borr* quit* sac* saqu* suprim* supresion eliminacion retir* remuev* remov*
            exclu* tach*
        """,
        "LIST": "lista listas base bases fichero* registro* mailing agenda",
        "OFF": "de del",
        "DATA": "datos direccion nombre numero",
        "WANT": """
            quier* quer* dese* interes* quisier* gustaria agradec* rueg* ruego pid* solicit*
            necesit* autoric* autoriz* acept* favor prefer* prefier*
        """,
        "RECEIVE": "recib* saber llegar lleg*",
        "UNSUB": "desuscrib* dessuscrib* desapunt* de_baja la_baja baja",
        "FORBID": "opongo oponemos prohib* rechaz* revoc* rgpd",
        "REPORT": "abogad* denunci* aepd bloque*",
        "HESITATE": "dud* vacil*",
    },
    joined=(r"e[ -]mails?", r"(?:de|la) baja(?:)"),
)

ITALIAN: Final = Lexicon(
    {
        "NOT": "non mai",
        "NO": "nessun nessuna senza niente",
        "AGAIN": "piu altre altri altro altra ancora ulterior* futuro oltre nuovamente",
        "STOP": """
            smett* piantatela piantala piantate piantarla finitela finiscila finirla fermate
            fermatevi fermare evitate eviti evitare cessate cessi cessare basta stop interromp*
            terminate astenersi astenetevi
        """,
        "WRITE": """
            scriv* contatt* ricontatt* disturb* chiam* import* cerc* molest* assill* telefon*
            insist*
        """,
        "SEND": "invi* mand* sped* inoltr*",
        "MAILS": """
            mail email e_mail messagg* newsletter pubblicita comunicazion* spam posta offerte
            promozion* notifiche informazioni marketing
        """,
        "ME": "mi ci me noi",
        "MY": "mio mia miei mie nostr* questo questa",
        "REMOVE": """
            cancell* rimuov* rimoss* togl* tolg* tolt* elimin* disiscriv* depenn* esclud* lev*
        """,
        "LIST": "lista liste database elenco elenchi mailing rubrica archivi* banca_dati",
        "OFF": "da dal dalla dalle dai dall' della",
        "DATA": "indirizzo dati nome nominativo contatto numero recapit*",
        "WANT": """
            voglio vorrei vogliamo vorremmo desider* intend* autorizz* gradisc* interess* chied*
            richied* preg* prego favore accett* prefer*
        """,
        "RECEIVE": "ricever* riceve ricevo sentir* essere venir*",
        "UNSUB": "disiscri* disiscrizione cancellarmi cancellatemi cancellazione",
        "FORBID": "oppong* opposizione revoc* rifiut* vieto diffid*",
        "REPORT": "avvocat* garante segnal* denunc* blocc*",
        "HESITATE": "esit*",
    },
    joined=(r"e[ -]mails?", r"banca dati"),
)

PORTUGUESE: Final = Lexicon(
    {
        "NOT": "nao nunca nem jamais nada",
        "NO": "nenhum nenhuma sem",
        "AGAIN": "mais outra outro outros novamente voltem volte voltar voltarem futuro novo",
        "STOP": """
            parem pare parar paremos deixem deixe deixar deixa cessem cesse cessar chega basta stop
            terminem terminar abstenham* evitem evite evitar
        """,
        "WRITE": "escrev* contact* contat* perturb* incomod* lig* chate* aborre* insist* importun*",
        "SEND": "envi* mand* encaminh* remet*",
        "MAILS": """
            email emails e_mail e_mails mail mails mensag* newsletter* publicidade propaganda
            spam comunicac* correio* ofertas marketing lixo
        """,
        "ME": "me nos mim",
        "MY": "meu minha meus minhas nosso nossa este esta",
        "REMOVE": "remov* retir* exclu* elimin* apag* tir* risc* delet*",
        "LIST": "lista listas base cadastro registo mailing",
        "OFF": "da de do desta dessa das dos",
        "DATA": "dados endereco nome numero contacto contato",
        "WANT": """
            quer* desej* gostari* pretend* autoriz* aceit* peco pedimos pedir favor agradec*
            interess* solicit* preciso prefer* prefir*
        """,
        "RECEIVE": "receb* ouvir",
        "UNSUB": "descadastr* desinscrev* desubscrev* subscricao assinatura",
        "FORBID": "oponho opomos proibo recus* revog* rgpd lgpd",
        "REPORT": "advogad* denunci* bloque* queixa",
        "HESITATE": "hesit*",
    },
    joined=(r"e[ -]mails?",),
)
