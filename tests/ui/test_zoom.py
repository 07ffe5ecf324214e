"""The piece of a chart that a mouse chose: one word, read by one parser, and gone where its axis is another."""

from __future__ import annotations

from dataclasses import replace

import pytest
import streamlit as st

from losslib import View, ViewError
from tests.plots import plotted
from tests.ui.test_export import figure_in
from ui import compare, explore
from ui.compare_address import nearest
from ui.export import Plane, page_html, script
from ui.lecture import Lecture
from ui.live import heard_zoom
from ui.state import Explore
from ui.zoom import kept, read_zoom, zoom_text, zoom_words

PANES = {"x": (-6.0, 6.0), "value": None, "gradient": None}
SAID = "x:-2:3.5,value:0:0.25"
ZOOM = (("x", (-2.0, 3.5)), ("value", (0.0, 0.25)))
GARBAGE = ["x", "x:1", "x:2:1", "x:1:1", "x:nan:1", "x:0:inf", "x:1:2,x:1:2", "z:0:1", "x:7:9", "<b>:0:1", "x:0:1,", ":0:1", "x:0:1:2"]  # fmt: skip


def test_a_zoom_is_read_as_it_is_written_and_in_any_order():
    assert read_zoom(SAID, PANES) == ZOOM
    assert zoom_text(ZOOM) == SAID
    assert read_zoom("value:0:0.25,x:-2:3.5", PANES) == ZOOM
    assert read_zoom("", PANES) == ()
    assert read_zoom("value:-1e-5:1e30", PANES) == (("value", (-1e-5, 1e30)),)


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_refused_in_a_sentence_that_repeats_none_of_it(text):
    with pytest.raises(ViewError) as refused:
        read_zoom(text, PANES)
    assert refused.value.sentence.startswith("zoom must ")
    assert "<b>" not in refused.value.sentence
    words = [("loss", "focal"), ("slice", "logit"), ("zoom", text)]
    state, problems = Explore.nearest(words)
    assert (state.zoom, len(problems)) == ((), 1)
    assert [p.thing for p in nearest([("curve", "focal"), ("slice", "logit"), ("zoom", text)])[1]] == ["zoom"]
    lecture, lost = Lecture.nearest([("scene", "s3"), ("slice", "probability"), ("zoom", text)])
    assert (lecture.zoom, len(lost)) == ((), 1)


@pytest.mark.parametrize("every", [False, True])
def test_a_zoom_is_a_word_of_every_page_wherever_it_stands(every):
    words = [("zoom", SAID), ("loss", "focal"), ("slice", "logit")]
    state, problems = Explore.nearest(words)
    assert (state.zoom, problems) == (ZOOM, [])
    assert ("zoom", SAID) in state.words(every)
    assert Explore.nearest(state.words(every))[0].zoom == ZOOM
    assert "zoom" not in dict(Explore.nearest(words[1:])[0].words(every))

    many, left = nearest([("zoom", f"{SAID},ratio:1:2"), ("curve", "focal"), ("curve", "bce_with_logits"), ("slice", "logit")])  # fmt: skip
    assert (many.zoom, left) == ((*ZOOM, ("ratio", (1.0, 2.0))), [])
    assert nearest(many.words(every))[0].zoom == many.zoom

    lecture, lost = Lecture.nearest([("zoom", SAID), ("scene", "s1"), ("slice", "logit")])
    assert (lecture.zoom, lost) == (ZOOM, [])
    assert Lecture.nearest(lecture.words())[0] == lecture


def test_a_surface_has_two_axes_and_three_dimensions_none():
    flat = [("loss", "focal"), ("view", "surface"), ("zoom", "x:-1:1,y:0.2:0.6")]
    assert Explore.nearest(flat)[0].zoom == (("x", (-1.0, 1.0)), ("y", (0.2, 0.6)))
    (problem,) = Explore.nearest([("loss", "focal"), ("view", "space"), ("zoom", "x:-1:1")])[1]
    assert problem.sentence == "zoom must be left out here"


SPACE = [("loss", "focal"), ("view", "space")]
TURNED = (("camera", (-1.0, 0.25, 2.125)),)


@pytest.mark.parametrize("every", [False, True])
def test_a_camera_is_a_word_of_three_dimensions_wherever_it_stands(every):
    state, problems = Explore.nearest([("camera", "-1:.25:2.12512"), *SPACE])
    assert (state.zoom, problems) == (TURNED, [])
    assert ("camera", "-1:0.25:2.125") in state.words(every)
    assert Explore.nearest(state.words(every))[0].zoom == TURNED
    assert "camera" not in dict(Explore.nearest(SPACE)[0].words(every))
    assert read_zoom(zoom_text(TURNED), state.panes) == TURNED, "the chart says it in the same text as a piece"
    assert zoom_words(()) == []


