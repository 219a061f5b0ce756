"""The words by which English speakers speak of mail and of its end, by concept; folded."""

from typing import Final

from comm_pipeline.bot.concepts import Lexicon, slips_of

_UNSUBSCRIBE: Final = slips_of("unsubscribe unsubscribed unsubscribing")

ENGLISH: Final = Lexicon(
    {
        "NOT": """
            do_not not don't dont never donot doesn't doesnt won't wont wouldn't wouldnt can't
            cannot cant shouldn't isn't aren't without needn't no_longer nothing unwilling
            mustn't
        """,
        "RATHER_NOT": """
            prefer_not rather_not sooner_not prefer_no rather_no prefer_not_to
        """,
        "DIDNT": "didn't didnt haven't havent hasn't",
        "NO": "no zero",
        "STOP": f"""
            stop stopping cease ceasing quit quitting desist refrain discontinue discontinuing
            halt abstain avoid avoiding stopp knock_off
            {slips_of("stop", frozenset({"stoop", "sop", "top", "stopp"}))}
        """,
        "FINISH": """
            end ending ended terminate terminated kill over finish finished close cancel
            pull_the_plug
        """,
        "STOPPED": "stopped ceased stops stop's discontinued cancelled canceled",
        "WRITE": f"""
            write writing contact contacting message messaging text texting txt txtng call
            calling phone phoning ring bother bothering spamming pester* harass* disturb
            disturbing annoy annoying solicit soliciting approach approaching follow_up
            following_up circle_back check_in touch_base reach_out reaching_out get_in_touch
            getting_in_touch be_in_touch chase chasing nag nagging hound* bombard* target
            targeting mailing emailing e_mailing dm dming ping pinging pitch pitching insist
            insisting hassle hassling bug bugging badger* flood flooding clutter cluttering
            cold_call* prospect prospecting message_me try trying nudge nudging blast blasting
            {slips_of("emailing contacting messaging texting mailing", frozenset({"maling"}))}
        """,
        "CONTACTED": """
            contacted messaged texted bothered spammed disturbed solicited approached targeted
            pinged emailed e_mailed mailed called written_to
        """,
        "SEND": f"send sending sent forward forwarding {slips_of('sending')}",
        "EMAIL": "email mail e_mail sms msg msgs txts",
        "MAILS": f"""
            emails mails e_mails messages newsletters newsletter spam junk mailings mailing_list
            e_shots correspondence communications communication outreach pitches
            solicitations solicitation texts follow_ups followups reminders mailouts mailshots spiel
            campaigns sequence sequences cadence drip updates approaches mailout letters
            circulars mailers
            flyers distributions circulation circular sends nudges blasts pestering
            brochures pamphlets leaflets robocalls transmissions
            {slips_of("emails messages newsletter", frozenset({"email", "message"}))}
        """,
        "ADS": """
            marketing advertising advert adverts advertisements ads promotions promotional
            promos unsolicited cold sales_pitches sales_mail sales_emails
        """,
        "ME": f"me us myself ourselves {slips_of('myself')}",
        "MY": "my our mine ours ur_my",
        "THIS": "this these it that such those them stuff crap rubbish garbage nonsense things",
        "AGAIN": """
            again anymore ever any_more further longer any_longer future henceforth ever_again
            additional another more else subsequent evermore ever_after
        """,
        "YOU": "you your u ur yours yourself you'd you'll y'all yuor yor you're",
        "PLEASE": f"please pls plz sake kindly plse {slips_of('please', frozenset({'lease'}))}",
        "REMOVE": f"""
            remove removing removed delete deleting deleted erase erasing erased purge purging
            purged scrub scrubbed exclude excluding excluded expunge expunged wipe wiped bin
            strike struck unlist suppress suppressed blacklist deregister unenroll unenrol
            de_list trash deactivate omit omitted destroy rm rmv delist unregister disconnect
            detach un_list eliminate withdraw withdrawn retire suppressing obliterate vanish
            deleted_from dissociate
            {slips_of("remove delete removed deleted", frozenset({"remoe"}))}
        """,
        "TAKE": """
            take taking taken count cross crossed pull drop dropped leave kick cut sign lift
            lifted clear clearing scratch scratching scratched pluck yank boot ditch dump prune
        """,
        "OFF": "off from out",
        "LIST": f"""
            list lists database db crm records distribution system systems contacts file files
            base books roll subscribers rota scheduler mailer autoresponder address_book
            spreadsheet rolodex crm_system {slips_of("database", frozenset())}
            lsit lits
        """,
        "UNSUB": f"""
            unsubscribe* unsubscrib* unsub unsubs unsubbed un_subscribe* unsuscrib* opt_out
            optout opting_out opted_out opts_out {_UNSUBSCRIBE}
        """,
        "RECEIVE": f"""
            receive receiving received get hear heard hearing see seeing getting
            {slips_of("receive receiving")}
        """,
        "WANT": """
            want wants wanted wish wishes like care interested interest desire wanna wishing
            asked appreciate rather prefer welcome expect expecting enjoy looking grateful
            happier happy great glad thankful love nice
        """,
        "NEED": "need needs",
        "ALLOW": """
            consent consented agree agreed accept accepting accepts authorise authorised
            authorize authorized allow allowed permit permitted tolerate sign_up signed_up
            subscribe subscribed register registered opt_in opted_in
        """,
        "DATA": """
            data details detail information info address addresses name names number numbers
            record profile entry contact_details domain company firm organisation organization
            business school practice clinic office department email_address e_mail_address
            mail_address particulars personal_data mailbox
        """,
        "INBOX": "inbox account",
        "REPORT": "report reporting block blocking flag flagging mark marking",
        "THEY": "they they'd they'll",
        "OWNER": """
            we we're he she people customers users clients recipients team staff i i'm i'll
            we'll we'd we've they're employees everyone let's
        """,
        "FOR_GOOD": "altogether entirely immediately at_once now asap forthwith today permanently",
        "HESITATE": "hesitate forget worry fail",
        "REGARD": """
            regarded treated considered harassment reported blocked flagged marked deemed
            violation unlawful binned ignored deleted_unread
        """,
        "INCLUDED": "included part enrolled listed on included_in amongst among",
        "ENSURE": "ensure make_sure see_to_it see_that guarantee confirm_that so_that",
        "FORBID": "forbid prohibit object oppose refuse decline forbidden",
        "AND": "and",
        "AUTHORITY": """
            legal ftc ico police regulator authorities lawyer lawyers solicitor solicitors
            attorney attorneys injunction complaint ombudsman lawsuit sue court commissioner
            proceedings watchdog
        """,
        "ASK": "ask asking",
        "LAST": "last final",
        "NEXT": "next one_more single_more yet_another one_more_time",
        "ADD": "add adding place include put keep keeping",
        "DNC": """
            dnc do_not_contact do_not_mail do_not_email do_not_e_mail do_not_call no_contact
            suppression exclusion black_list block_list blocklist do_not_contact_list
            opt_out_list
        """,
        "DONE": "done enough fed_up tired sick through",
        "IF": "if should unless in_case next_time",
        "WHY": "why when",
        "MEET": "by meet discuss until till before",
    },
    joined=(
        r"e[ -]mails?",
        r"e[ -]mail address(?:es)?",
        r"e-?mail address(?:es)?",
        r"e[ -]mail(?:ing|ed)",
        r"follow(?:ing)?[ -]ups?",
        r"(?:reach|opt|opting|opted|opts)[ -](?:out|in)",
        r"(?:reaching) out",
        r"(?:get|getting|be) in touch",
        r"no longer",
        r"any (?:more|longer)",
        r"ever again",
        r"un[ -]subscri\w+",
        r"sign(?:ed)?[ -]up",
        r"cold[ -]call\w*",
        r"fed up",
        r"at once",
        r"in case",
        r"next time",
        r"(?:circle|circling) back",
        r"check in",
        r"touch base",
        r"no one",
        r"(?:prefer|rather|sooner) (?:not(?: to)?|no)",
        r"pull the plug",
        r"knock off",
        r"contact details",
        r"mailing list",
        r"sales (?:pitches|e?mails?)",
        r"de[ -]list",
        r"mail address",
        r"personal data",
        r"do[ -]not(?:[ -](?:contact|e?-?mail|call) ?-?list|-(?:contact|e?-?mail|call))",
        r"no-contact",
        r"opt-?out list",
        r"(?:black|block)[ -]list",
        r"make sure|see to it|see that|confirm that|so that",
        r"do not",
        r"one more(?: time)?|yet another|address book|un-list",
    ),
)
