import gzip
import hashlib
import os

import numpy as np
import pytest

from ssvae.data.idx import IdxFile, missing_idx, read_idx
from ssvae.errors import DataError

ARRAYS = {
    "train-images": np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2),
    "train-labels": np.array([0, 1, 2, 0, 1, 2], np.uint8),
    "test-images": np.arange(4 * 4, dtype=np.uint8).reshape(4, 2, 2),
    "test-labels": np.array([2, 1, 0, 2], np.uint8),
}
HEADERS = {
    "train-images": bytes.fromhex("00000803 00000006 00000002 00000002"),
    "train-labels": bytes.fromhex("00000801 00000006"),
    "test-images": bytes.fromhex("00000803 00000004 00000002 00000002"),
    "test-labels": bytes.fromhex("00000801 00000004"),
}
CONTENT = {name: HEADERS[name] + array.tobytes() for name, array in ARRAYS.items()}
FILES = [IdxFile(name, ARRAYS[name].shape, hashlib.md5(CONTENT[name]).hexdigest()) for name in ARRAYS]


def write(folder, *, compressed=False, leave_out=(), **changed):
    """The four files, some left out, some with other content (dashes in their names as underscores)."""
    folder.mkdir(exist_ok=True)
    for name, content in CONTENT.items():
        content = changed.get(name.replace("-", "_"), content)
        if name not in leave_out:
            target = folder / (f"{name}.gz" if compressed else name)
            target.write_bytes(gzip.compress(content) if compressed else content)


