"""The chart that the peers draw: focal beside BCE, the loss above its gradient, the numbers from losslib."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from losslib import Curve, View, sample

OPENING = 2.0


def curve(loss: str, **params: float) -> Curve:
    """One loss against the logit, 401 points."""
    found = sample(View.of(loss, "logit", target=1, points=401, **params))
    assert isinstance(found, Curve)
    return found


def picture(gamma: float) -> go.Figure:
    """Four lines in two panels over one x."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for name, drawn in ((f"Focal, gamma = {gamma:g}", curve("focal", gamma=gamma)), ("BCE", curve("bce_with_logits"))):
        figure.add_scatter(x=drawn.x, y=drawn.value, name=name, row=1, col=1)
        figure.add_scatter(x=drawn.x, y=drawn.gradient, name=name, row=2, col=1, showlegend=False)
    return figure.update_layout(height=640, uirevision="kept")
