"""The words by which German and Dutch speakers speak of mail and of its end, by concept; folded."""

from typing import Final

from comm_pipeline.bot.concepts import Lexicon

GERMAN: Final = Lexicon(
    {
        "NOT": "nicht nie niemals nimmer nichts",
        "NO": "kein keine keinen keiner keinerlei ohne",
        "AGAIN": """
            mehr wieder weiter weitere weiteren weiterer weiterhin langer noch nochmal nochmals
            erneut zukunftig kunftig zukunft abermals jemals
        """,
        "STOP": """
            stopp stoppen stoppt stop einstellen einzustellen unterlassen unterlasst unterlass
            unterlassung unterbleiben aufhoren horen hort hor aufzuhoren beenden beende
            abzusehen absehen schluss verschonen verschont verschone genug beendet einstellung
        """,
        "WRITE": """
            schreib* anschreib* anzuschreiben angeschrieben kontaktier* anruf* anzurufen
            angerufen melden meldet meld belastig* zusend* zuzusenden zuschick* mailen anmail*
            behellig* bombardier* nerv* zumull* kontaktaufnahme* kontaktaufnahmen bedrangen
            storen anfrag* angemailt
        """,
        "SEND": """
            senden sendet sende sendungen schick* geschickt gesendet ubersend* versend* verschick*
        """,
        "MAILS": """
            mails mail e_mails e_mail email emails nachrichten nachricht werbung werbe*
            newsletter post zusendung* anschreiben spam mailing* rundmail* kontaktversuch*
            zuschrift* reklame werbepost belastigung newslettern
        """,
        "ME": "mich mir uns",
        "MY": "mein* unser* diese dieser",
        "REMOVE": """
            losch* loesch* entfern* streich* austrag* auszutragen nehmt nehmen nimm rausnehm*
            herausnehm* ausgetragen genommen gestrichen geloscht trag tragen tragt schmeiss*
            vernicht* werft
        """,
        "LIST": """
            *liste verteiler* mailingliste* liste listen datenbank* kartei crm adressbuch system
            bestand kontaktliste* emailliste* verteilerliste*
        """,
        "OFF": "aus raus heraus von vom",
        "DATA": """
            daten adresse* mailadresse* email_adresse* e_mail_adresse* kontaktdaten eintrag
            namen nummer emailadresse*
        """,
        "WANT": """
            will wollen mochte* moechte* wunsch* wuensch* brauch* bitte bitten ersuch* verlang*
            interess* fordere bedarf
        """,
        "RECEIVE": "erhalt* bekomm* empfang* kriegen",
        "UNSUB": "abmeld* abzumelden abgemeldet abbestell* abzubestellen austragung",
        "FORBID": """
            widersprech* widerspruch verbiete verbitte untersag* verbieten ablehn* widerrufe
            widerruf widerspreche
        """,
        "REPORT": "anwalt* anwaltin melde anzeig* abmahn* blockier* behorde* gericht* rechtliche",
        "HESITATE": "zogern zoger* scheuen scheue",
    },
    joined=(r"e[ -]mails?(?:[ -]adresse\w*)?", r"email-adresse\w*"),
)

DUTCH: Final = Lexicon(
    {
        "NOT": "niet nooit niets niks",
        "NO": "geen",
        "AGAIN": "meer weer opnieuw langer verdere verder nogmaals ooit toekomst voortaan nog",
        "STOP": """
            stop stoppen stopt ophouden hou houd houdt kap kappen beeindig* staken genoeg staak
        """,
        "WRITE": """
            mailen schrijf* schrijven contacteer* contacteren benader* bellen bel lastig_vallen
            lastigvallen aanschrijv* spammen storen mailt gemaild gecontacteerd benaderd contact
            bestoken
        """,
        "SEND": "stuur* sturen toesturen gestuurd zenden toezenden zend",
        "MAILS": """
            mail mails e_mails e_mail email emails mailtjes berichten bericht reclame post
            nieuwsbrie* spam aanbiedingen mailing* promoties rotzooi
        """,
        "ME": "mij me ons",
        "MY": "mijn onze m'n dit",
        "REMOVE": "verwijder* wis wissen schrap* haal halen haalt gooi gehaald zet",
        "LIST": """
            lijst* mailinglijst* bestand systeem database verzendlijst* maillijst*
            adressenlijst*
        """,
        "OFF": "van uit af",
        "DATA": "gegevens adres* mailadres* e_mailadres* emailadres* naam nummer",
        "WANT": "wil willen wens* wensen graag hoef behoefte verzoek* gelieve",
        "RECEIVE": "ontvang* krijg* ontvangen krijgen",
        "UNSUB": "uitschrijv* uit_te_schrijven uitgeschreven afmeld* af_te_melden afgemeld",
        "FORBID": "bezwaar verbied* intrekken trek weiger*",
        "REPORT": "advocaat blokkeer* aangifte klacht rapporteer* meld",
        "HESITATE": "aarzel* twijfel schroom",
    },
    joined=(
        r"e[ -]mail(?:s|adres\w*)?",
        r"lastig (?:te )?vallen",
        r"uit te schrijven",
        r"af te melden",
    ),
)
