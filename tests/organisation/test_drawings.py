"""The drawings: what is drawn is what was counted."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from succession.organisation.drawings import fit, marks, seats, slots, svg, timelines

people = st.integers(0, 40)


def shapes(drawing, css):
    return [each for each in ET.fromstring(drawing).iter() if css in each.get("class", "").split()]


def boxes(drawing, css):
    """How many slots a meter shows in one look: each is a closed piece of a path."""
    return sum(each.get("d").count("z") for each in shapes(drawing, css))


def test_words_are_escaped():
    assert svg.words('<b a="1">&') == "<text>&lt;b a=&quot;1&quot;&gt;&amp;</text>"
    assert "<b>" not in svg.drawing(width=1, height=1, label='"><b>')


def test_a_drawing_without_label_is_hidden_from_screen_readers():
    assert ET.fromstring(svg.drawing(width=1, height=1)).get("aria-hidden") == "true"
    labelled = ET.fromstring(svg.drawing(width=1, height=1, label="7 of 27"))
    assert (labelled.get("role"), labelled.get("aria-label")) == ("img", "7 of 27")


@given(seats=st.integers(1, 59), capacity=st.integers(1, 180), now=people, mid=people, far=people, struck=people)
def test_every_slot_is_drawn_once(seats, capacity, now, mid, far, struck):
    given_slots = slots.Slots(seats, capacity, now, mid, far, struck)
    drawing = slots.slot_meter(given_slots)
    room = capacity
    for count, css in ((now, "f-now"), (mid, "f-mid"), (far, "f-far")):
        assert boxes(drawing, css) == min(count, room)
        room -= min(count, room)
    assert boxes(drawing, "f-violet") == max(now + mid + far - capacity, 0)
    assert boxes(drawing, "k-line3") == max(capacity - now - mid - far, 0)


def test_the_first_rank_is_filled_before_the_second():
    states = slots.Slots(seats=4, capacity=12, now=1, mid=2, far=2).states()
    assert states[:4] == ["now", "mid", "mid", "far"]
    assert states[4:] == ["far"] + ["empty"] * 7


def test_a_ratio_that_is_not_whole_leaves_the_last_rank_short():
    drawing = slots.ranks(slots.Slots(seats=4, capacity=10))
    assert boxes(drawing, "k-line3") == 10


def test_nothing_is_drawn_where_nothing_is_needed():
    assert slots.slot_meter(slots.Slots(seats=0, capacity=0, now=3)) == ""
    assert fit.fit_strip([]) == ""
    assert timelines.sparkline([4]) == ""


def test_very_many_seats_become_bars_in_proportion():
    drawing = slots.slot_meter(slots.Slots(seats=100, capacity=300, now=25, mid=100))
    ready = shapes(drawing, "f-now")
    assert [(each.get("x"), each.get("width")) for each in ready] == [("0%", "25%")]
    assert [(each.get("x"), each.get("width")) for each in shapes(drawing, "f-mid")] == [("25%", "75%"), ("0%", "25%")]


@pytest.mark.parametrize(
    ("value", "total", "width"), [(34, 53, "64.15%"), (70, 53, "100%"), (0, 53, None), (3, 0, None)]
)
def test_a_bar_is_a_share(value, total, width):
    filled = shapes(seats.bar(value, total, fill="f-now"), "f-now")
    assert [each.get("width") for each in filled] == ([width] if width else [])


def test_parts_of_a_stacked_bar_follow_each_other():
    drawing = seats.stacked_bar([(1, "f-line"), (0, "f-far"), (3, "f-now")])
    assert [(each.get("x"), each.get("width")) for each in ET.fromstring(drawing)] == [("0%", "25%"), ("25%", "75%")]


@pytest.mark.parametrize("state", ["covered", "shared", "not_counted", "nobody"])
def test_seat_cells_differ_by_shape(state):
    others = {seats.seat_cell(other) for other in ("covered", "shared", "not_counted", "nobody") if other != state}
    assert seats.seat_cell(state) not in others


def test_the_area_of_a_fit_strip_is_the_fit():
    rows = [fit.Requirement(5, 4, 3.2, must=True), fit.Requirement(3, 4, 4.4), fit.Requirement(2, 3, 1.5)]
    drawing = ET.fromstring(fit.fit_strip(rows, width=1000, height=100))
    filled = sum(
        float(each.get("width")) * float(each.get("height")) for each in drawing if each.get("class") != "f-track"
    )
    whole = sum(float(each.get("width")) * 100 for each in drawing if each.get("class") == "f-track")
    expected = sum(row.weight * min(row.level, row.required) for row in rows) / sum(
        row.weight * row.required for row in rows
    )
    assert filled / whole == pytest.approx(expected, abs=0.001)


def test_an_unmet_must_have_and_an_unrated_competency_look_different():
    drawing = fit.fit_strip(
        [fit.Requirement(1, 4, 3, must=True), fit.Requirement(1, 4, None), fit.Requirement(1, 4, 3)]
    )
    assert len(shapes(drawing, "f-must")) == 1
    assert len(shapes(drawing, "k-line3")) == 1
    assert len(shapes(drawing, "f-mid")) == 1


def test_an_evidence_line_marks_gap_and_requirement():
    short = fit.evidence_line(fit.Requirement(1, 4, 3.2, must=True), [fit.Rating("centre", 3.5)])
    assert [(each.get("x1"), each.get("x2")) for each in shapes(short, "k-must")] == [("54.7%", "73.5%")]
    assert shapes(fit.evidence_line(fit.Requirement(1, 4, 4.4)), "k-amber") == []
    assert len(ET.fromstring(fit.evidence_line(fit.Requirement(1, 4, None)))) == 7


def test_a_level_bar_fills_whole_levels_and_the_rest():
    drawing = fit.level_bar(fit.Requirement(1, 4, 2.5), width=100)
    assert [float(each.get("width")) for each in shapes(drawing, "f-mid")] == [18, 18, 9]


def test_a_late_label_stands_on_the_free_side():
    assert shapes(timelines.lane(0.9, label="open"), "halo")[0].get("text-anchor") == "end"
    assert shapes(timelines.lane(0.1, label="open"), "halo")[0].get("text-anchor") is None


def test_spans_keep_their_places():
    drawing = timelines.time_line(
        [timelines.Span(0, 0.5, "Gordon Blyth"), timelines.Span(0.5, 1, expected=True)], now=0.5
    )
    assert [each.get("x") for each in ET.fromstring(drawing).iter() if each.tag == "rect"] == ["0%", "50%"]


def test_a_flat_trend_is_a_flat_line():
    drawing = ET.fromstring(timelines.sparkline([3, 3, 3]))
    heights = {point.split()[1] for point in drawing[0].get("d")[1:].split("L")}
    assert len(heights) == 1


@pytest.mark.parametrize(
    ("age", "css", "width"), [(4, "f-now", "18.67"), (12, "f-now", "1.12"), (13, "f-orange", "28")]
)
def test_freshness_shows_what_remains(age, css, width):
    assert [each.get("width") for each in shapes(marks.freshness_bar(age, 12), css)] == [width]


def test_unknown_tiers_are_a_dashed_ring():
    assert marks.readiness_disc("") == marks.readiness_disc("whatever")
    assert shapes(marks.readiness_disc("ready_now"), "f-now")
