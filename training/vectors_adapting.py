"""Low-rank adapters (Hu et al. 2021, LoRA) are learned here, with torch, which no user needs.

Three questions at once: EDOS's (sexist), ours (harm) and which form; beside them EDOS's finest
labels, and that one line written in several scripts means the same (Khosla et al. 2020).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as still_functions

from romduol.analysis.triage.vectors.encoder import ASK, HEADS, SIZE
from romduol.analysis.triage.vectors.weights import Layer, Linear, Norm, Weights, unpacked
from training.vectors_rows import LONGEST, Taught

PARTS = ("asked", "gathered", "wide", "narrow")
FIRST = 3  # the lowest layers stay as they are
RANK, SCALE = 16, 2.0
LOUD = 16.0  # vectors have length one and lie close together: the heads hear them louder
PEAK, HEADS_PEAK, WARM, DECAY, SLOW = 5e-4, 3e-3, 0.06, 0.01, 0.98
BATCH, LINES, SINGLE, OURS_EVERY = 32, 4, 32, 1
DROPPED, FORMS_COUNT, KINDS_COUNT, SAME_COUNTS, HEAT = 0.1, 3.0, 0.4, 0.2, 0.1
KINDS = 12  # EDOS's eleven finest labels, and none
SEED = 20261122
LOW = torch.bfloat16
Arrays = dict[str, np.ndarray]


class Moved(torch.nn.Module):
    """A matrix that stays, and a product of two thin ones that is learned beside it."""

    def __init__(self, still: Linear, *, learns: bool) -> None:
        super().__init__()
        out, into = still.matrix.shape
        self.learns = learns
        self.register_buffer("matrix", torch.from_numpy(still.matrix).to(LOW))
        self.register_buffer("bias", torch.from_numpy(still.bias).to(LOW))
        if learns:
            self.down = torch.nn.Parameter(torch.randn(RANK, into) * into**-0.5)
            self.up = torch.nn.Parameter(torch.zeros(out, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """In bfloat16, added up in float32."""
        low = x.to(LOW)
        said = still_functions.linear(low, self.matrix, self.bias)
        if not self.learns:
            return said
        beside = still_functions.linear(low, self.down.to(LOW))
        return said + SCALE * still_functions.linear(beside, self.up.to(LOW))


class Block(torch.nn.Module):
    """One layer of the encoder, as ``romduol.analysis.triage.vectors.encoder`` has it."""

    def __init__(self, layer: Layer, *, learns: bool) -> None:
        super().__init__()
        self.parts = torch.nn.ModuleDict(
            {part: Moved(getattr(layer, part), learns=learns) for part in PARTS}
        )
        self.first, self.second = _norm(layer.after_gathering), _norm(layer.after)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """``there`` says which tokens are of the text."""
        texts, tokens, _ = x.shape
        asked = self.parts["asked"](x).view(texts, tokens, 3, HEADS, SIZE // HEADS)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        seen = still_functions.scaled_dot_product_attention(query, key, value, attn_mask=there)
        seen = seen.transpose(1, 2).reshape(texts, tokens, SIZE)
        x = self.first(x + self.parts["gathered"](seen).float())
        wide = still_functions.gelu(self.parts["wide"](x), approximate="tanh")
        return self.second(x + self.parts["narrow"](wide).float())


class Model(torch.nn.Module):
    """The encoder with adapters, and a row of heads for all questions."""

    def __init__(self, weights: Weights, begin: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("places", torch.from_numpy(weights.places[:LONGEST].copy()))
        self.before = _norm(weights.before)
        self.blocks = torch.nn.ModuleList(
            Block(layer, learns=n >= FIRST) for n, layer in enumerate(weights.layers)
        )
        self.heads = torch.nn.Linear(SIZE, len(begin))
        torch.nn.init.zeros_(self.heads.weight)
        self.heads.bias.data = torch.from_numpy(begin.astype(np.float32))

    def vectors(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Vectors of the texts whose pieces' vectors are ``x`` (texts, tokens, size).

        Centred on these texts together: were the middle fixed, the cheapest lesson for rare answers
        would be to move all vectors away from it, and they would all become alike.
        """
        there = torch.arange(x.shape[1])[None, :] < lengths[:, None]
        mask = there[:, None, None, :]
        x = self.before(x + self.places[: x.shape[1]])
        for block in self.blocks:
            x = block(x, mask)
        mean = (x * there[..., None]).sum(1) / lengths[:, None]
        unit = still_functions.normalize(mean, dim=-1)
        return unit - unit.mean(dim=0)

    def said(self, vectors: Tensor) -> Tensor:
        """What every head says of each vector, some of it dropped while learning."""
        heard: Tensor = self.heads(still_functions.dropout(LOUD * vectors, DROPPED, self.training))
        return heard


