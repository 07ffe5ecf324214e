"""The same chart in Dash, as its manual would write it: ``python dash_app.py PORT``."""

import sys

from dash import Dash, Input, Output, callback, dcc, html
from picture import OPENING, picture

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Div(
            dcc.Slider(0, 5, 0.05, value=OPENING, marks=None, id="gamma", updatemode="drag"), style={"width": 400}
        ),
        dcc.Graph(id="chart", figure=picture(OPENING)),
    ]
)


@callback(Output("chart", "figure"), Input("gamma", "value"), prevent_initial_call=True)
def redraw(gamma: float):
    """The figure at the thumb."""
    return picture(gamma)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
