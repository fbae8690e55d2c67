"""What stands in a run's files where a list, a mapping or a single value is expected; anything else is told, not used.

In: mappings read from files that anybody may have edited. Out: the same without values of another kind, and sentences.
Not here: reading the files.
"""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["checked"]


def checked(
    values: Mapping[str, Any],
    place: str,
    problems: list[str],
    *,
    singles: Iterable[str] = (),
    lists: Iterable[str] = (),
    mappings: Iterable[str] = (),
) -> dict[str, Any]:
    """The values, None in place of each that is of another kind than expected; what is not named stays as it is.

    Args:
        values: The content of a file, or a part of it.
        place: Where it is from, such as `summary.json: run`.
        problems: Gets one sentence for each value of another kind.
        singles: The keys of texts, numbers, truth values.
        lists: The keys of lists.
        mappings: The keys of mappings.
    """
    wrong = [
        *((key, "a single value") for key in singles if isinstance(values.get(key), list | Mapping)),
        *((key, "a list") for key in lists if not isinstance(values.get(key), list | None)),
        *((key, "a mapping") for key in mappings if not isinstance(values.get(key), Mapping | None)),
    ]
    problems += [f"{place}: '{key}' must be {kind}, got {type(values[key]).__name__}" for key, kind in wrong]
    return {**values, **dict.fromkeys(key for key, _ in wrong)}
