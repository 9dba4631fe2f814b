"""What is promised of responses, sentence by sentence, and the tests that hold each to it.

The sentences are those of the contract (HTTP.md), shortened. Whoever changes a test's name or takes one away is told
here which promise would stand alone.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

PROMISES: dict[str, list[str]] = {
    # The three rules.
    "a feed once rendered never answers 4xx or 5xx, whatever happens to the store": [
        "live/test_store_lost.py::test_a_store_deleted_while_serving",
        "live/test_store_lost.py::test_noise_over_the_store_while_serving",
        "live/test_store_lost.py::test_a_store_replaced_while_serving",
        "live/test_writers.py::test_locked_by_a_writer",
        "live/test_writers.py::test_a_writer_stopped_inside_a_transaction",
        "live/test_writers.py::test_no_room_on_the_disk",
        "live/test_writers.py::test_a_disk_that_may_only_be_read",
        "http/test_errors.py::test_a_bug_is_500_and_not_stored",
    ],
    "same store, same bytes, same ETag on every node and after every restart": [
        "render/test_determinism.py::test_every_process_gives_the_same_bytes_and_validators",
        "desk/test_changes.py::test_two_nodes_give_the_same_bytes_and_tags",
        "live/test_store_lost.py::test_killed_and_started_again",
        "live/test_serve.py::test_two_workers_serve_equal_bytes",
    ],
    "most polls are a 304, or finished bytes out of memory": [
        "http/test_answers.py::test_either_validator_alone_gives_a_304",
        "http/test_lane.py::test_a_hit_never_reaches_the_application",
    ],
    # Representations and the cache.
    "rendered once for each feed and parameters, encoded once for each coding, on first demand": [
        "http/test_answers.py::test_each_coding_decodes_to_the_identity_body",
        "test_representation.py::test_a_variant_is_made_once",
        "http/test_answers.py::test_a_304_costs_no_compressing",
    ],
    "compressing and rendering run off the event loop": [
        "http/test_answers.py::test_nothing_is_made_on_the_event_loop",
    ],
    "a strong ETag of its own for each coding, known before anything is compressed": [
        "test_representation.py::test_each_coding_has_a_strong_tag_of_its_own_known_before_compression",
        "test_representation.py::test_another_compressor_or_level_gives_another_tag",
    ],
    "Last-Modified is when the bytes last changed, and never goes backwards": [
        "desk/test_changes.py::test_last_modified_moves_whenever_the_bytes_do",
        "desk/test_changes.py::test_what_changes_nothing_moves_nothing",
        "desk/test_unwell.py::test_a_replaced_store_is_noticed",
    ],
    "it is sent as the earlier of it and Date, and compared as stored": [
        "http/test_headers.py::test_a_last_modified_is_never_later_than_date",
        "live/test_under_import.py::test_no_date_is_later_than_date",
        "http/test_answers.py::test_a_date_that_was_sent_early_is_compared_as_stored",
        "http/test_conditional.py::test_last_modified_is_compared_as_stored",
    ],
    "lastBuildDate and updated come from what is shown": [
        "test_edition.py::test_updated_depends_on_what_is_shown_alone",
        "render/test_rss.py::test_last_build_date_is_the_newest_change_shown_and_not_the_clock",
    ],
    "however many requests miss at once, one render": [
        "live/test_crowds.py::test_a_crowd_on_a_cold_cache",
        "desk/test_cache.py::test_five_thousand_at_once_are_one_production",
        "http/test_cache_status.py::test_those_that_waited_say_collapsed",
    ],
    "a change is seen within a second; what was asked for lately is made anew; no request waits for it": [
        "desk/test_changes.py::test_another_processs_write_is_served_within_a_second",
        "desk/test_renewal.py::test_what_was_asked_for_lately_is_renewed_in_order",
        "desk/test_renewal.py::test_no_request_waits_for_a_change",
        "http/test_cache_status.py::test_a_change_costs_no_request_a_miss",
        "live/test_under_import.py::test_not_one_answer_but_200_and_304",
    ],
    "a change in one section leaves the others alone": [
        "desk/test_changes.py::test_a_change_in_one_section_leaves_the_others_alone",
        "http/test_selections.py::test_a_change_elsewhere_leaves_a_tag_alone",
    ],
    "after a change: new bytes, then purge, then ping; all live workers are waited for, five seconds at most": [
        "push/test_purges.py::test_caches_are_purged_before_hubs_are_pinged",
        "push/test_couriers.py::test_every_process_that_lives_is_waited_for",
        "push/test_couriers.py::test_nobody_is_waited_for_longer_than_five_seconds",
        "push/test_hub.py::test_at_the_ping_every_worker_serves_the_new_bytes",
    ],
    "a new fingerprint of configuration and software is recorded at start": [
        "desk/test_settle.py::test_another_configuration_is_a_change_of_everything",
    ],
    "while the store fails the last good bytes are served without limit, and the log says it once": [
        "desk/test_unwell.py::test_a_store_that_goes_and_comes_back",
        "desk/test_unwell.py::test_noise_in_the_stores_place",
        "live/test_store_lost.py::test_a_store_deleted_while_serving",
    ],
    "readyz stays 200 and says degraded with the reason; 503 before the start is done and once the end has begun": [
        "http/test_errors.py::test_alive_and_able_to_serve",
        "http/test_errors.py::test_not_ready_before_the_start_and_after_the_end",
        "live/test_serve.py::test_it_waits_for_a_store_that_is_locked",
    ],
    "a feed never rendered before and no store: 503 problem+json with Retry-After: 30": [
        "http/test_errors.py::test_never_rendered_and_no_store_is_503",
    ],
    "bounded by bytes, least recently used out first": [
        "desk/test_unwell.py::test_the_cache_is_bounded_by_bytes",
        "desk/test_cache.py::test_least_recently_used_goes_first",
    ],
    "1,000,000 made-up addresses do not grow it": [
        "live/test_crowds.py::test_made_up_addresses_and_queries",
        "desk/test_unwell.py::test_made_up_addresses_are_never_kept",
        "http/test_selections.py::test_searches_that_find_nothing_are_not_kept",
    ],
    "an embargoed article's time ends the representation at that second": [
        "desk/test_changes.py::test_an_embargo_ends_by_itself",
        "desk/test_renewal.py::test_the_end_of_an_embargo_is_not_put_off",
        "http/test_lane.py::test_an_embargo_ends_at_its_second",
    ],
    # Requests.
    "HEAD has the very header set of GET, no body": [
        "http/test_methods.py::test_head_has_the_very_header_set_of_get_and_no_body",
    ],
    "OPTIONS: 204 with what may be asked; feeds may be read by scripts elsewhere": [
        "http/test_methods.py::test_options_says_what_may_be_done",
        "http/test_methods.py::test_options_of_the_whole_server",
        "http/test_headers.py::test_the_headers_of_a_feed",
    ],
    "another method: 405 with Allow": [
        "http/test_methods.py::test_another_method_is_405_with_allow",
        "http/test_limits.py::test_a_method_is_any_token",
    ],
    "If-None-Match: weak comparison, lists, *, W/": [
        "http/test_answers.py::test_if_none_match_is_a_list_compared_weakly",
        "http/test_conditional.py::test_a_held_tag_is_a_304",
        "http/test_conditional.py::test_if_none_match_is_read_as_werkzeug_reads_it",
    ],
    "another coding's ETag counts if that coding is acceptable, and the 304 carries the tag that matched": [
        "http/test_answers.py::test_another_codings_tag_of_the_same_state_counts",
        "http/test_conditional.py::test_a_tag_of_an_unacceptable_coding_does_not_count",
    ],
    "a malformed If-None-Match is no match, never an error": [
        "http/test_answers.py::test_a_malformed_if_none_match_is_no_match",
        "http/test_conditional.py::test_a_malformed_if_none_match_is_no_match",
        "http/test_conditional.py::test_no_header_value_is_an_error",
    ],
    "If-Modified-Since only without If-None-Match; any of the three forms; garbage or the future is ignored": [
        "http/test_answers.py::test_if_modified_since",
        "http/test_conditional.py::test_if_modified_since_counts_only_without_if_none_match",
        "http/test_lane.py::test_a_date_of_the_future_is_asked_of_the_clock_each_time",
    ],
    "a 304 carries what the 200 would, Date too": [
        "http/test_answers.py::test_either_validator_alone_gives_a_304",
        "live/test_wire.py::test_a_304_on_the_wire",
    ],
    "Accept-Encoding: q-values honoured; nothing acceptable is identity, 200, never 406": [
        "http/test_answers.py::test_q_values_are_honoured",
        "http/test_accept_encoding.py::test_nothing_acceptable_is_identity",
    ],
    "A-IM: feed is ignored": ["http/test_answers.py::test_deltas_are_not_sent"],
    "unknown query parameters: same bytes, same ETag, same cache entry": [
        "http/test_parameters.py::test_unknown_parameters_are_ignored",
    ],
    "//, .., %2e%2e, NUL, %ff, slash or none: 301 to the one right address where there is one, 404 otherwise": [
        "live/test_wire.py::test_odd_targets",
        "http/test_redirects.py::test_what_stands_elsewhere_is_a_301",
        "http/test_redirects.py::test_where_there_is_nothing_there_is_a_404",
    ],
    "a head over 32 KiB is 431, a target over 8 KiB 414; memory stays flat": [
        "http/test_limits.py::TestLengths::test_of_a_head",
        "http/test_limits.py::TestLengths::test_of_a_target",
        "live/test_floods.py::test_a_head_of_8_mb_is_431",
    ],
    "an evil Host or X-Forwarded-* changes nothing in the answer": [
        "http/test_independence.py::test_no_answer_depends_on_who_asks",
        "live/test_wire.py::test_evil_headers_change_nothing",
    ],
    "the host that a target names is of no matter either": ["http/test_limits.py::test_a_target_may_be_absolute"],
    "a missing, doubled or invalid Host: 400": ["http/test_limits.py::TestHost::test_what_can_not_be_is_400"],
    # Headers of a feed.
    "each header of a feed, and no other": [
        "http/test_headers.py::test_the_headers_of_a_feed",
        "http/test_headers.py::test_registered_media_types",
    ],
    "Link: exactly one self, each hub, the page": [
        "test_heads.py::test_link_has_exactly_one_self_each_hub_and_the_page",
        "http/test_headers.py::test_hubs_are_announced_in_the_head",
    ],
    "Cache-Tag and Surrogate-Key: the section, percent-encoded, and all": [
        "test_heads.py::test_purge_tags_are_the_sections_percent_encoded_and_all",
    ],
    "Cache-Status: hit, stale, stored for the one that rendered, collapsed for those that waited": [
        "http/test_cache_status.py::test_the_one_that_rendered_says_stored_and_the_next_hit",
        "http/test_cache_status.py::test_those_that_waited_say_collapsed",
        "http/test_cache_status.py::test_what_can_not_be_made_anew_is_stale",
    ],
    "never s-maxage": ["http/test_headers.py::test_nothing_is_shared_for_longer_than_it_may_be_stale"],
    "ttl is max-age in minutes": ["http/test_headers.py::test_max_age_is_configured"],
    "pages: a policy with just what they use, no inline script, nobody frames them": [
        "http/test_headers.py::test_the_headers_of_a_page",
        "render/test_pages.py::test_no_page_has_inline_style_or_script",
    ],
    # The fast lane.
    "a hit never reaches the application": ["http/test_lane.py::test_a_hit_never_reaches_the_application"],
    "a head that was answered here before leads to today's answer": [
        "http/test_lane.py::test_what_was_written_is_answered_at_once",
        "http/test_lane_memory.py::test_a_section_that_comes_may_change_what_a_target_means",
    ],
    "a head is remembered only after the lane has answered it; the memory is bounded in bytes, emptied when full": [
        "http/test_lane_memory.py::test_nothing_is_remembered_of_what_is_not_at_hand",
        "http/test_lane_memory.py::test_heads_are_forgotten_when_they_are_too_many",
        "http/test_lane_memory.py::test_a_long_head_is_not_remembered",
    ],
    "a miss, a body, HTTP/1.0, Expect, a request behind another: the very same answer by the ordinary way": [
        "http/test_lane.py::test_the_answers_are_the_same",
        "http/test_lane.py::test_whole_exchanges_are_the_same",
        "http/test_any_bytes.py::test_the_lane_answers_as_the_application_does",
        "http/test_order.py::test_pipelined_requests_are_answered_in_order",
        "live/test_pieces.py::test_fast_and_slow_in_a_row",
    ],
    "a body is no head, whatever it looks like; a head may come in any pieces": [
        "http/test_order.py::test_a_body_that_looks_like_a_known_head",
        "http/test_order.py::test_a_head_cut_in_two_at_every_byte",
        "http/test_in_pieces.py::test_a_head_that_the_parser_would_not_take_cut_at_every_byte",
        "live/test_pieces.py::test_a_body_that_looks_like_a_known_head",
        "live/test_pieces.py::test_a_head_cut_in_two_at_every_byte",
    ],
    "what can't be read ends the connection, and nothing behind it is answered": [
        "http/test_limits.py::test_what_is_not_http_is_400_at_once",
        "http/test_limits.py::test_a_beginning_that_is_not_http_is_400_at_once",
        "http/test_in_pieces.py::test_nothing_behind_what_is_wrong_is_answered",
    ],
    "a peer that does not read what it is sent costs nothing": [
        "http/test_order.py::test_who_does_not_read_costs_nothing",
        "http/test_order.py::test_who_reads_late_gets_all",
        "live/test_floods.py::test_who_sends_and_never_reads",
        "live/test_floods.py::test_many_who_send_and_never_read",
        "http/test_limits.py::TestTime::test_who_does_not_read_is_cut_off",
    ],
    "keep-alive timers, and an end to waiting for a head": [
        "http/test_limits.py::TestTime::test_idle_connections_end",
        "http/test_limits.py::TestTime::test_what_comes_at_the_last_moment_is_answered",
        "http/test_limits.py::TestTime::test_who_sends_slowly_is_cut_off",
        "live/test_crowds.py::test_idle_connections_and_slow_senders",
    ],
    "Date goes on, once a second": ["http/test_lane.py::test_date_goes_on_and_last_modified_is_never_later"],
    "shutdown: what was read is answered, the last answer says Connection: close, and there is a deadline": [
        "http/test_order.py::TestEnding::test_what_was_read_is_answered",
        "http/test_order.py::TestEnding::test_what_comes_at_the_last_moment_is_answered",
        "live/test_handover.py::test_no_poll_fails_when_another_takes_its_place",
        "live/test_floods.py::test_sigterm_under_load",
        "live/test_floods.py::test_who_never_reads_does_not_keep_it_from_ending",
        "live/test_serve.py::test_it_ends_cleanly",
    ],
    "a raw UTF-8 target is read as its encoding": ["http/test_limits.py::test_a_raw_target_is_read_as_its_encoding"],
    "over the limit of connections whoever comes waits; overload is never a status": [
        "live/test_workers.py::test_over_the_limit_whoever_comes_waits",
    ],
    "where a newer uvicorn has changed what the lane leans on, it is served without": [
        "test_reliance.py::test_serve_does_without_what_has_changed",
    ],
}


@cache
def names(file: str) -> set[str]:
    """The tests in a file, those in classes with the class before them."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        found |= {f"{group.name}::{node.name}" for node in group.body if hasattr(node, "name")}
    return found


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_has_tests_that_hold_it(promise: str) -> None:
    for test in PROMISES[promise]:
        file, _, name = test.partition("::")
        assert name in names(file), test
