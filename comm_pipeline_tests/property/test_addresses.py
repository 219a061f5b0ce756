"""An address has one normal form, in whichever of its forms it is written."""

from random import Random

import idna
from hypothesis import assume, given
from hypothesis import strategies as st

from comm_pipeline.domain.addresses import forms_of, normalise_email
from comm_pipeline.errors import InvalidInputError

LOCAL_PARTS = st.from_regex(r"[a-z][a-z0-9]{0,8}([.+-][a-z0-9]{1,8})?", fullmatch=True)
LABELS = st.text(st.sampled_from("abcxyz019éèüöäßñçøåžłβδςωвджл中文日本"), min_size=1, max_size=12)
DOMAINS = st.lists(LABELS, min_size=1, max_size=2).map(
    lambda labels: ".".join([*labels, "example"])
)


@given(LOCAL_PARTS, DOMAINS, st.randoms(use_true_random=False))
def test_an_international_domain_is_the_same_in_both_its_forms(
    local_part: str, domain: str, random: Random
) -> None:
    try:
        in_ascii = f"{local_part}@{idna.encode(domain).decode()}"
        normal = normalise_email(f"{local_part}@{domain}")
    except (idna.IDNAError, InvalidInputError):
        assume(False)
    mixed = "".join(random.choice((one, one.upper())) for one in in_ascii)
    assert normal == f"{local_part}@{domain}"
    assert normalise_email(in_ascii) == normalise_email(mixed) == normal
    assert normalise_email(normal) == normal
    assert set(forms_of(normal)) == set(forms_of(in_ascii)) == {normal, in_ascii}


@given(st.from_regex(r"xn--[a-z0-9]{1,20}", fullmatch=True))
def test_a_domain_that_only_looks_international_is_an_address(label: str) -> None:
    address = f"ada@{label}.example"
    normal = normalise_email(address)
    assert normal == address or not normal.isascii()
    assert normalise_email(normal) == normal
    assert address in forms_of(address)
    assert forms_of(normal)[0] == normal
