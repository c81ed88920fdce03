"""Pictures by timm and open_clip beside what the libraries make of them one by one: run in a process of its own, with both on its path.

    python with_libraries.py FOLDER ANSWERS.npz

FOLDER takes the weights that are made up here: small models of random numbers, saved as a user's own would be.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from labelatlas import Atlas, embed
from labelatlas.exceptions import InputError

NAME = "test_resnet"
FEW = {"embed_dim": 16, "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16}}
FEW["text_cfg"] = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 1}


def libraries() -> tuple:
    """Return open_clip and timm.

    torchvision's compiled part fits one build of torch only. Nothing here calls it, but without it two names must be declared, or
    the rest of torchvision, which both libraries take to bring pictures to size, cannot be imported.
    """
    declared = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import open_clip
    import timm

    return declared, open_clip, timm


def pictures() -> list:
    """Return 40 pictures of several kinds and sizes, two of which cannot be read."""
    rng = np.random.default_rng(0)
    made: list = [rng.integers(0, 256, (20 + i % 7, 30, 3), dtype=np.uint8) for i in range(38)]
    made[3] = made[3][:, :, 0]
    made[5] = Image.fromarray(made[5])
    return [*made, None, b"no picture"]


def one_by_one(network, prepare, encode) -> np.ndarray:
    """Return what a library makes of each readable picture by itself, at length 1."""
    with torch.inference_mode():
        found = []
        for picture in pictures()[:38]:
            opened = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
            found.append(encode(network, prepare(opened.convert("RGB"))[None])[0].double().numpy())
    return np.stack(found) / np.linalg.norm(found, axis=1, keepdims=True)


def refused(make) -> str:
    """Return the words of an InputError."""
    try:
        make()
    except InputError as error:
        return str(error)
    return "nothing was refused"


def main(folder: Path, answers: Path) -> None:
    """Write every answer that the tests look at."""
    _declared, open_clip, timm = libraries()
    told: dict[str, np.ndarray] = {}
    words: dict[str, str] = {}
    torch.manual_seed(0)

    whole = timm.create_model(NAME, pretrained=False, num_classes=7).eval()
    torch.save(whole.state_dict(), folder / "mine.pth")
    timm.models.save_for_hf(whole, folder / "saved", model_args={"num_classes": 7})
    prepare = timm.data.create_transform(**timm.data.resolve_model_data_config(whole), is_training=False)
    told["timm"] = one_by_one(whole, prepare, lambda net, x: net.forward_head(net.forward_features(x), pre_logits=True))
    by_file = embed.embed_timm(pictures(), f"{NAME}@{folder / 'mine.pth'}")
    told |= {"timm by file": by_file.vectors, "timm missing": by_file.missing}
    told["timm again"] = embed.embed_timm(pictures(), f"{NAME}@{folder / 'mine.pth'}").vectors
    told["timm by folder"] = embed.embed_timm(pictures(), str(folder / "saved")).vectors
    words["timm name"] = by_file.name
    words["timm unknown"] = refused(lambda: embed.embed_timm(pictures(), "no_such_model"))
    words["timm not kept"] = refused(lambda: embed.embed_timm(pictures(), "resnet18.a1_in1k"))
    torch.save({"other.weight": torch.zeros(2)}, folder / "other.pth")
    words["timm other weights"] = refused(lambda: embed.embed_timm(pictures(), f"{NAME}@{folder / 'other.pth'}"))
    words["timm no file"] = refused(lambda: embed.embed_timm(pictures(), f"{NAME}@{folder / 'gone.pth'}"))

    (folder / "clip").mkdir()
    settings = {"model_cfg": FEW, "preprocess_cfg": {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}}
    (folder / "clip" / "open_clip_config.json").write_text(json.dumps(settings))
    config = folder / "clip" / "few.json"
    config.write_text(json.dumps(FEW))
    open_clip.add_model_config(config)
    clip = open_clip.create_model("few").eval()
    torch.save(clip.state_dict(), folder / "clip" / "open_clip_pytorch_model.bin")
    encode = lambda net, x: net.encode_image(x)  # noqa: E731
    _, _, prepare = open_clip.create_model_and_transforms(
        "few", pretrained=str(folder / "clip" / "open_clip_pytorch_model.bin")
    )
    told["clip"] = one_by_one(clip, prepare, encode)
    told["clip by file"] = embed.embed_open_clip(
        pictures(), f"few@{folder / 'clip' / 'open_clip_pytorch_model.bin'}"
    ).vectors
    own = open_clip.image_transform(32, is_train=False, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))
    told["clip of folder"] = one_by_one(clip, own, encode)
    told["clip by folder"] = embed.embed_open_clip(pictures(), str(folder / "clip")).vectors
    words["clip not kept"] = refused(lambda: embed.embed_open_clip(pictures(), "ViT-B-32@laion2b_s34b_b79k"))
    words["clip without weights"] = refused(lambda: embed.embed_open_clip(pictures(), "ViT-B-32"))
    words["clip unknown"] = refused(lambda: embed.embed_open_clip(pictures(), "no-such-model@laion2b_s34b_b79k"))

    frame = {"id": list(range(40)), "photo": pictures()}
    os.environ["LABELATLAS_CACHE_DIR"] = str(folder / "cache")
    atlas = Atlas.from_frame(
        frame, key="id", image="photo", embedder=f"timm:{NAME}@{folder / 'mine.pth'}", progress=False
    )
    told |= {"atlas": atlas.vectors, "atlas xy": atlas.xy, "atlas no vector": atlas.no_vector}
    words["atlas"] = atlas.embedder
    np.savez(answers, **told, words=np.array(json.dumps(words)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
