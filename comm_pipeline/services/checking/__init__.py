"""Checking a batch request before anything is sent: its template, its times and every recipient.

``CampaignCheck`` looks at one recipient after the other and keeps none of them; ``texts`` compiles
each text once. What belongs here: finding. What does not: reading files, refusing requests
(``campaign_poller``), the rules of templates by themselves (``domain.template_findings``).
"""