@pytest.mark.parametrize(
    "text", ["", "1", "1:2", "1:2:3:4", "1:2:nan", "1e999:0:1", "0:0:0", "0:0:1e-4", "0:0:10.1", "<b>:0:1", "1:2:3,x:0:1", "camera:1:2:3"]
)  # fmt: skip
def test_a_camera_that_cannot_be_is_refused_in_a_sentence_that_repeats_none_of_it(text):
    state, (problem,) = Explore.nearest([*SPACE, ("camera", text)])
    assert state.zoom == ()
    assert problem.sentence.startswith("camera must be ")
    assert "<b>" not in problem.sentence


def test_only_three_dimensions_have_a_camera_and_they_have_no_piece():
    for view in ("curve", "surface"):
        (problem,) = Explore.nearest([("loss", "focal"), ("view", view), ("camera", "1:2:3")])[1]
        assert problem.sentence == "camera must be left out here"
    both, (problem,) = Explore.nearest([*SPACE, ("camera", "-1:.25:2.125"), ("zoom", "camera:1:2:3")])
    assert (both.zoom, problem.sentence) == (TURNED, "zoom must be left out here")


def test_a_camera_lasts_through_sliders_and_losses_over_the_same_plane_and_goes_with_them():
    state, _ = Explore.nearest([*SPACE, ("camera", "-1:.25:2.125")])
    for other in (
        replace(state, view=state.view.change(gamma=4.0)),
        replace(state, present=True, of="gradient"),
        replace(state, view=View.of("bce_with_logits", "logit")),
    ):
        assert other.zoomed_as(state).zoom == TURNED
    for other in (replace(state, show="surface"), replace(state, view=View.of("kl_div"))):
        assert other.zoomed_as(state).zoom == ()


def test_a_turned_surface_is_taken_along_as_it_is_seen():
    state, _ = Explore.nearest([*SPACE, ("camera", "-1:1:1.414")])
    figure = explore.taken(state).zoomed(state.zoom)
    assert figure_in(page_html(figure))[1]["scene"]["camera"]["eye"] == {"x": -1.0, "y": 1.0, "z": 1.414}
    assert "axis.view_init(elev=45.0, azim=135.0)" in script(figure, "losslib")
    assert "azim=-46.8" in script(explore.taken(replace(state, zoom=())), "losslib"), "as it opens"


@pytest.mark.parametrize("scale", ["log", "symlog"])
def test_heights_in_powers_of_ten_are_such_as_a_number_can_be(scale):
    curves = [("curve", "focal:gamma=2"), ("curve", "bce_with_logits"), ("slice", "logit"), ("scale", scale)]
    for ends in ("0:400", "-301:2"):
        assert len(nearest([*curves, ("zoom", f"value:{ends}")])[1]) == 1
        assert nearest([*curves[:-1], ("zoom", f"value:{ends}")])[1] == [], "a linear scale has any height"
    many, left = nearest([*curves, ("zoom", "value:-300:300")])
    assert (many.zoom, left) == ((("value", (-300.0, 300.0)),), [])
    code = script(compare.taken(many), "losslib")
    assert "inf" not in code.split("panels = [")[1].split("]")[0]


def test_on_explore_and_in_a_scene_only_the_loss_has_powers_of_ten():
    for found in (
        Explore.nearest([("zoom", "value:0:400"), ("loss", "focal"), ("scale", "log")]),
        Lecture.nearest([("zoom", "value:0:400"), ("scene", "s14")]),
    ):
        assert (found[0].zoom, [p.sentence for p in found[1]]) == (
            (),
            ["zoom must be of powers of ten between -300 and 300"],
        )
    assert Explore.nearest([("zoom", "gradient:0:400"), ("loss", "focal"), ("scale", "log")])[1] == []
    assert Lecture.nearest([("zoom", "value:0:400"), ("scene", "s2")])[1] == []


def test_what_is_left_is_what_has_the_same_axis():
    before = {"x": "logit", "value": "linear", "gradient": "in z"}
    assert kept(ZOOM, before, before) == ZOOM
    assert kept(ZOOM, {**before, "gradient": "in p"}, before) == ZOOM
    assert kept(ZOOM, {**before, "value": "log"}, before) == kept(ZOOM, {"x": "logit"}, before) == ZOOM[:1]
    assert kept(ZOOM, {**before, "x": "margin"}, before) == kept(ZOOM, before, {"value": "linear"}) == ()


