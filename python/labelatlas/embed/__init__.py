"""The room that turns rows into vectors Z (n, d): texts, pictures, table columns, vectors at hand, any function.

It is the only room that loads models. It takes sequences and arrays, never frames, and gives an `Embedding`. It may import
numpy, scipy, scikit-learn, Pillow, torch, tokenizers and the libraries of models (inside functions), `labelatlas._typing`, `_random`,
`_device`, `_in_threads`, `_rows` and `exceptions`, and no other room.

To add an embedder, write one file with an `embed_...` function that takes the rows and the keyword `seed`, and an
`example(n)` that makes up arguments for n rows; then add one line to `EMBEDDERS` in `_registry.py`. The contract suite
tries it from then on.
"""

from __future__ import annotations

from labelatlas.embed._callable import embed_callable, embed_cells
from labelatlas.embed._decode import decode_image, image_peak
from labelatlas.embed._efficientnet import embed_efficientnet
from labelatlas.embed._embedding import Embedder, Embedding, InvalidRowsError
from labelatlas.embed._features import embed_features
from labelatlas.embed._files import is_vector_file, read_vectors
from labelatlas.embed._image import embed_image
from labelatlas.embed._join import join_embeddings
from labelatlas.embed._model import embed_model
from labelatlas.embed._open_clip import embed_open_clip
from labelatlas.embed._pictures import embed_pictures_by, embeds_pictures
from labelatlas.embed._registry import EMBEDDERS
from labelatlas.embed._terms_and_words import embed_terms_and_words
from labelatlas.embed._text import embed_text
from labelatlas.embed._timm import embed_timm
from labelatlas.embed._vectors import embed_vectors, vector_array
from labelatlas.embed._words import embed_words, has_words

__all__ = [
    "EMBEDDERS",
    "Embedder",
    "Embedding",
    "InvalidRowsError",
    "decode_image",
    "embed_callable",
    "embed_cells",
    "embed_efficientnet",
    "embed_features",
    "embed_image",
    "embed_model",
    "embed_open_clip",
    "embed_pictures_by",
    "embed_terms_and_words",
    "embed_text",
    "embed_timm",
    "embed_vectors",
    "embed_words",
    "embeds_pictures",
    "has_words",
    "image_peak",
    "is_vector_file",
    "join_embeddings",
    "read_vectors",
    "vector_array",
]
