"""If-None-Match and If-Modified-Since: what HTTP.md promises a poller."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_etags
from werkzeug.sansio.http import is_resource_modified

from feeds.conditional import CODINGS, Coding, Decision, Validators, acceptable, decide, http_date

NOW = 1_790_000_000
CHANGED = NOW - 3600
ETAGS: dict[Coding, str] = {"br": '"5f3a-br"', "gzip": '"5f3a-gzip"', "identity": '"5f3a"'}
BR, GZIP, IDENTITY = ETAGS["br"], ETAGS["gzip"], ETAGS["identity"]

# The machine is shared: a slow example is no fault.
unhurried = settings(deadline=None)


def ask(
    if_none_match: str | None = None,
    if_modified_since: str | None = None,
    accept_encoding: str | None = "gzip, br",
    last_modified: int = CHANGED,
) -> Decision:
    return decide(
        if_none_match=if_none_match,
        if_modified_since=if_modified_since,
        accept_encoding=accept_encoding,
        validators=Validators(etags=ETAGS, last_modified=last_modified),
        now=NOW,
    )


@pytest.mark.parametrize(("accept_encoding", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), (None, "identity")])
def test_an_unconditional_request_gets_the_chosen_coding(accept_encoding: str | None, coding: Coding) -> None:
    """Without a condition the answer is 200, in the best coding and with that coding's own tag."""
    assert ask(accept_encoding=accept_encoding) == Decision(status=200, coding=coding, etag=ETAGS[coding])


@pytest.mark.parametrize(
    "if_none_match",
    [
        pytest.param(BR, id="exact"),
        pytest.param(f"W/{BR}", id="weak"),
        pytest.param(f'"other", {BR}', id="last of a list"),
        pytest.param(f'{BR}, "other"', id="first of a list"),
        pytest.param(f'W/"other",W/{BR},"third"', id="no spaces"),
        pytest.param(f'"a,b", {BR}', id="a comma within another tag"),
        pytest.param(f'"é", "", {BR}', id="obs-text, and the empty tag"),
        pytest.param(f', ,,"other",\t,{BR} , ,', id="empty members"),
        pytest.param(f" \t{BR}\t ", id="white space around"),
        pytest.param("*", id="star"),
        pytest.param(" * ", id="star with white space"),
    ],
)
def test_a_held_tag_is_a_304(if_none_match: str) -> None:
    """If-None-Match compares weakly, and takes lists, `*` and `W/`; the 304 carries the tag that matched."""
    assert ask(if_none_match) == Decision(status=304, coding="br", etag=BR)


@pytest.mark.parametrize(
    "if_none_match",
    [
        pytest.param('"other"', id="another state"),
        pytest.param('"5F3A-BR"', id="tags are case-sensitive"),
        pytest.param('"5f3a-b"', id="a part of ours"),
        pytest.param('"x5f3a-br"', id="ours is a part of it"),
        pytest.param('"*"', id="a tag that is a star"),
    ],
)
def test_another_tag_is_a_200(if_none_match: str) -> None:
    """Who holds another state gets the present one."""
    assert ask(if_none_match).status == 200


@pytest.mark.parametrize(
    "if_none_match",
    [
        pytest.param("", id="empty"),
        pytest.param(" , ,", id="nothing but commas"),
        pytest.param("5f3a-br", id="no quotes"),
        pytest.param('"5f3a-br', id="not closed"),
        pytest.param('5f3a-br"', id="not opened"),
        pytest.param("'5f3a-br'", id="other quotes"),
        pytest.param(r"\"5f3a-br\"", id="escaped quotes"),
        pytest.param(f"w/{BR}", id="a small w (RFC 9110 §8.8.3: %s)"),
        pytest.param(f"W/ {BR}", id="a space after W/"),
        pytest.param(f"W/W/{BR}", id="twice weak"),
        pytest.param(f'{BR} "other"', id="no comma"),
        pytest.param(f"{BR}; {GZIP}", id="a semicolon"),
        pytest.param(f"{BR}, other", id="one bad member spoils the value"),
        pytest.param(f"*, {BR}", id="star in a list"),
        pytest.param("W/*", id="a weak star"),
        pytest.param("*, *", id="star twice, from two lines"),
        pytest.param('"a b", ' + BR, id="a space in a tag"),
        pytest.param(f"{BR}\x00", id="NUL"),
        pytest.param(f"{BR}\n", id="a line end"),
        pytest.param("\udcff\u06f0", id="no octets at all"),
    ],
)
def test_a_malformed_if_none_match_is_no_match(if_none_match: str) -> None:
    """A malformed If-None-Match is no match: 200, never an error, and no date saves it."""
    assert ask(if_none_match).status == 200
    assert ask(if_none_match, if_modified_since=http_date(NOW)).status == 200


