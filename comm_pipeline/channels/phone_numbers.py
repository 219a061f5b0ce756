"""Phone numbers as providers take them. Pure."""

import phonenumbers


def is_e164(text: str) -> bool:
    """Whether this is a number that can exist, in the form +491701234567 and no other.

    Whether somebody has that number is for the provider to say.
    """
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return text == normal and phonenumbers.is_possible_number(number)
