"""What differs from the commit, to be read by people: a patch that `git apply` understands.

In: two listings and the contents of what differs. Out: text. Not here: the exact capture (snapshot.py); this one leaves
out what is only converted and what is too large.
"""

from collections.abc import Mapping, Sequence

from ssvae.errors import RunDirectoryError
from ssvae.runs.git_command import GitError, isolated, run_git
from ssvae.runs.source.bare import scratch_repository
from ssvae.runs.source.left_out import LeftOut, shown
from ssvae.runs.source.objects import Listing, Objects

__all__ = ["patch_between"]

_LARGEST_PATCH = 20_000_000  # bytes; more than this is data, not code

_OPTIONS = (
    "-r",
    "-p",
    "--binary",
    "--full-index",
    "--no-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)


def patch_between(
    before: Listing,
    after: Listing,
    blobs: Mapping[str, bytes],
    algorithm: str,
    left_out: Sequence[LeftOut] = (),
    num_absent: int = 0,
) -> bytes:
    """The patch from one listing to another.

    Args:
        before: What was committed, of the paths that differ.
        after: What lies on the disk.
        blobs: Contents by name.
        algorithm: The object format of the names.
        left_out: Named at the beginning, with the reason.
        num_absent: How many files a sparse checkout leaves out; they are counted at the beginning.
    """
    header = b"".join(
        b"# Not in this patch: %s: %s\n" % (_line(item), item.reason.encode()) for item in left_out
    )
    if num_absent:
        header += b"# Not in this patch: %d files that a sparse checkout leaves out\n" % num_absent
    if before == after:
        return header
    objects = Objects(algorithm)
    objects.add_named(blobs)
    try:
        trees = objects.add_tree(before), objects.add_tree(after)
        with scratch_repository(objects) as repository:
            command = ("-c", "core.quotePath=false", "diff-tree", *_OPTIONS, *trees)
            patch = run_git(repository, *command, variables=isolated(repository))
    except (GitError, RunDirectoryError) as error:  # the second when there is no room for temporary files
        return header + f"# No patch: {error}\n".encode()
    if len(patch) > _LARGEST_PATCH:
        return header + f"# No patch: it has {len(patch):,} bytes, more than {_LARGEST_PATCH:,}.\n".encode()
    return header + patch


def _line(item: LeftOut) -> bytes:
    """The path, on one line whatever it holds."""
    return shown(item.path).replace("\n", "\\n").encode()
