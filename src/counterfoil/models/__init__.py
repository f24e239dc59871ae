"""Models: the only folder that imports model libraries.

    dual_encoder    pictures and texts to embeddings, over any dual encoder of transformers
    prepare         pictures and texts to tensors, as a model wants them
    parts           patches and words to embeddings, for losses on parts
    embedder        many pictures and texts to embeddings, in batches that threads prepare
    fingerprint     what a model computes, as a hash; ranks: the processes of a run
    matcher         pairs of a picture and a text to how well they match: blip, vqa
    language_model  how likely a causal language model finds texts
    fit             whether model, tokenizer and image processor belong together
    load            a name to a dual encoder: a folder, a hub id, a file of weights, "drawn"
    weights         a file to named tensors, whatever wrote it; torchscript: OpenAI's archives
    openai          weights under OpenAI's names to a CLIPModel
    activation      which GELU: see docs/models.md
    hosting         a checkpoint of any model of transformers or diffusers, ready to work; tiny: random
                    weights of real classes, built on the spot
    drawn           small encoders from scratch for the drawn world; convolutional: one of our own

Importing this package tells transformers' Auto classes of our own encoder, "counterfoil_drawn".
"""

from counterfoil.errors import ModelError

try:
    import torch as torch
    import transformers as transformers
except ModuleNotFoundError as missing:
    raise ModelError(
        f"models need {missing.name}, not installed: pip install 'counterfoil[torch]'"
    ) from missing

from counterfoil.models.convolutional import register
from counterfoil.models.dual_encoder import DualEncoder as DualEncoder
from counterfoil.models.load import load_dual_encoder as load_dual_encoder

register()
