"""The losses once more, written from their formulas as loops over Python numbers: slow, and plain to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import exp, inf, log

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from counterfoil.train.batches import FALSE, Embeddings, truth

Numbers = dict[str, float]
Pair = tuple[int, int]


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def lse(values: Iterable[float]) -> float:
    listed = [value for value in values if value > -inf]
    top = max(listed, default=-inf)
    return top + log(sum(exp(value - top) for value in listed)) if listed else -inf


def ce(target: float, rivals: Iterable[float]) -> float:
    return lse([target, *rivals]) - target


def relu(value: float) -> float:
    return max(0.0, value)


def softplus(value: float) -> float:
    """-log sigmoid(-value)."""
    return lse([0.0, value])


class Told:
    """A batch as lists: items with their pictures, captions and valid negatives."""

    def __init__(self, e: Embeddings, state: Mapping[str, Tensor]) -> None:
        self.e, self.layout = e, e.layout
        self.s = float(state["scale"])
        self.known = truth(e.layout).tolist()
        self.v, self.t = e.image_ID.tolist(), e.text_TD.tolist()
        self.image: list[int] = e.layout.image_N.tolist()
        self.text: list[int] = e.layout.text_N.tolist()
        self.items = range(len(self.image))
        foils = zip(e.layout.negative_text_NK.tolist(), e.layout.negative_image_NK.tolist(), strict=True)
        self.foils: list[list[Pair]] = [
            [(text, image) for text, image in zip(texts, images, strict=True) if max(text, image) >= 0]
            for texts, images in foils
        ]
        self.further: list[list[int]] = [
            [text for text in row if text >= 0] for row in e.layout.positive_text_NP.tolist()
        ]
        self.negatives = [[text for text, _ in row if text >= 0] for row in self.foils]
        self.with_negatives = [i for i in self.items if self.negatives[i]]

    def score(self, image: int, text: int) -> float:
        return self.s * dot(self.v[image], self.t[text])

    def false(self, image: int, text: int) -> bool:
        return bool(self.known[image][text] == FALSE)

    def originals(self) -> list[Pair]:
        return [(self.image[i], self.text[i]) for i in self.items]

    def painted(self) -> list[Pair]:
        return [(image, text) for row in self.foils for text, image in row if min(text, image) >= 0]

    def all_negatives(self) -> list[int]:
        return [text for row in self.negatives for text in row]

    def all_painted(self) -> list[int]:
        return [image for row in self.foils for _, image in row if image >= 0]

    def i2t(self, pair: Pair, texts: Iterable[int]) -> float:
        image, text = pair
        return ce(
            self.score(*pair),
            [self.score(image, other) for other in set(texts) - {text} if self.false(image, other)],
        )

    def t2i(self, pair: Pair, images: Iterable[int]) -> float:
        image, text = pair
        return ce(
            self.score(*pair),
            [self.score(other, text) for other in set(images) - {image} if self.false(other, text)],
        )

    def both(self, pairs: list[Pair], images: Iterable[int], texts: Iterable[int]) -> float:
        images, texts = set(images), set(texts)
        return mean(self.i2t(p, texts) for p in pairs) / 2 + mean(self.t2i(p, images) for p in pairs) / 2

    def clip(self) -> float:
        return self.both(self.originals(), self.image, self.text)

    def neg_clip(self) -> float:
        return self.both(self.originals(), self.image, self.text + self.all_negatives())

    def own(self, i: int) -> tuple[float, list[float]]:
        return self.score(self.image[i], self.text[i]), [
            self.score(self.image[i], text) for text in self.negatives[i]
        ]

    def own_ce(self) -> float:
        return mean(ce(*self.own(i)) for i in self.with_negatives)


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def clip(b: Told, state: Numbers) -> float:
    return b.clip()


def gnm(b: Told, state: Numbers) -> float:
    pairs = b.originals() + b.painted()
    return b.both(pairs, [image for image, _ in pairs], [text for _, text in pairs])


def two_way(b: Told, state: Numbers) -> float:
    pairs = b.originals() + b.painted()
    return b.both(pairs, b.image + b.all_painted(), b.text + b.all_negatives())


def neg_clip(b: Told, state: Numbers) -> float:
    return b.neg_clip()


def triplet_clip(b: Told, state: Numbers) -> float:
    texts = b.text + b.all_negatives()
    return b.both(b.originals(), b.image, texts) + b.both(b.painted(), b.all_painted(), texts)


def rank(b: Told, threshold: float) -> float:
    hinges = []
    for i in b.items:
        true, false = b.own(i)
        hinges += [relu(threshold + logit - true) for logit in false]
    return mean(hinges)


def ce_clip(b: Told, state: Numbers) -> float:
    within = mean(lse(b.s * dot(b.t[b.text[i]], b.t[k]) for k in b.negatives[i]) for i in b.with_negatives)
    return b.neg_clip() + 0.2 * rank(b, state.get("thresholds", 0.0)) + 0.2 * within


def ahnpl(b: Told, state: Numbers, still: Told | None = None) -> float:
    """With the step from caption to negative held still at that of another batch, as the gradient has it."""
    said = (still or b).t
    by_text, by_image = [], []
    for i in b.with_negatives:
        v, t = b.v[b.image[i]], b.t[b.text[i]]
        start = said[b.text[i]]
        moved = [[x + y - z for x, y, z in zip(v, said[k], start, strict=True)] for k in b.negatives[i]]
        true = b.own(i)[0]
        by_text.append(ce(true, [b.s * dot(t, b.t[k]) for k in b.negatives[i]]))
        by_image.append(ce(true, [b.s * dot(v, other) for other in moved]))
    return b.neg_clip() + 0.2 * (mean(by_text) + mean(by_image)) + 0.2 * rank(b, state.get("thresholds", 0.0))


def together(b: Told, further: bool) -> set[Pair]:
    pairs = set(b.originals()) | set(b.painted())
    return pairs | {(b.image[i], text) for i in b.items for text in b.further[i] if further}


def sig_lip(b: Told, state: Numbers, weight: float = 1.0, own_only: bool = False) -> float:
    yes = together(b, further=False)
    own = {(b.image[i], text) for i in b.items for text in b.negatives[i]}
    own |= {(image, b.text[i]) for i in b.items for _, image in b.foils[i] if image >= 0}
    images, texts = set(b.image), set(b.text)
    if not own_only:
        images, texts = images | set(b.all_painted()), texts | set(b.all_negatives())
    met = {(i, t) for i in images for t in texts if b.false(i, t)}
    total = sum(softplus(-b.score(*pair) - state["bias"]) for pair in yes)
    for pair in (own | met) - yes:
        total += (weight if pair in own else 1) * softplus(b.score(*pair) + state["bias"])
    return total / len(b.items)


def margin(d: float) -> float:
    if d < -2:
        return -inf
    return ((1 - (d + 2) / 2.5) * 4 + 1) * 0.5 if d <= 0.5 else 0.5


def sparcl(b: Told, state: Numbers, still: Told | None = None) -> float:
    """With the margins held still at those of another batch, as the gradient has it."""
    yes = together(b, further=True)
    no = {(i, t) for i in range(len(b.v)) for t in range(len(b.t)) if b.false(i, t)} - yes
    losses = [softplus(-b.score(*p) - state["bias"]) for p in yes] + [
        softplus(b.score(*p) + state["bias"]) for p in no
    ]
    return mean(losses) + 0.01 * sum(
        hinges(b, still or b, kind, no) for kind in ("original", "further", "foil")
    )


def hinges(b: Told, still: Told, kind: str, no: set[Pair]) -> float:
    anchors: list[tuple[int, int, int]] = []
    for i in b.items:
        if kind == "original":
            anchors.append((i, b.image[i], b.text[i]))
        elif kind == "further":
            anchors += [(i, b.image[i], text) for text in b.further[i]]
        else:
            anchors += [(i, image, text) for text, image in b.foils[i] if min(text, image) >= 0]
    total = 0.0
    for by_image in (True, False):
        above_own, above_others, above_real = [], [], []
        for i, image, text in anchors:
            if by_image:
                mine, real = {b.text[i], *b.negatives[i], *b.further[i]}, set(b.text)
                false = [(image, t) for t in range(len(b.t)) if (image, t) in no]
            else:
                mine, real = {b.image[i], *(painted for _, painted in b.foils[i])}, set(b.image)
                false = [(v, text) for v in range(len(b.v)) if (v, text) in no]
            names = {pair: pair[by_image] for pair in false}
            hard = [pair for pair in false if names[pair] in mine]
            others = [pair for pair in false if names[pair] not in mine]
            reals = [pair for pair in others if names[pair] in real]
            true = (image, text)
            for pair in hard:
                m = margin(still.score(*true) - still.score(*pair))
                above_own.append(relu(m + b.score(*pair) - b.score(*true)))
            for pair in others if hard else []:
                m = margin(max(still.score(*p) for p in hard) - max(still.score(*p) for p in others))
                above_others.append(relu(m + b.score(*pair) - max(b.score(*p) for p in hard)))
            for pair in reals:
                m = margin(still.score(*true) - max(still.score(*p) for p in reals))
                above_real.append(relu(m + b.score(*pair) - b.score(*true)))
        total += mean(above_own) + mean(above_others) + 10 * mean(above_real)
    return total


def focal(true: float, false: list[float]) -> float:
    whole = lse([true, *false])
    total = 0.0
    for place, logit in enumerate([true, *false]):
        aim = 0.02 / (1 + len(false)) + (0.98 if place == 0 else 0)
        share = exp(logit - whole)
        total += aim * (1 - share) ** 2 * -(logit - whole)
    return total


def local(b: Told, image: int, text: int) -> float:
    patches, words, real = b.e.patch_IRD, b.e.token_TWD, b.e.token_TW
    assert patches is not None
    assert words is not None
    assert real is not None
    logits = []
    for word, counts in zip(words[text], real[text], strict=True):
        if counts:
            near = torch.stack([word @ patch for patch in patches[image]])
            look = (near - near.min()) / (near.max() - near.min())
            seen = sum(a * patch for a, patch in zip(look, patches[image], strict=True)) / look.sum()
            logits.append(b.s * float(cosine_similarity(seen, word, dim=0)))
    return lse(logits)


def fsc(b: Told, state: Numbers) -> float:
    whole = mean(focal(*b.own(i)) for i in b.with_negatives)
    words = mean(
        focal(local(b, b.image[i], b.text[i]), [local(b, b.image[i], k) for k in b.negatives[i]])
        for i in b.with_negatives
    )
    return b.clip() + 0.5 * whole + 0.2 * words


def dac_svlc(b: Told, state: Numbers) -> float:
    pairs = [(i, text) for i in b.items for text in b.further[i]]
    bag = {text for _, text in pairs}
    seen = b.both([(b.image[i], text) for i, text in pairs], b.image, bag)

    def near(i: int, one: int, two: int, among: Iterable[int]) -> float:
        rivals = [b.s * dot(b.t[one], b.t[k]) for k in set(among) - {two} if b.false(b.image[i], k)]
        return ce(b.s * dot(b.t[one], b.t[two]), rivals)

    said = mean(near(i, b.text[i], k, bag) / 2 + near(i, k, b.text[i], b.text) / 2 for i, k in pairs)
    base, negatives = [], []
    for i in b.items:
        true = [b.score(b.image[i], m) for m in b.further[i]]
        if true:
            others = [b.score(b.image[i], m) for m in bag if b.false(b.image[i], m)]
            images = [b.score(j, m) for m in b.further[i] for j in set(b.image) if b.false(j, m)]
            base.append(lse(true + others + images) - lse(true))
            if b.negatives[i]:
                negatives.append(lse(true + b.own(i)[1]) - lse(true))
    return b.neg_clip() + b.own_ce() + seen + said + mean(base) + mean(negatives)


def clic(b: Told, state: Numbers) -> float:
    true = [[b.text[i], *b.further[i]] for i in b.items]
    if not b.all_negatives() and not any(b.further):
        return b.clip()
    by_place = []
    for p in range(max(map(len, true))):
        pairs = [(b.image[i], true[i][p]) for i in b.items if len(true[i]) > p]
        by_place.append(b.both(pairs, [image for image, _ in pairs], [text for _, text in pairs]))
    apart = mean(ce(b.score(b.image[i], text), b.own(i)[1]) for i in b.with_negatives for text in true[i])
    same = mean(
        sum((x - y) ** 2 for x, y in zip(b.t[row[0]], b.t[row[1]], strict=True))
        for row in true
        if len(row) > 1
    )
    return 0.5 * mean(by_place) + 0.5 * apart + same


def de_gla(b: Told, state: Numbers) -> float:
    assert b.e.teacher_image_ID is not None
    assert b.e.teacher_text_TD is not None
    tv, tt = b.e.teacher_image_ID.tolist(), b.e.teacher_text_TD.tolist()
    by_text = mean(
        ce(
            10 * dot(b.t[b.text[i]], tt[b.text[i]]),
            [10 * dot(b.t[b.text[i]], b.t[k]) for k in b.negatives[i]],
        )
        for i in b.with_negatives
    )
    apart = 0.0
    for i in b.items:
        apart += sum((x - y) ** 2 for x, y in zip(b.v[b.image[i]], tv[b.image[i]], strict=True))
        apart += sum((x - y) ** 2 for x, y in zip(b.t[b.text[i]], tt[b.text[i]], strict=True))
    return b.neg_clip() + 0.1 * b.own_ce() + 0.1 * by_text + 0.005 * apart


FORMULAS: dict[str, Callable[[Told, Numbers], float]] = {
    "clip": clip,
    "gnm": gnm,
    "two_way": two_way,
    "neg_clip": neg_clip,
    "triplet_clip": triplet_clip,
    "ce_clip": ce_clip,
    "ahnpl": ahnpl,
    "sig_lip": sig_lip,
    "sparcl": sparcl,
    "fsc": fsc,
    "dac_svlc": dac_svlc,
    "clic": clic,
    "de_gla": de_gla,
}