@pytest.mark.parametrize("compressed", [False, True])
def test_what_was_written_is_read(tmp_path, compressed):
    write(tmp_path, compressed=compressed)
    for array, expected in zip(read_idx("mnist", FILES, [tmp_path]), ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(array, expected)


def test_a_file_is_read_once_and_again_when_it_is_another(tmp_path, monkeypatch):
    write(tmp_path, compressed=True)
    first = read_idx("mnist", FILES, [tmp_path])
    unpacked, decompress = [], gzip.decompress
    monkeypatch.setattr(gzip, "decompress", lambda content: unpacked.append(1) or decompress(content))
    again = read_idx("mnist", FILES, [tmp_path])
    assert all(one is other for one, other in zip(first, again, strict=True))
    assert not unpacked
    path = tmp_path / "test-labels.gz"
    before, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as `cp -p` does
    with pytest.raises(DataError, match="test-labels"):
        read_idx("mnist", FILES, [tmp_path])
    assert len(unpacked) == 1


def test_what_is_kept_cannot_be_written_into(tmp_path):
    write(tmp_path)
    assert not any(array.flags.writeable for array in read_idx("mnist", FILES, [tmp_path]))


def test_compressed_and_raw_files_may_be_mixed(tmp_path):
    write(tmp_path, leave_out=["test-images"])
    write(tmp_path, compressed=True, leave_out=["train-images", "train-labels", "test-labels"])
    assert missing_idx("mnist", FILES, [tmp_path]) is None
    np.testing.assert_array_equal(read_idx("mnist", FILES, [tmp_path])[2], ARRAYS["test-images"])


def test_a_compressed_file_without_the_ending_is_read(tmp_path):
    write(tmp_path, train_labels=gzip.compress(CONTENT["train-labels"]))
    np.testing.assert_array_equal(read_idx("mnist", FILES, [tmp_path])[1], ARRAYS["train-labels"])


def test_the_first_complete_folder_is_used(tmp_path):
    half, first, second = (tmp_path / name for name in ("half", "first", "second"))
    write(half, leave_out=["test-labels"])
    write(first)
    write(second, train_images=b"never looked at")
    assert missing_idx("mnist", FILES, [tmp_path / "none", half, first, second]) is None
    assert len(read_idx("mnist", FILES, [tmp_path / "none", half, first, second])) == 4


def test_one_missing_file_is_named_with_its_folder(tmp_path):
    write(tmp_path, leave_out=["train-images"])
    message = (
        f"data=mnist: train-images(.gz) is not in {tmp_path}. "
        "Put the four IDX files there, set data.root, or use data=digits."
    )
    assert missing_idx("mnist", FILES, [tmp_path]) == message
    with pytest.raises(DataError, match=r"train-images\(\.gz\) is not in "):
        read_idx("mnist", FILES, [tmp_path])


def test_several_missing_files_and_folders_are_all_named(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    assert missing_idx("mnist", FILES, folders) == (
        "data=mnist: train-images(.gz), train-labels(.gz), test-images(.gz) and test-labels(.gz) are not in "
        f"{folders[0]}, {folders[1]} or {folders[2]}. "
        "Put the four IDX files into one of these folders, set data.root, or use data=digits."
    )


def test_a_folder_with_some_of_the_files_is_the_one_meant(tmp_path):
    write(tmp_path / "b", leave_out=["test-images", "test-labels"])
    message = missing_idx("mnist", FILES, [tmp_path / "a", tmp_path / "b"])
    assert f"test-images(.gz) and test-labels(.gz) are not in {tmp_path / 'b'}. Put the four" in message


DAMAGED = {
    "wrong magic": (
        b"\x89PNG" + CONTENT["train-images"][4:],
        "begins with the bytes 89 50 4e 47, expected 00 00 08 03",
    ),
    "float type": (
        b"\0\0\x0d\x03" + CONTENT["train-images"][4:],
        "begins with the bytes 00 00 0d 03, expected 00 00 08 03",
    ),
    "labels for images": (CONTENT["train-labels"], "begins with the bytes 00 00 08 01, expected 00 00 08 03"),
    "test for train": (
        CONTENT["test-images"],
        r"the shape of its array is \(4, 2, 2\), expected \(6, 2, 2\)",
    ),
    "cut short": (CONTENT["train-images"][:-5], "it has 35 bytes, expected 40"),
    "header cut short": (CONTENT["train-images"][:10], "it has 10 bytes, expected 40"),
    "too long": (CONTENT["train-images"] + b"\0", "it has 41 bytes, expected 40"),
    "one pixel": (
        CONTENT["train-images"][:-1] + b"\0",
        r"the MD5 of its content is [0-9a-f]{32}, expected [0-9a-f]{32}",
    ),
    "empty": (b"", "begins with the bytes , expected 00 00 08 03"),
}


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_is_not_the_one_expected_is_refused(tmp_path, damage, compressed):
    content, message = DAMAGED[damage]
    write(tmp_path, compressed=compressed, train_images=content)
    with pytest.raises(
        DataError,
        match=rf"data=mnist: .*train-images(\.gz)? is not the file expected: .*{message}.*Replace it by the original",
    ):
        read_idx("mnist", FILES, [tmp_path])


def test_label_files_that_were_swapped_are_refused(tmp_path):
    write(tmp_path, train_labels=CONTENT["test-labels"], test_labels=CONTENT["train-labels"])
    with pytest.raises(DataError, match=r"train-labels is not .* array is \(4,\), expected \(6,\)"):
        read_idx("mnist", FILES, [tmp_path])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(CONTENT["train-images"])[:-9], "Compressed file ended before"),
        (gzip.compress(CONTENT["train-images"])[:10] + b"\7" * 9, "Error -3 while decompressing"),
        (gzip.compress(CONTENT["train-images"])[:-8] + b"\0" * 8, "CRC check failed"),
    ],
    ids=["cut short", "bits flipped", "wrong CRC"],
)
def test_a_damaged_compressed_file_is_refused(tmp_path, content, reason):
    write(tmp_path, train_images=content)
    with pytest.raises(
        DataError, match=rf"train-images cannot be read: {reason}.*copy it again, or use data=digits"
    ):
        read_idx("mnist", FILES, [tmp_path])
