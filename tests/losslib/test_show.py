"""A curve and a surface show themselves in a notebook, and never run what is in their caption."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from losslib import LOSSES, View, sample
from losslib.show import path, picture_of_curve, picture_of_surface

VIEWS = [View.of(x.key, s.key, points=9) for x in LOSSES.values() for s in x.kind.slices]


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: f"{v.loss}-{v.slice}")
def test_every_view_has_a_picture_that_is_well_formed(view):
    html = sample(view)._repr_html_()
    figure = ET.fromstring(html)
    assert figure.tag == "figure"
    assert view.loss in figure.find("figcaption").text
    assert "nan" not in re.sub(r"<figcaption>.*", "", html)
    assert "inf" not in re.sub(r"<figcaption>.*", "", html)


def test_the_line_is_scaled_into_its_box():
    assert path(np.array([0.0, 1, 2]), np.array([0.0, 5, 10]), 100, 50) == "M0.0 50.0L50.0 25.0L100.0 0.0"


def test_the_pen_is_lifted_where_the_value_is_not_finite():
    line = path(np.arange(5.0), np.array([0.0, 1, np.inf, np.nan, 2]), 100, 50)
    assert line.count("M") == 2
    assert line.count("L") == 1


def test_a_line_of_nothing_and_a_flat_line_are_drawn_without_complaint():
    assert path(np.arange(3.0), np.full(3, np.nan), 100, 50) == ""
    assert path(np.arange(3.0), np.ones(3), 100, 50) == "M0.0 50.0L50.0 50.0L100.0 50.0"


def test_a_caption_is_escaped():
    words = {"loss": "<script>alert(1)</script>"}
    for html in (picture_of_curve(np.arange(3.0), np.ones(3), np.ones(3), words), picture_of_surface(np.eye(3), words)):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_the_darkest_tile_is_the_largest_value_and_the_first_row_lies_below():
    html = picture_of_surface(np.array([[0.0, 0.0], [0.0, 1.0]]), {})
    tiles = [e.attrib for e in ET.fromstring(html).iter("rect")]
    dark = [t for t in tiles if t["fill"] == "rgb(31,119,180)"]
    assert [(t["x"], t["y"]) for t in dark] == [("160.0", "0.0")]
    assert sum(t["fill"] == "rgb(255,255,255)" for t in tiles) == 3


def test_a_large_surface_is_thinned():
    assert picture_of_surface(np.zeros((201, 201)), {}).count("<rect") <= 60**2