def adapted(
    weights: Weights,
    taught: tuple[Taught, Taught],
    epochs: int,
    kept: Callable[[int, Arrays], None],
    onward: Arrays | None = None,
) -> Arrays:
    """What was learned after ``epochs`` over the public rows; ``kept`` is called after each.

    It is learned onward from what was learned before, where that is given.
    """
    torch.manual_seed(SEED)
    model = Model(weights, _begin(taught))
    if onward is not None:
        _put_back(model, onward)
    learned = [one for one in model.parameters() if one.requires_grad]
    slow = [one.detach().clone() for one in learned]
    heads = {id(one) for one in model.heads.parameters()}
    mover = torch.optim.AdamW(
        [
            {"params": [one for one in learned if id(one) not in heads], "peak": PEAK},
            {"params": [one for one in learned if id(one) in heads], "peak": HEADS_PEAK},
        ],
        weight_decay=DECAY,
        betas=(0.9, 0.99),
    )
    ids = (_ids(weights, taught[0]), _ids(weights, taught[1]))
    many, done, lost, began = epochs * (len(ids[0]) // BATCH), 0, 0.0, time.time()
    for epoch in range(epochs):
        for batch in _steps(weights, taught, ids, epoch):
            done += 1
            share = min(done / (WARM * many), (many - done) / (many * (1 - WARM)))
            for group in mover.param_groups:
                group["lr"] = group["peak"] * max(share, 0.0)
            mover.zero_grad()
            loss = sum(_loss(model, part) for part in batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            mover.step()
            stays = min(SLOW, done / (done + 10))
            torch._foreach_lerp_(slow, [one.detach() for one in learned], 1 - stays)
            lost += loss.item()
            if done % 20 == 0:
                print(
                    f"{done:5} of {many}  {lost / 20:.4f}  {time.time() - began:.0f} s", flush=True
                )
                lost = 0.0
        kept(epoch, _arrays(model, learned, slow))
    return _arrays(model, learned, slow)


def _begin(taught: tuple[Taught, Taught]) -> np.ndarray:
    """The log-odds of each answer before anything is learned."""
    public, ours = taught
    kinds = np.bincount(public.kind[public.kind >= 0], minlength=KINDS) + 1.0
    some = [public.sexist, ours.harm, *np.concatenate([public.forms, ours.forms]).T]
    share = np.array([(one[one >= 0].sum() + 1) / ((one >= 0).sum() + 2) for one in some])
    return np.append(np.log(share / (1 - share)), np.log(kinds / kinds.sum()))


def _arrays(model: Model, learned: Sequence[Tensor], slow: Sequence[Tensor]) -> Arrays:
    """The slow averages by name, as what is added to each matrix and what the heads weigh."""
    where = {id(one): n for n, one in enumerate(learned)}
    got: Callable[[Tensor], np.ndarray] = lambda one: slow[where[id(one)]].numpy()  # noqa: E731
    found = {"heads": LOUD * got(model.heads.weight), "bias": got(model.heads.bias)}
    for n, block in list(enumerate(model.blocks))[FIRST:]:
        for part in PARTS:
            found[f"{n}.{part}.down"] = got(block.parts[part].down)
            found[f"{n}.{part}.up"] = SCALE * got(block.parts[part].up)
    return found


def _put_back(model: Model, arrays: Arrays) -> None:
    """``_arrays`` backwards."""
    model.heads.weight.data = torch.from_numpy(arrays["heads"] / LOUD)
    model.heads.bias.data = torch.from_numpy(arrays["bias"].copy())
    for n, block in list(enumerate(model.blocks))[FIRST:]:
        for part in PARTS:
            block.parts[part].down.data = torch.from_numpy(arrays[f"{n}.{part}.down"].copy())
            block.parts[part].up.data = torch.from_numpy(arrays[f"{n}.{part}.up"] / SCALE)


def _norm(how: Norm) -> torch.nn.LayerNorm:
    norm = torch.nn.LayerNorm(SIZE, eps=how.epsilon)
    norm.weight = torch.nn.Parameter(torch.from_numpy(how.scale.copy()), requires_grad=False)
    norm.bias = torch.nn.Parameter(torch.from_numpy(how.shift.copy()), requires_grad=False)
    return norm


def _loss(model: Model, part: dict[str, Tensor]) -> Tensor:
    vectors = model.vectors(part["x"], part["lengths"])
    said, counted = model.said(vectors), part["counted"]
    forms = said.shape[1] - KINDS
    total = _answered(said[:, 0], part["sexist"], counted)
    total = total + _answered(said[:, 1], part["harm"], counted)
    total = total + FORMS_COUNT * _answered(said[:, 2:forms], part["forms"], counted[:, None])
    known = part["kind"] >= 0
    if bool(known.any()):
        kinds = still_functions.cross_entropy(said[known, forms:], part["kind"][known])
        total = total + KINDS_COUNT * kinds
    return total + SAME_COUNTS * _same(vectors, part["meaning"])


def _answered(said: Tensor, answers: Tensor, counted: Tensor) -> Tensor:
    """Cross-entropy where there is an answer."""
    known = (answers >= 0) * counted
    lost = still_functions.binary_cross_entropy_with_logits(
        said, answers.clamp(min=0), reduction="none"
    )
    return (lost * known).sum() / known.sum().clamp(min=1.0)


def _same(vectors: Tensor, meaning: Tensor) -> Tensor:
    """One line in several scripts is nearer to itself than to other lines; 0 without any."""
    unit = still_functions.normalize(vectors, dim=-1)
    self = torch.eye(len(meaning), dtype=torch.bool)
    near = (unit @ unit.T / HEAT).masked_fill(self, -1e9)
    same = (meaning[:, None] == meaning[None, :]) & ~self
    log = near - near.logsumexp(1, keepdim=True)
    many = same.sum(1)
    each = (log * same).sum(1) / many.clamp(min=1)
    return -each.sum() / (many > 0).sum().clamp(min=1)


def _steps(
    weights: Weights, taught: tuple[Taught, Taught], ids: tuple[list[np.ndarray], ...], epoch: int
) -> Iterator[list[dict[str, Tensor]]]:
    """Batches in a drawn order: of public rows of like length, one in so many also of ours."""
    draw = random.Random(SEED + epoch)  # noqa: S311 - anybody can draw the same again
    order = sorted(range(len(ids[0])), key=lambda n: len(ids[0][n]) + draw.random() * 3)
    batches = [order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH)]
    draw.shuffle(batches)
    grown, alone = _grown(taught[1]), _alone(taught[1], ids[1])
    for turn, rows in enumerate(batches):
        parts = [(0, rows)]
        if turn % OURS_EVERY == 0:
            start = draw.randrange(len(alone) - SINGLE)
            lines = [draw.choice(rows) for one in draw.sample(grown, LINES) for rows in one]
            parts += [(1, lines), (1, alone[start : start + SINGLE])]
        yield [_part(weights, taught[side], ids[side], some) for side, some in parts]


def _grown(ours: Taught) -> list[list[list[int]]]:
    """For each line of the grammar its rows in each script."""
    lines: dict[str, dict[str, list[int]]] = {}
    for n, row in enumerate(ours.rows):
        lines.setdefault(row.maker, {}).setdefault(row.source, []).append(n)
    return [list(scripts.values()) for _, scripts in sorted(lines.items()) if len(scripts) > 1]


def _alone(ours: Taught, ids: Sequence[np.ndarray]) -> list[int]:
    """Lines that were written one by one, by length; those of the suite twice."""
    scripts: dict[str, set[str]] = {}
    for row in ours.rows:
        scripts.setdefault(row.maker, set()).add(row.source)
    alone = [n for n, row in enumerate(ours.rows) if len(scripts[row.maker]) == 1]
    twice = [n for n in alone if ours.rows[n].source == "suite"]
    return sorted([*alone, *twice], key=lambda n: (len(ids[n]), n % 97))


def _ids(weights: Weights, some: Taught) -> list[np.ndarray]:
    return [weights.pieces.of(ASK + copy, LONGEST) for copy in some.copies]


def _part(
    weights: Weights, some: Taught, ids: Sequence[np.ndarray], rows: list[int]
) -> dict[str, Tensor]:
    lengths = np.array([len(ids[n]) for n in rows])
    x = np.zeros((len(rows), int(lengths.max()), SIZE), np.float32)
    for place, n in enumerate(rows):
        x[place, : lengths[place]] = unpacked(weights.words[ids[n]])
    arrays = {
        "x": x, "lengths": lengths.astype(np.float32), "sexist": some.sexist[rows],
        "harm": some.harm[rows], "kind": some.kind[rows].astype(np.int64),
        "forms": some.forms[rows], "meaning": some.meaning[rows], "counted": some.counted[rows],
    }  # fmt: skip
    return {name: torch.from_numpy(array) for name, array in arrays.items()}
