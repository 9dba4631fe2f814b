"""Accept-Encoding: which coding a client gets, and which it takes."""

from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_accept_header

from feeds.conditional import CODINGS, Coding, Validators, acceptable, decide

# The machine is shared: a slow example is no fault.
unhurried = settings(deadline=None)


def choose_coding(accept_encoding: str | None, available: Collection[Coding] = CODINGS) -> Coding:
    """The coding of a 200 that can be sent in these."""
    validators = Validators(etags={coding: f'"{coding}"' for coding in available}, last_modified=0)
    decision = decide(
        if_none_match=None, if_modified_since=None, accept_encoding=accept_encoding, validators=validators, now=0
    )
    assert (decision.status, decision.etag) == (200, f'"{decision.coding}"')
    return decision.coding


def test_br_is_liked_better_than_gzip_and_gzip_better_than_nothing() -> None:
    """Our order of preference."""
    assert CODINGS == ("br", "gzip", "identity")


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        pytest.param(None, "identity", id="absent"),
        pytest.param("", "identity", id="empty"),
        pytest.param(" , ,", "identity", id="empty members only"),
        pytest.param("br", "br", id="br"),
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("identity", "identity", id="identity"),
        pytest.param("gzip, deflate, br, zstd", "br", id="a browser"),
        pytest.param("gzip, deflate", "gzip", id="a feed reader"),
        pytest.param("deflate, zstd", "identity", id="none of ours"),
        pytest.param("GZip", "gzip", id="case-insensitive"),
        pytest.param("gzip\t,br", "br", id="white space"),
        pytest.param(",gzip,", "gzip", id="empty members"),
    ],
)
def test_the_best_of_br_gzip_identity(accept_encoding: str | None, coding: Coding) -> None:
    """The best coding that is asked for; identity for whoever asks for none."""
    assert choose_coding(accept_encoding) == coding


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        pytest.param("gzip;q=1, br;q=0.9", "gzip", id="the highest wins"),
        pytest.param("gzip;q=0.5, br;q=0.5, identity;q=0.5", "br", id="a tie is broken by our preference"),
        pytest.param("gzip;q=0.5, identity", "identity", id="identity may be liked best"),
        pytest.param("gzip;q=0.001", "gzip", id="ever so little is more than unasked"),
        pytest.param("gzip;q=0.998, br;q=0.999", "br", id="three decimals"),
        pytest.param("gzip;q=0", "identity", id="gzip;q=0 is no gzip"),
        pytest.param("gzip;q=0.000, br;q=0.0", "identity", id="zeroes"),
        pytest.param("br;q=0., gzip;q=1.", "gzip", id="a point without decimals"),
        pytest.param("gzip \t; \tQ=0.5, br;q=0.4", "gzip", id="white space and capitals"),
        pytest.param("br;q=0, gzip, br;q=0.1", "gzip", id="named twice: the higher counts, and gzip is higher"),
        pytest.param("br;q=0.1, br;q=0", "br", id="named twice: the higher counts, in either order"),
    ],
)
def test_q_values_are_honoured(accept_encoding: str, coding: Coding) -> None:
    """The highest q wins; 0 is not acceptable."""
    assert choose_coding(accept_encoding) == coding


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        pytest.param("*", "br", id="anything"),
        pytest.param("*;q=0.5, gzip", "gzip", id="what is named is not by the star"),
        pytest.param("*, br;q=0", "gzip", id="all but br"),
        pytest.param("*, br;q=0, gzip;q=0", "identity", id="all but br and gzip"),
        pytest.param("*, x-gzip;q=0, br;q=0", "identity", id="all but gzip by its other name"),
        pytest.param("*;q=0, gzip", "gzip", id="gzip alone"),
        pytest.param("gzip;q=0.2, *;q=0.1", "gzip", id="the star is weighted too"),
        pytest.param("identity;q=0, *", "br", id="anything but identity"),
        pytest.param("identity;q=0.5, *;q=0.1", "identity", id="identity, if need be another"),
    ],
)
def test_star_is_every_coding_not_named(accept_encoding: str, coding: Coding) -> None:
    """`*` stands for what the header does not name, identity among it."""
    assert choose_coding(accept_encoding) == coding


@pytest.mark.parametrize("accept_encoding", ["x-gzip", "X-GZIP", "x-gzip;q=0.5, identity;q=0.1"])
def test_x_gzip_is_gzip(accept_encoding: str) -> None:
    """The old name means the same coding."""
    assert choose_coding(accept_encoding) == "gzip"
    assert acceptable("gzip", accept_encoding)


@pytest.mark.parametrize("accept_encoding", ["identity;q=0", "*;q=0", "br;q=0, gzip;q=0, identity;q=0", "*;q=0, zstd"])
def test_nothing_acceptable_is_identity(accept_encoding: str) -> None:
    """Nothing acceptable: identity, never 406."""
    assert choose_coding(accept_encoding) == "identity"
    assert not any(acceptable(coding, accept_encoding) for coding in CODINGS)


