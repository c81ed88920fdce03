"""All embedders by name; a new one is one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelatlas.embed import _callable, _efficientnet, _features, _image, _terms_and_words, _text, _vectors, _words
from labelatlas.embed._embedding import Embedder

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL = (
    Embedder("callable", _callable.embed_callable, _callable.example),
    Embedder("efficientnet-lite0", _efficientnet.embed_efficientnet, _efficientnet.example),
    Embedder("features", _features.embed_features, _features.example),
    Embedder("image", _image.embed_image, _image.example),
    Embedder("tf-idf + wordllama", _terms_and_words.embed_terms_and_words, _terms_and_words.example),
    Embedder("text", _text.embed_text, _text.example),
    Embedder("vectors", _vectors.embed_vectors, _vectors.example),
    Embedder("wordllama", _words.embed_words, _words.example),
)

EMBEDDERS: Mapping[str, Embedder] = {embedder.name: embedder for embedder in _ALL}
