"""Losses of the field, each a pure function of a whole batch's embeddings; `docs/losses.md` lists them."""

from counterfoil.train.losses.ahnpl import Ahnpl
from counterfoil.train.losses.ce_clip import CeClip
from counterfoil.train.losses.clic import Clic
from counterfoil.train.losses.clip import Clip
from counterfoil.train.losses.dac_svlc import DacSvlc
from counterfoil.train.losses.de_gla import DeGla
from counterfoil.train.losses.fsc import Fsc
from counterfoil.train.losses.gnm import Gnm
from counterfoil.train.losses.loss import Loss, State, Terms, check_needs
from counterfoil.train.losses.neg_clip import NegClip
from counterfoil.train.losses.sig_lip import SigLip
from counterfoil.train.losses.sparcl import Sparcl
from counterfoil.train.losses.triplet_clip import TripletClip
from counterfoil.train.losses.two_way import TwoWay

LOSSES: dict[str, Loss] = {
    "clip": Clip(),
    "gnm": Gnm(),
    "neg_clip": NegClip(),
    "ce_clip": CeClip(),
    "triplet_clip": TripletClip(),
    "two_way": TwoWay(),
    "ahnpl": Ahnpl(),
    "sparcl": Sparcl(),
    "fsc": Fsc(),
    "sig_lip": SigLip(),
    "dac_svlc": DacSvlc(),
    "clic": Clic(),
    "de_gla": DeGla(),
}
"""Every loss by name, with the weights of its paper."""

__all__ = ["LOSSES", "Loss", "State", "Terms", "check_needs"]