@pytest.mark.parametrize(
    "member",
    [
        *(
            "br;q=2",
            "br;q=1.1",
            "br;q=-1",
            "br;q=.5",
            "br;q=0.1234",
            "br;q=1e0",
            "br;q=high",
            'br;q="1"',
            "br;q=١",
        ),
        *(
            "br;",
            "br;q",
            "br;q=",
            "br;q = 1",
            "br;q=1;q=1",
            "br;level=11",
            "br;level=11;q=1",
            "br q=1",
            "br=1",
        ),
        *(
            "br gzip",
            "br\n",
            "\x00br",
            '"br"',
            "b r",
            "br/1",
            "ßr",
            "\udcff",
            "br\xa0",
            ";q=1",
            "*;q=9",
            "**",
        ),
    ],
)
def test_a_malformed_member_is_ignored(member: str) -> None:
    """A malformed member is ignored, never an error, and its neighbours count."""
    assert choose_coding(member) == "identity"
    assert choose_coding(f"{member}, gzip;q=0.5") == "gzip"
    assert choose_coding(f"gzip;q=0.5,{member}") == "gzip"


def test_only_what_is_available_is_chosen() -> None:
    """A coding that is not to be had is passed over, however well liked; identity is always to be had."""
    assert choose_coding("br, gzip;q=0.5", available=("gzip", "identity")) == "gzip"
    assert choose_coding("br", available=("gzip", "identity")) == "identity"
    assert choose_coding("br, gzip", available=("gzip", "identity", "br")) == "br"
    assert choose_coding("br", available=CODINGS[2:]) == "identity"


@pytest.mark.parametrize(
    ("accept_encoding", "codings"),
    [
        pytest.param(None, {"br", "gzip", "identity"}, id="absent: any"),
        pytest.param("", {"identity"}, id="empty: no coding"),
        pytest.param("gzip", {"gzip", "identity"}, id="identity is acceptable unless excluded"),
        pytest.param("gzip, identity;q=0", {"gzip"}, id="excluded by name"),
        pytest.param("gzip, *;q=0", {"gzip"}, id="excluded by a star"),
        pytest.param("identity, *;q=0", {"identity"}, id="named beside the star"),
        pytest.param("*", {"br", "gzip", "identity"}, id="star"),
        pytest.param("*, br;q=0", {"gzip", "identity"}, id="star but one"),
    ],
)
def test_what_is_acceptable(accept_encoding: str | None, codings: set[Coding]) -> None:
    """Acceptable is what has a weight above 0, and identity where nothing excludes it."""
    assert {coding for coding in CODINGS if acceptable(coding, accept_encoding)} == codings


@unhurried
@given(st.text() | st.text(alphabet="brgzip-x*;q=01., \t"))
def test_no_value_is_an_error(accept_encoding: str) -> None:
    """The coding chosen is acceptable, or nothing is and it is identity."""
    taken = {coding for coding in CODINGS if acceptable(coding, accept_encoding)}
    assert choose_coding(accept_encoding) in (taken or {"identity"})


# Werkzeug weighs what is named, and by a star, as we do. It differs, and strategy or test keep off, where
# - the header is absent or empty, or identity is not named: it says 0 (RFC 9110 §12.5.3: then identity is
#   acceptable, and without the header everything);
# - `x-gzip` stands for gzip (RFC 9110 §8.4.1.3);
# - a weight has more than three decimals, which it takes, or is "1.", which it does not (RFC 9110 §12.4.2);
# - a member has other parameters, which are a part of the name to it (no coding has any).
name = st.sampled_from(["br", "gzip", "identity", "*", "deflate", "zstd", "BR", "Gzip", "Identity"])
weight = st.sampled_from(["", ";q=0", ";q=0.0", "; q=0.3", ";q=0.300", " ; Q=0.301", ";q=0.999", ";q=1", ";q=1.000"])
member = st.tuples(name, weight, st.sampled_from(["", " ", "\t"])).map("".join)


@unhurried
@given(st.lists(member, min_size=1), st.sampled_from([",", ", ", " , ", ",,"]))
def test_weights_are_read_as_werkzeug_reads_them(members: list[str], comma: str) -> None:
    """What is acceptable, and what is liked best, agrees with Werkzeug wherever it knows."""
    value = comma.join(members)
    accept = parse_accept_header(value)
    qualities = {coding: accept.quality(coding) for coding in CODINGS}
    if accept.find("identity") == -1:
        qualities["identity"] = 0.0001
    assert {coding: acceptable(coding, value) for coding in CODINGS} == {
        coding: quality > 0 for coding, quality in qualities.items()
    }
    highest = max(qualities.values())
    best = next(coding for coding in CODINGS if qualities[coding] == highest) if highest else "identity"
    assert choose_coding(value) == best
