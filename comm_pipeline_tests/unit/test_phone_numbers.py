import pytest

from comm_pipeline.channels.phone_numbers import is_e164


@pytest.mark.parametrize("text", ["+4917012345678", "+15005550006", "+442079460000"])
def test_numbers(text: str) -> None:
    assert is_e164(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "4917012345678",
        "+49 17012345678",
        "+49 (0)170 12345678",
        "+1500555000",
        "+99912345678",
        "+4917012345678;ext=5",
        "tel:+4917012345678",
        "+4917012345678\n",
        "+٤٩١٧٠١٢٣٤٥٦٧٨",
    ],
)
def test_what_is_no_number_in_that_form(text: str) -> None:
    assert not is_e164(text)
