"""The golden messages, read by the kernel's half; `js/tests/protocol.test.ts` reads the same files."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import typing
from pathlib import Path

import numpy as np
import pytest

from labelatlas.widget import protocol
from labelatlas.widget.encode import decode_rows, encode_codes, encode_rows

HERE = Path(__file__).parent
GOLDEN = sorted(HERE.glob("*.json"))
N_LABELS = {"u16": 10, "u32": 100_000}
RESULTS = {
    "reply_describe": protocol.DescribeResult,
    "reply_edit": protocol.EditResult,
    "reply_edit_nothing": protocol.EditResult,
    "reply_undo_skipped": protocol.EditResult,
    "reply_review": protocol.ReviewResult,
    "reply_shift": protocol.ShiftResult,
    "reply_drift": protocol.DriftResult,
    "reply_domains": protocol.DomainsResult,
    "reply_domain": protocol.DomainResult,
    "reply_verdict": protocol.VerdictResult,
    "reply_explain": protocol.ExplainResult,
    "reply_conflicts": protocol.ConflictsResult,
    "reply_confusion": protocol.ConfusionResult,
    "reply_differences": protocol.DifferencesResult,
    "reply_gesture": protocol.GestureResult,
    "reply_people": protocol.PeopleResult,
    "reply_hello": protocol.HelloResult,
    "reply_colours": protocol.ColoursResult,
    "reply_colours_clusters": protocol.ColoursResult,
    "reply_colours_scale": protocol.ColoursResult,
    "reply_cohesion": protocol.CohesionResult,
    "reply_selecting": protocol.SelectingResult,
    "reply_plan": protocol.EditResult,
    "reply_history": protocol.HistoryResult,
    "reply_columns": protocol.ColumnsResult,
    "reply_facet_ticks": protocol.TicksFacet,
    "reply_facet_range": protocol.RangeFacet,
    "reply_order": protocol.OrderResult,
    "reply_search": protocol.SearchResult,
    "reply_filter": protocol.FilterResult,
}


def conforms(value, kind) -> bool:
    """Whether a JSON value is what a type of protocol.py says."""
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return value in typing.get_args(kind)
    if origin is typing.NotRequired:
        return conforms(value, typing.get_args(kind)[0])
    if origin is list:
        return isinstance(value, list) and all(conforms(v, typing.get_args(kind)[0]) for v in value)
    if typing.is_typeddict(kind):
        fields = typing.get_type_hints(kind, include_extras=True)
        needed = {name for name, field in fields.items() if typing.get_origin(field) is not typing.NotRequired}
        return (
            isinstance(value, dict)
            and needed <= set(value) <= set(fields)
            and all(conforms(v, fields[name]) for name, v in value.items())
        )
    if typing.get_args(kind):  # a union
        return any(conforms(value, part) for part in typing.get_args(kind))
    if kind is float:
        return isinstance(value, (int, float))
    return type(value) is kind or (kind is type(None) and value is None)


def messages(way):
    union = protocol.PageMessage if way == "page" else protocol.KernelMessage
    return {typing.get_args(typing.get_type_hints(m)["kind"])[0]: m for m in typing.get_args(union)}


def read(path):
    golden = json.loads(path.read_text(encoding="utf-8"))
    return golden, [(b["as"], base64.b64decode(b["base64"]), b["means"]) for b in golden["buffers"]]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_golden_message_is_what_the_protocol_says(path):
    golden, _ = read(path)
    message = golden["message"]
    kind = messages(golden["way"])[message["kind"]]
    assert conforms(message, kind)
    assert not conforms(message | {"unheard_of": 1}, kind)
    if path.stem in RESULTS:
        assert conforms(message["result"], RESULTS[path.stem])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_the_buffers_mean_what_they_say_and_are_written_the_same(path):
    golden, buffers = read(path)
    for kind, blob, means in buffers:
        if kind.startswith("rows:"):
            encoding = kind.removeprefix("rows:")
            if "rows" not in golden["message"]:  # a list in an order that matters, not a set
                assert np.frombuffer(blob, "<u4").tolist() == means
                continue
            assert decode_rows(encoding, blob, golden["n_rows"]).tolist() == means
            assert encode_rows(np.array(means, dtype=np.int64), golden["n_rows"]) == (encoding, blob)
        elif kind.startswith("codes:"):
            width, codes = encode_codes(np.array(means, dtype=np.int32), N_LABELS[kind.removeprefix("codes:")])
            assert (width, codes.tobytes()) == (kind.removeprefix("codes:"), blob)
        elif kind == "png":
            assert blob.startswith(b"\x89PNG")
        else:
            dtype = {"f32": "<f4", "u8": "u1", "i32": "<i4"}[kind]
            assert np.frombuffer(blob, dtype).tolist() == np.array(means, dtype).tolist()


def test_every_kind_of_message_has_a_golden_file():
    seen = {(golden["way"], golden["message"]["kind"]) for golden, _ in map(read, GOLDEN)}
    assert seen == {(way, kind) for way in ("page", "kernel") for kind in messages(way)}


def test_the_pages_half_of_the_protocol_is_not_stale():
    script = HERE.parents[1] / "js" / "scripts" / "make_protocol.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