def test_on_explore_it_lasts_through_sliders_and_goes_with_its_axis():
    state, _ = Explore.nearest([("loss", "focal"), ("slice", "logit"), ("zoom", SAID)])
    assert replace(state, view=state.view.change(gamma=4.0)).zoomed_as(state).zoom == ZOOM
    assert replace(state, present=True, slopes=False).zoomed_as(state).zoom == ZOOM
    assert replace(state, scale="log").zoomed_as(state).zoom == ZOOM[:1]
    assert replace(state, view=View.of("bce_with_logits", "logit")).zoomed_as(state).zoom == ZOOM[:1]
    assert replace(state, view=View.of("focal", "margin")).zoomed_as(state).zoom == ()
    assert replace(state, view=View.of("mse", "residual")).zoomed_as(state).zoom == ()
    assert replace(state, show="surface").zoomed_as(state).zoom == ()


def test_with_the_slope_in_another_coordinate_the_loss_is_the_same():
    state, _ = Explore.nearest([("loss", "focal"), ("slice", "probability"), ("zoom", "value:0:1,gradient:-3:0")])
    turned = replace(state, view=replace(state.view, gradient="logit"))
    assert turned.zoomed_as(state).zoom == (("value", (0.0, 1.0)),)


def test_on_compare_it_lasts_through_another_curve_and_goes_with_its_axis():
    state, _ = nearest([("curve", "focal"), ("curve", "bce_with_logits"), ("slice", "logit"), ("zoom", SAID)])
    assert state.add("balanced_focal").zoomed_as(state).zoom == ZOOM
    assert state.activate(0).zoomed_as(state).zoom == ZOOM
    assert replace(state, norm=1.0).zoomed_as(state).zoom == ZOOM
    assert replace(state, against=1).zoomed_as(state).zoom == ZOOM
    assert replace(state, scale="log").zoomed_as(state).zoom == ZOOM[:1]
    assert state.along("p_t").zoomed_as(state).zoom == ()
    assert state.within("x", -3.0, 3.0).zoomed_as(state).zoom == ()


def test_a_scene_turned_to_another_axis_is_shown_whole():
    lecture, _ = Lecture.nearest([("scene", "s1"), ("slice", "logit"), ("zoom", SAID)])
    assert lecture.after("reveal").zoom == lecture.after("present").zoom == ZOOM
    assert lecture.after("axis").zoom == lecture.after("next").zoom == ()


def test_a_hand_is_heard_once_and_only_of_the_picture_that_is_drawn(monkeypatch):
    told = {"chart stamp": "now", "chart": {"zoom": {"text": SAID, "stamp": "now", "time": 1}}}
    monkeypatch.setattr(st, "session_state", told)
    assert heard_zoom("chart", (), PANES) == ZOOM
    assert heard_zoom("chart", (), PANES) == (), "it is no news any more"
    told["chart"] = {"zoom": {"text": "", "stamp": "now", "time": 2}}
    assert heard_zoom("chart", ZOOM, PANES) == (), "all of it again"
    for odd in ({"text": SAID, "stamp": "before"}, {"text": "x:9:1", "stamp": "now"}, {"stamp": "now", "text": 3}):
        told["chart"] = {"zoom": odd}
        assert heard_zoom("chart", ZOOM[:1], PANES) == ZOOM[:1], odd


def test_what_is_taken_along_shows_the_same_piece():
    state, _ = Explore.nearest([("loss", "focal"), ("slice", "logit"), ("zoom", SAID)])
    figure = explore.taken(state).zoomed(state.zoom)
    code = script(figure, "losslib")
    assert "xlim=(-2.0, 3.5)" in code
    assert '"loss", dict(value="linear"), (0.0, 0.25)' in code
    _, layout, _ = figure_in(page_html(figure))
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"] == [-2.0, 3.5]
    assert layout["yaxis"]["range"] == [0.0, 0.25]
    many, _ = nearest([("curve", "focal"), ("slice", "logit"), ("zoom", SAID)])
    assert compare.taken(many).ends == (-2.0, 3.5)
    plane = Plane(View("focal", "plane", points=5), "value", ("z", "t", "loss")).zoomed((("y", (0.2, 0.6)),))
    assert "axis.set(ylim=(0.2, 0.6))" in script(plane, "torch")
    assert plane.figure().layout.yaxis.range == (0.2, 0.6)
    assert plotted([View("focal")]).zoomed(()).ends is None


def test_a_narrow_piece_has_two_ends_in_a_script():
    state, _ = Explore.nearest([("loss", "focal"), ("zoom", "value:0.69314718:0.69314719")])
    assert "(0.69314718, 0.69314719)" in script(explore.taken(state).zoomed(state.zoom), "torch")
