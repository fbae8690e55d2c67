"""How long each figure of a report takes to draw and to compress, for a made-up model: no training, no JAX.

Command: python scripts/bench_figures.py [ROUNDS] [COMPONENTS]     (seconds)
One line per figure, the slowest first, then the sum of the twelve slowest: CPU time, which a busy machine stretches
less than time on the clock. The figures take turns, and the first round, which imports matplotlib, does not count.
"""

import io
import runpy
import statistics
import sys
import time
from pathlib import Path

from ssvae.evaluation.plots import PLOTS

ROUNDS, COMPONENTS, SLOWEST = 5, 20, 12

MODELS = (
    {"classifier": "tau"},
    {"classifier": "tau", "likelihood": "heteroscedastic"},
)
"""Between them every figure applies."""


def make_contexts(num_components: int) -> list:
    """Models of the size of the digits example: 20 components, 10 classes, 8 by 8 pixels, 100 epochs."""
    made_up = runpy.run_path(str(Path(__file__).parents[1] / "tests" / "evaluation" / "conftest.py"))
    size = {"num_components": num_components, "num_classes": 10, "latent_dim": 8, "size": 8, "epochs": 100}
    made_up["SIZES"].update(train=1200, validation=240, test=360)
    return [made_up["build_context"](**size, **model, shifts=("all",)) for model in MODELS]


def draw(name: str, contexts: list) -> tuple[float, int] | None:
    """Seconds to draw and save the pictures of a plot, and their bytes; None where it does not apply."""
    plot = PLOTS[name]
    for context in contexts:
        if plot.absence(context.config) is None and plot.not_asked(context.settings) is None:
            break
    else:
        return None
    started = time.process_time()
    result, size = plot.provide(context), 0
    for figure in result.figures.values():
        content = io.BytesIO()
        figure.savefig(content, format="png", dpi=context.settings.dpi, pil_kwargs={"compress_level": 2})
        size += content.tell()
    return time.process_time() - started, size


def main(rounds: int, num_components: int) -> None:
    """Print the table."""
    contexts = make_contexts(num_components)
    seconds: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for _ in range(rounds + 1):
        for name in PLOTS:
            if (drawn := draw(name, contexts)) is not None:
                seconds.setdefault(name, []).append(drawn[0])
                sizes[name] = drawn[1]
    medians = {name: statistics.median(found[1:]) for name, found in seconds.items()}
    slowest = sorted(medians, key=lambda name: -medians[name])
    for name in slowest:
        print(f"{name:<28}{1e3 * medians[name]:7.0f} ms {sizes[name] / 1e3:8.0f} kB")
    total = sum(medians[name] for name in slowest[:SLOWEST])
    print(
        f"{total:.2f} s for the {min(SLOWEST, len(slowest))} slowest of {len(PLOTS)}, medians of {rounds} rounds"
    )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(ROUNDS, COMPONENTS)[len(given) :])
