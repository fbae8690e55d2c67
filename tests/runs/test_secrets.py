import time

import pytest

from ssvae.runs.secrets import is_secret_file, is_secret_pair, secrets_in

SECRET = [
    *("password", "token", "hf_token", ".vault-token", "aws_credentials", "my_secrets.yaml", "secrets/a.txt"),
    *("gcp-key.json", ".docker/config.json", "home/.docker/config.json", ".boto", ".s3cfg", "rclone.conf"),
    *("auth.json", "apikey.txt", "infra/terraform.tfstate", ".env", "x/.env.local", "id_rsa", "deploy.key"),
    *(
        "dbPassword.txt",
        "secrets.toml",
        "client_secret_1.json",
        "hf.token",
        "token.txt",
        ".netrc",
        ".aws/config",
    ),
]
HARMLESS = [
    *(
        "tokenizer.py",
        "secrets.py",
        "password.md",
        "token.ipynb",
        "auth.sh",
        "auth_token.toml",
        "secrets/__init__.py",
    ),
    *(
        "tokens.json",
        "special_tokens_map.json",
        "num_tokens.txt",
        "tokenizer.json",
        ".env.example",
        "id_rsa.pub",
    ),
    *(
        "config.json",
        "monkey.txt",
        "random_key.npy",
        "forward_pass.png",
        "compass.csv",
        "author.txt",
        "README",
    ),
]


@pytest.mark.parametrize("path", SECRET)
def test_files_that_hold_secrets(path):
    assert is_secret_file(path)
    assert is_secret_file(path.upper())


@pytest.mark.parametrize("path", HARMLESS)
def test_files_that_only_look_like_it(path):
    assert not is_secret_file(path)


def test_a_count_and_nothing_are_no_secrets():
    assert not is_secret_pair("tokens", 5)
    assert not is_secret_pair("hf_tokens", "1e3")
    assert not is_secret_pair("password", None)
    assert is_secret_pair("password", 1234)
    assert is_secret_pair("hf_tokens", "abc")


def test_places_are_those_of_the_values():
    text = "password='a b' then https://me:pw@host/x"
    assert [text[secret.start : secret.end] for secret in secrets_in(text)] == ["a b", "me:pw@"]


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "password=",
            "--password ",
            "token:",
            "a=",
            "a='",
            'a="',
            "a:b@",
            "a.",
            "a-",
            "sk-",
            "eyJ-",
            "eyJaaaaaaaa.",
        ),
        *("Bearer ", "password={", "password='\\", "-----BEGIN PRIVATE KEY-----", "?a=", "a://b@", "hf_"),
    ],
)
def test_no_text_makes_it_slow(piece):
    began = time.process_time()
    secrets_in((piece * 20_000)[:20_000])
    assert time.process_time() - began < 1.0  # seconds; it takes a fiftieth
