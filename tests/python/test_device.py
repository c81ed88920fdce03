"""Where a computation runs: one word in, one word out, or the cure."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from labelatlas._device import resolve_device
from labelatlas.exceptions import InputError


@pytest.mark.parametrize(
    ("there", "word", "place"), [(True, "auto", "cuda"), (False, "auto", "cpu"), (True, "cpu", "cpu")]
)
def test_auto_is_the_gpu_where_there_is_one_and_cpu_is_taken_at_its_word(monkeypatch, there, word, place):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert resolve_device(word) == place


def test_a_gpu_that_is_not_there_and_an_unknown_word_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="needs a GPU.*device='auto'"):
        resolve_device("cuda")
    with pytest.raises(InputError, match="one of 'auto', 'cpu', 'cuda'"):
        resolve_device("tpu")


def test_auto_says_what_torch_would_say_and_asks_it_only_where_there_may_be_a_gpu():
    code = (
        "import sys; from labelatlas._device import _has_driver, resolve_device; place = resolve_device('auto');"
        "assert ('torch' in sys.modules) == _has_driver(); import torch;"
        "assert place == ('cuda' if torch.cuda.is_available() else 'cpu')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