def test_a_tag_is_not_found_between_two_others() -> None:
    """A tag that consists of a comma is not the comma of a list."""
    validators = Validators(etags={"br": '","', "gzip": '"g"', "identity": '"i"'}, last_modified=CHANGED)
    answers = [
        decide(if_none_match=held, if_modified_since=None, accept_encoding="br", validators=validators, now=NOW).status
        for held in ('"a","b"', '"a",,"b"', '"a",","', '","', 'W/","')
    ]
    assert answers == [200, 200, 304, 304, 304]


@pytest.mark.parametrize(
    ("held", "accept_encoding", "sent"),
    [
        pytest.param(GZIP, "gzip, br", GZIP, id="not the best, but acceptable"),
        pytest.param(f"W/{GZIP}", "gzip, br", GZIP, id="weakened on its way"),
        pytest.param(IDENTITY, "gzip, br", IDENTITY, id="identity is acceptable unless excluded"),
        pytest.param(GZIP, "x-gzip, br", GZIP, id="by its other name"),
        pytest.param(GZIP, "br, *;q=0.1", GZIP, id="by a star"),
        pytest.param(BR, None, BR, id="without Accept-Encoding any coding is acceptable"),
        pytest.param(f"{IDENTITY}, {GZIP}", "br, gzip", GZIP, id="of several, the one we like best"),
        pytest.param(f"{IDENTITY}, {GZIP}, {BR}", "gzip", GZIP, id="of several, the chosen one"),
        pytest.param(IDENTITY, "identity;q=0", IDENTITY, id="what a 200 would send counts even so"),
    ],
)
def test_another_codings_tag_counts_if_acceptable(held: str, accept_encoding: str | None, sent: str) -> None:
    """Another coding's tag of the same state counts, and the 304 carries the tag that matched."""
    decision = ask(held, accept_encoding=accept_encoding)
    assert (decision.status, decision.etag) == (304, sent)


@pytest.mark.parametrize(
    ("held", "accept_encoding", "sent"),
    [
        pytest.param(BR, "gzip", GZIP, id="br is not named"),
        pytest.param(BR, "gzip, br;q=0", GZIP, id="br is excluded"),
        pytest.param(GZIP, "", IDENTITY, id="an empty header wants no coding"),
        pytest.param(IDENTITY, "gzip, identity;q=0", GZIP, id="identity is excluded"),
        pytest.param(f"{BR}, {IDENTITY}", "gzip, *;q=0", GZIP, id="all but gzip are excluded"),
    ],
)
def test_a_tag_of_an_unacceptable_coding_does_not_count(held: str, accept_encoding: str, sent: str) -> None:
    """Who can no longer read the coding that it holds gets one that it can read."""
    decision = ask(held, accept_encoding=accept_encoding)
    assert (decision.status, decision.etag) == (200, sent)


@pytest.mark.parametrize("accept_encoding", ["br", "gzip", None])
def test_star_and_dates_carry_the_chosen_codings_tag(accept_encoding: str | None) -> None:
    """Where no tag matched, the 304 carries that of the coding that a 200 would have."""
    chosen = ask(accept_encoding=accept_encoding)
    for decision in (
        ask("*", accept_encoding=accept_encoding),
        ask(if_modified_since=http_date(CHANGED), accept_encoding=accept_encoding),
    ):
        assert decision == Decision(status=304, coding=chosen.coding, etag=chosen.etag)


def test_only_codings_that_have_a_tag_are_sent() -> None:
    """A representation without a br variant is sent as gzip, and its 304 too."""
    validators = Validators(etags={"gzip": GZIP, "identity": IDENTITY}, last_modified=CHANGED)
    for held, status in ((None, 200), ("*", 304), (f"{BR}, {GZIP}", 304), (BR, 200)):
        decision = decide(
            if_none_match=held,
            if_modified_since=None,
            accept_encoding="gzip, br",
            validators=validators,
            now=NOW,
        )
        assert decision == Decision(status=304 if status == 304 else 200, coding="gzip", etag=GZIP)


@pytest.mark.parametrize(
    ("since", "status"),
    [(CHANGED - 1, 200), (CHANGED, 304), (CHANGED + 1, 304), (NOW, 304), (NOW + 1, 200), (NOW + 10**8, 200)],
)
def test_if_modified_since_is_compared_by_the_second(since: int, status: int) -> None:
    """Not changed since then: 304. A date later than now is ignored."""
    assert ask(if_modified_since=http_date(since)).status == status


@pytest.mark.parametrize(
    "if_modified_since",
    ["Mon, 21 Sep 2026 12:26:40 GMT", "Monday, 21-Sep-26 12:26:40 GMT", "Mon Sep 21 12:26:40 2026"],
)
def test_all_three_date_forms_count(if_modified_since: str) -> None:
    """IMF-fixdate, RFC 850's form and asctime's mean the same second."""
    stamp = 1_789_993_600
    assert ask(if_modified_since=if_modified_since, last_modified=stamp).status == 304
    assert ask(if_modified_since=if_modified_since, last_modified=stamp + 1).status == 200


