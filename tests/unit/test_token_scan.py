"""Where the token of a push stands, for any body and any encoding of it."""

import json
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.gateway.token_scan import find_tokens

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("steady")

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.just("token"), inner, max_size=3),
    max_leaves=8,
)
TOKENS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def spelled_out(text: str, escaped: list[bool]) -> str:
    """JSON text with some characters as \\u escapes."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    if len(plain) != len(text):
        return json.dumps(text)[1:-1]
    flags = escaped + [False] * len(text)
    return "".join(
        f"\\u{ord(char):04x}" if flag and ord(char) < 0x10000 else char for char, flag in zip(text, flags, strict=False)
    )


@st.composite
def json_bodies(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A JSON object with zero to two top-level tokens among other members, and the tokens in order."""
    others = draw(st.lists(st.tuples(TEXT.filter(lambda key: key != "token"), VALUES), max_size=4))
    members = [
        f"{json.dumps(key, ensure_ascii=draw(st.booleans()))}:{json.dumps(value, ensure_ascii=draw(st.booleans()))}"
        for key, value in others
    ]
    tokens = draw(st.lists(TOKENS, max_size=2))
    places = sorted(draw(st.integers(0, len(members))) for _ in tokens)
    for place, token in reversed(list(zip(places, tokens, strict=True))):
        key = spelled_out("token", draw(st.lists(st.booleans(), min_size=5, max_size=5)))
        value = spelled_out(token, draw(st.lists(st.booleans(), max_size=20)))
        gap = draw(st.sampled_from(["", " ", "\n\t"]))
        members.insert(place, f'"{key}"{gap}:{gap}"{value}"')
    return ("{" + ",".join(members) + "}").encode(), tokens


@st.composite
def form_bodies(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A form with zero to two tokens, keys and values plain or percent-encoded, and the tokens in order."""
    fields: list[tuple[str, str]] = draw(
        st.lists(st.tuples(TEXT.filter(lambda key: key != "token"), TEXT), min_size=1, max_size=4)
    )
    parts = [f"{quote_plus(key)}={quote_plus(value)}" for key, value in fields]
    tokens = draw(st.lists(TOKENS, max_size=2))
    places = sorted(draw(st.integers(0, len(parts))) for _ in tokens)
    for place, token in reversed(list(zip(places, tokens, strict=True))):
        key = draw(st.sampled_from(["token", "%74oken", "t%6Fke%6e", "%74%6F%6B%65%6E"]))
        every = "".join(f"%{byte:02x}" for byte in token.encode())
        parts.insert(place, f"{key}={draw(st.sampled_from([quote_plus(token), quote(token, safe=''), every]))}")
    return "&".join(parts).encode(), tokens


def assert_spans_hold(body: bytes, tokens: list[str], decoded: Any) -> None:
    """The spans, in order, decode to the tokens."""
    found = find_tokens(body)
    assert [token.value for token in found] == tokens
    for token in found:
        assert decoded(body[token.start : token.end]) == token.value
    ends = [0] + [token.end for token in found]
    assert all(end <= token.start for end, token in zip(ends, found, strict=False))


@given(json_bodies())
def test_in_json_the_spans_hold_the_top_level_tokens_and_nothing_else(given: tuple[bytes, list[str]]) -> None:
    body, tokens = given
    assert_spans_hold(body, tokens, lambda text: json.loads(b'"' + text + b'"'))


@given(form_bodies())
def test_in_a_form_the_spans_hold_the_tokens_and_nothing_else(given: tuple[bytes, list[str]]) -> None:
    body, tokens = given
    assert_spans_hold(body, tokens, lambda text: unquote_plus(text.decode("latin-1")))


@given(st.binary(max_size=200))
def test_no_body_is_too_strange_to_scan(body: bytes) -> None:
    for prefix in (b"", b"{", b'{"token":', b"token="):
        for token in find_tokens(prefix + body):
            assert 0 <= token.start <= token.end <= len(prefix + body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":{"token":"t"}}',
        b'[{"token":"t"}]',
        b'{"data":"{\\"token\\":\\"t\\"}"}',
        b'{"token":{"token":"t"}}',
        b'{"token":[{"token":"t"}]}',
        b"data=token%3Dt",
        b"mytoken=t&tokens=t&Token=t",
        b'{"Token":"t","tokens":"t"}',
        b"{}",
        b"",
    ],
)
def test_a_token_that_is_nested_or_named_otherwise_is_none(body: bytes) -> None:
    assert find_tokens(body) == []


def test_a_token_before_the_place_where_a_body_was_cut_off_is_found() -> None:
    (token,) = find_tokens(b'{"token":"t","data_list":[{"deviceImei":"8699')
    assert token.value == "t"


def test_a_member_of_many_nested_tokens_does_not_hide_the_one_that_counts() -> None:
    body = b'{"data_list":[{"token":"x"},{"token":"y"}],"token":"t"}'
    (token,) = find_tokens(body)
    assert body[token.start : token.end] == b"t"


def test_an_unterminated_string_full_of_quotes_is_read_once_and_not_again_from_each_quote() -> None:
    """Reading it again from each would take an hour; the suite's time-out is two minutes."""
    assert find_tokens(b'{"token":1,"x' + b'\\"' * 500_000) != []
    assert find_tokens(b'{"token":"a","b":{"token":"c"},"x' + b'\\"' * 500_000)[0].value == "a"
