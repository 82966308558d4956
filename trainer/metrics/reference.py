"""Prints the figures that the tests of this folder hold the metrics to: other people's code on made-up numbers.

python3 -m venv .venv && .venv/bin/pip install numpy==2.4.6 scipy==1.17.1 prdc==0.2 scikit-learn
.venv/bin/python trainer/metrics/reference.py
"""

import json

import numpy as np
from prdc import compute_prdc
from scipy.linalg import sqrtm
from scipy.stats import entropy


def made_up(count, size, seed):
    """The numbers of `madeUpPoints` in points-fixture.ts: multiples of 1/1024, so exact in float32."""
    i, j = np.indices((count, size)) + 1
    mixed = (i * i * 31 + j * j * 17 + i * j * 7 + seed * 97 * (i + 3 * j)) % 1021
    return mixed / 1024


def frechet(a, b):
    difference = a.mean(0) - b.mean(0)
    a, b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return difference @ difference + np.trace(a + b - 2 * np.real(sqrtm(a @ b)))


def kid(a, b):
    """Unbiased MMD² with the cubic kernel, term by term (Bińkowski et al. 2018, equation 4 and section 4)."""
    kernel = lambda x, y: (x @ y.T / a.shape[1] + 1) ** 3
    within = lambda x: (kernel(x, x).sum() - np.trace(kernel(x, x))) / (len(x) * (len(x) - 1))
    return within(a) + within(b) - 2 * kernel(a, b).mean()


real, fake = made_up(70, 6, 1), made_up(60, 6, 2) * 0.75 + 0.125
probabilities = made_up(40, 10, 3) + 0.01
probabilities /= probabilities.sum(1, keepdims=True)
marginal = probabilities.mean(0)
print(
    json.dumps(
        {
            "frechet": frechet(real, fake),
            "kid": kid(real, fake),
            "prdc": {k: float(v) for k, v in compute_prdc(real, fake, 5).items()},
            "classifierScore": np.exp(np.mean([entropy(row, marginal) for row in probabilities])),
            "confidence": probabilities.max(1).mean(),
            "histogram": np.bincount(probabilities.argmax(1), minlength=10).tolist(),
        },
        indent=2,
    )
)
