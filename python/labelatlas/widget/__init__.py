"""The widget: the one room that knows anywidget.

- `protocol`: the words on the wire (standard library only; the page's half is generated from it).
- `encode`: rows, columns and pictures as bytes, and back.
- `handlers`: one function for each request of the page; those that change labels stand in `label_requests`, those about
  selection and colours in `look_requests`.
- `facts`: the labels' small facts, as traits.
- `session`: what an open map knows beside these two: selection, findings, what is shown of a row.
- `findings`: the rooms of label errors and label shift, put together.
- `review`: suspects judged one by one: the face of `review_desk`, over `review_queue` (what comes next), `review_log` (what was
  said), `review_pace`, `review_reasons` and `refit` (the search beside it); `review_issues` reads what a caller suspects, and
  `review_requests` is the page's half.
- `shift_requests`: the page's questions about domains and how the mix changed between them.
- `view`: how the map is looked at, from Python; `links`: two maps that share what is selected, pointed at and relabelled.
- `selections`: what can be done to the selection, `saved`: those kept under a name; `colours`: what the rows are coloured by.
- `still`: the picture that a reopened notebook shows.
- `label_map`: `LabelMap`, the widget over an Atlas and its Labels.
- `open_file`: a table in a file as a map, for the extension of JupyterLab (js/lab).

What may be imported here: anywidget, ipywidgets, traitlets, numpy, pillow, and the rest of labelatlas: like `atlas` and
`labels`, this room composes. To add a request: a TypedDict in protocol.py, `python js/scripts/make_protocol.py`, a golden
message in tests/protocol, a function in handlers.py and its line in `HANDLERS`.
"""

__all__: list[str] = []  # `LabelMap` is public as labelatlas.LabelMap; importing this room must stay free
