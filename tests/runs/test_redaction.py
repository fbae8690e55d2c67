import pytest

from ssvae.runs.redaction import redacted, redacted_command, redacted_words, without_secrets
from ssvae.runs.secrets import is_secret_name


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://me:hunter2@example.org/x.git", "https://example.org/x.git"),
        ("https://ghp_token@example.org/x", "https://example.org/x"),
        ("git+https://oauth2:abc@example.org/x and more", "git+https://example.org/x and more"),
        ("ssh://me:hunter2@example.org/x", "ssh://example.org/x"),
        ("postgres://me:p@ss@db:5432/x", "postgres://db:5432/x"),
        ("https://example.org/x?token=abc&page=2", "https://example.org/x?token=***&page=2"),
        (
            "https://x.org/?X-Amz-Signature=ab%2F&X-Amz-Date=1",
            "https://x.org/?X-Amz-Signature=***&X-Amz-Date=1",
        ),
        ("https://x.org/?sv=1&sig=abc%3D", "https://x.org/?sv=1&sig=***"),
        ("me:PW@host.org:group/x.git", "me@host.org:group/x.git"),
        ("a=me:PW@host/x", "a=me@host/x"),
        ("Authorization: Bearer AAA", "Authorization: Bearer ***"),
        ("curl -H 'Bearer 0123456789abcdefgh'", "curl -H 'Bearer ***'"),
        ("mysql --password AAA -v", "mysql --password *** -v"),
        ("PGPASSWORD=AAA psql", "PGPASSWORD=*** psql"),
        ("x=password:AAA", "x=password:***"),
        ("password=\"A'A", "password=***"),
        ("password=(A,A) b", "password=*** b"),
        ("{hf_tokens: {a: AAA}, n: 1}", "{hf_tokens: ***, n: 1}"),
        ('{"token": "A A\\"A"}', '{"token": "***"}'),
        ("token=https://me:AAA@b.org/c", "token=***"),
        ("sk-ant-api03-abcdefghijklmnopqrst", "***"),
        ("-----BEGIN PRIVATE KEY-----\nAAA\n-----END PRIVATE KEY-----", "-----BEGIN *** PRIVATE KEY-----"),
        ("hf_abcdefghijklmnopqrstuvwxyz", "***"),
        ("use AKIAABCDEFGHIJKLMNOP now", "use *** now"),
    ],
)
def test_addresses_lose_their_credentials(text, clean):
    assert without_secrets(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "git@host.org:group/x.git",
        "ssh://git@host.org/x",
        "https://example.org/@user/x",
        "https://example.org/x?page=2",
        "mail me@example.org",
        "or contact:me@example.org",
        "sk-learn-for-comparison-with-trees",
        "num_tokens=5 tokens=1000 tokenizer=x bypass=1 compass=2 first_pass=3",
        "token=${oc.env:TOKEN}",
        "--xla_force_host_platform_device_count=8",
        "model.kl_weight=1.0",
    ],
)
def test_what_names_no_secret_stays(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "db.password",
        "api_key",
        "apiKey",
        "API_KEY",
        "hf-token",
        "token",
        "a.b.token",
        "client_secret",
        "access_key",
        "aws_secret_access_key",
        "private_key",
        "credentials",
        "tracker.auth",
        "passwd",
        "apikey",
        "PGPASSWORD",
        "x.db_pass",
        "x.pass",
        "x.hf_tokens",
        "hf_tokens.mine",
        "password.value",
        "JAX_TOKEN",
        "OMP_SECRET",
    ],
)
def test_names_of_secrets(key):
    assert is_secret_name(key)
    assert redacted(key, "sesame") == "***"


@pytest.mark.parametrize(
    "key",
    [
        "tokenizer",
        "num_tokens",
        "max_tokens",
        "num_token",
        "author",
        "key",
        "random_key",
        "keyboard",
        "authority",
        "passes",
        "model.kl_weight",
        "secretary",
        "token_dim",
        "cls_token",
        "bypass",
        "compass",
        "forward_pass",
        "data.max_tokens",
        "",
    ],
)
def test_names_that_only_look_like_it(key):
    assert not is_secret_name(key)
    assert redacted(key, "value") == "value"


def test_values_are_looked_into():
    settings = {
        "name": "x",
        "login": {"token": "abc", "retries": 3},
        "urls": ["https://a:b@c.org"],
        "password": None,
    }
    assert redacted("tracker", settings) == {
        "name": "x",
        "login": {"token": "***", "retries": 3},
        "urls": ["https://c.org"],
        "password": None,
    }


def test_words_of_a_command_line():
    words = [
        "train.py",
        "+tracker.token=abc",
        "--api-key",
        "abc",
        "--password=abc",
        "model.latent_dim=8",
        "--token",
        "--x",
    ]
    clean = [
        "train.py",
        "+tracker.token=***",
        "--api-key",
        "***",
        "--password=***",
        "model.latent_dim=8",
        "--token",
        "--x",
    ]
    assert redacted_words(words) == clean
    assert redacted_words(["+login={token: abc, user: me}", "data.url=https://a:b@c.org"]) == [
        "+login={token: ***, user: me}",
        "data.url=https://c.org",
    ]


@pytest.mark.parametrize(
    ("word", "clean"),
    [
        ('experiment.description="a token=AAA1"', 'experiment.description="a token=***"'),
        (
            "experiment.description='say \"password: AAA\" twice'",
            "experiment.description='say \"password: ***\" twice'",
        ),
        ("x.hf_tokens={a: AAA}", "x.hf_tokens=***"),
        ("x.db_pass=A,B", "x.db_pass=***"),
        ("run mysql --password AAA", "run mysql --password ***"),
        ("num_tokens=5", "num_tokens=5"),
    ],
)
def test_a_word_is_looked_into(word, clean):
    assert redacted_words([word]) == [clean]


def test_a_command_without_secrets_is_not_touched():
    command = "python train.py 'experiment.name=a b'  model.kl_weight=0.5,1.0"
    assert redacted_command(command) == command


def test_a_command_with_secrets():
    assert redacted_command("python train.py +token='a b' x=1") == "python train.py '+token=***' x=1"
    assert redacted_command("python train.py 'open +token=abc") == "python train.py 'open +token=***"
