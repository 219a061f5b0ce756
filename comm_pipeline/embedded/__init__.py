"""What runs on the user's own machine: a real mongod, a mail catcher, and the supervision of both.

Everything here listens on loopback only and is found again through files below one home directory.
Nothing here knows what a campaign is.
"""