@pytest.mark.parametrize(
    "if_modified_since",
    ["", "yesterday", "0", str(NOW), "2026-09-21T12:26:40Z", f"{http_date(NOW)}, {http_date(NOW)}", "\udcff"],
)
def test_a_garbled_date_is_ignored(if_modified_since: str) -> None:
    """Garbage in If-Modified-Since, or two dates from two lines, is as if it were not there."""
    assert ask(if_modified_since=if_modified_since).status == 200


def test_if_modified_since_counts_only_without_if_none_match() -> None:
    """A tag says more than a date: with If-None-Match the date is not even looked at."""
    assert ask('"other"', if_modified_since=http_date(NOW)).status == 200
    assert ask(BR, if_modified_since=http_date(CHANGED - 1)).status == 304


def test_last_modified_is_compared_as_stored() -> None:
    """Sent as the earlier of it and Date, a time ahead of the clock does not match what was sent for it."""
    ahead = NOW + 5
    sent = http_date(min(ahead, NOW))
    assert ask(if_modified_since=sent, last_modified=ahead).status == 200
    assert ask(if_modified_since=http_date(ahead), last_modified=ahead).status == 200


headers = st.none() | st.text() | st.text(alphabet='W/"5f3a-brgzip, *;q=01.\t')


@unhurried
@given(headers, headers, headers)
def test_no_header_value_is_an_error(
    if_none_match: str | None, if_modified_since: str | None, accept_encoding: str | None
) -> None:
    """Whatever the headers hold, the answer is a 200 or a 304 with the tag of its coding."""
    decision = ask(if_none_match, if_modified_since, accept_encoding)
    assert decision.etag == ETAGS[decision.coding]
    held = (if_none_match or "").strip(" \t")
    assert decision.status == 200 or decision.etag in held or held == "*"


# Werkzeug parses what is well formed as we do. It differs, and the strategy keeps off, where
# - a member is malformed: it takes unquoted tags, a small `w/` and spaces in a tag (RFC 9110 §8.8.3 has none
#   of these) and skips what it can't read, where HTTP.md has the whole value as no match;
# - no tag is there: it goes on to If-Modified-Since (RFC 9110 §13.1.3: not where the field is present);
# - "*" has spaces around it: it takes that for an unquoted tag (RFC 9110 §5.5: they are not in the value);
# - the opaque tag is empty: it reads `""` as None.
opaque = st.text(alphabet=st.characters(codec="latin-1", exclude_characters=' "\x7f', min_codepoint=33), min_size=1)
opaque = opaque.filter(lambda text: not any("\x80" <= character <= "\xa0" for character in text))
tag = st.sampled_from([*ETAGS.values()]) | opaque.map(lambda text: f'"{text}"')
tag_list = st.lists(
    st.tuples(st.sampled_from(["", "W/"]), tag, st.sampled_from([",", ", ", " ,\t", ",,", ", ,"])), min_size=1
).map(lambda members: "".join(weak + tag + comma for weak, tag, comma in members))
accepted = st.sampled_from([None, "", "br", "gzip", "br, gzip", "gzip;q=0.5, br", "identity;q=0, gzip", "*;q=0"])


@unhurried
@given(st.just("*") | tag_list, st.booleans(), accepted)
def test_if_none_match_is_read_as_werkzeug_reads_it(
    if_none_match: str, trailing_comma: bool, accept_encoding: str | None
) -> None:
    """A well-formed If-None-Match is a 304 exactly where Werkzeug finds an acceptable coding's tag in it."""
    if not trailing_comma:
        if_none_match = if_none_match.rstrip(", \t")
    chosen = ask(accept_encoding=accept_encoding).coding
    held = {
        coding
        for coding in CODINGS
        if (coding == chosen or acceptable(coding, accept_encoding))
        and not is_resource_modified(http_if_none_match=if_none_match, etag=ETAGS[coding])
    }
    decision = ask(if_none_match, accept_encoding=accept_encoding)
    assert decision.status == (304 if held else 200)
    assert not held or decision.coding in held
    assert parse_etags(if_none_match).star_tag == (if_none_match == "*")


@unhurried
@given(st.integers(NOW - 10**8, NOW), st.integers(-2, 2) | st.integers(-(10**8), 10**8), st.booleans())
def test_if_modified_since_is_read_as_werkzeug_reads_it(since: int, age: int, tagged: bool) -> None:
    """A date decides as with Werkzeug, up to now (it takes future dates too), and only without a tag."""
    last_modified = since - age
    if_none_match = '"other"' if tagged else None
    modified = is_resource_modified(
        http_if_modified_since=http_date(since),
        http_if_none_match=if_none_match,
        etag=IDENTITY,
        last_modified=http_date(last_modified),
    )
    decision = ask(if_none_match, http_date(since), last_modified=last_modified)
    assert decision.status == (200 if modified else 304)
