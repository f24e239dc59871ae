"""Whole runs as functions: each returns one frozen dataclass; derive by calling it and `replace`."""

RECIPES = {
    "photos": "counterfoil.recipes.photos:photos",
    "drawn": "counterfoil.recipes.drawn:drawn",
    "gnm": "counterfoil.recipes.gnm:gnm",
    "gnm_modern": "counterfoil.recipes.gnm:gnm_modern",
    "inpaint": "counterfoil.recipes.inpaint:inpaint",
    "countercurate": "counterfoil.recipes.countercurate:countercurate",
    "given": "counterfoil.recipes.given:given",
    "negclip": "counterfoil.recipes.negclip:negclip",
    "ceclip": "counterfoil.recipes.ceclip:ceclip",
    "tripletclip": "counterfoil.recipes.tripletclip:tripletclip",
    "trohn": "counterfoil.recipes.trohn:trohn",
    "trohn_text": "counterfoil.recipes.trohn:trohn_text",
}
"""How to mine, by name."""

TRAIN_RECIPES = {
    name: f"counterfoil.recipes.finetune:{name}"
    for name in (
        "finetune",
        "clip",
        "gnm",
        "neg_clip",
        "ce_clip",
        "triplet_clip",
        "ahnpl",
        "sparcl",
        "fsc",
        "sig_lip",
        "dac_svlc",
        "clic",
        "de_gla",
    )
}
"""How to train, by name."""
