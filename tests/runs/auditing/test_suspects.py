import time

import pytest

from ssvae.runs.auditing.suspects import Suspect, suspicious_lines, suspicious_names

# Put together here, so that no scanner of repositories takes them for real ones.
GITHUB = "gh" + "p_" + "a1B2" * 9
AMAZON = "AK" + "IA" + "ABCDEFGH12345678"


def kinds(line):
    return [suspect.kind for suspect in suspicious_lines("f", [line])]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("origin https://me:hunter2@git.example/x.git", "a password in a URL"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        (f"aws {AMAZON}", "an AWS access key"),
        (f"clone with {GITHUB} please", "a GitHub token"),
        ("db_password=hunter22", "a value that is named as a secret"),
        ("api_key: 'abc123def'", "a value that is named as a secret"),
        ('  "secret": "s3cr3t-value"', "a value that is named as a secret"),
        ("WANDB_API_KEY=0123456789abcdef0123", "a value that is named as a secret"),
    ],
)
def test_what_looks_like_a_secret(line, kind):
    assert kinds(line) == [kind]


@pytest.mark.parametrize(
    "line",
    [
        "https://git.example/x.git",
        "ssh://git@git.example/x.git",
        "password=***",
        "password: null",
        "num_tokens: 100000",
        "tokenizer==0.20",
        "token = self.tokens.first",
        "python train.py data.token=${oc.env:TOKEN}",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_does_not(line):
    assert kinds(line) == []


def test_the_value_is_masked_and_the_place_is_told():
    found = list(suspicious_lines("logs/train.log", ["fine", "password=correct-horse-battery"]))
    assert found == [
        Suspect("logs/train.log", 2, "a value that is named as a secret", "cor… (21 characters)")
    ]
    assert [suspect.shown for suspect in suspicious_lines("f", ["password=hunter2"])] == ["(7 characters)"]


def test_names_of_files_too():
    names = ["src/a.py", "deploy/.env", "id_rsa", "certs/server.pem", "notes/secrets.txt", "environment.txt"]
    assert [suspect.file for suspect in suspicious_names(names, "source.tar.gz")] == [
        "source.tar.gz: deploy/.env",
        "source.tar.gz: id_rsa",
        "source.tar.gz: certs/server.pem",
        "source.tar.gz: notes/secrets.txt",
    ]


@pytest.mark.parametrize(
    "piece", ["password", "a://", "eyJ", "a://b:", "token ", "secret_", "eyJaaaaaaaa.", "sk-"]
)
def test_no_text_makes_it_slow(piece):
    began = time.process_time()
    list(suspicious_lines("f", [piece * (200_000 // len(piece))]))
    assert time.process_time() - began < 2.0  # seconds; it takes a tenth
