import sys
from pathlib import Path

import pytest

from ssvae.composition.composing import composer
from ssvae.composition.guard import check
from ssvae.composition.plain import our_part, question, resolve
from ssvae.composition.words import sort_words
from ssvae.errors import ConfigError
from ssvae.experiment import mapping_from_experiment, read_experiment


def test_the_default_command_is_right(plan_of):
    plan = plan_of()
    assert not plan.is_multirun
    assert plan.words == ()
    assert len(plan.experiments) == 1


def test_three_kinds_of_mistake_in_one_message(problems_of):
    assert problems_of("prior=mixtre", "model.kl_wieght=2", "data.num_labeled=-1") == (
        "prior='mixtre' is not known. Did you mean 'mixture'? Known: geometric_mog, mixture, standard, tied, vamp.",
        "model.kl_wieght is not a setting. Did you mean model.kl_weight=2?",
        "data.num_labeled must be at least 0, got -1. Try data.num_labeled=100.",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "model=standart",
            "model='standart' is not known. Did you mean 'standard'? Known: geometric_mog, m2, m2_aug, mixture, sdgm, standard, vamp.",
        ),
        (
            "study=label_draw",
            "study='label_draw' is not known. Did you mean 'label_draws'? Known: label_draws, ",
        ),
        (
            "+model=standard",
            "+model=standard: conf/config.yaml lists model already. Type model=standard, without",
        ),
        ("++model=standard", "++model=standard: a group is chosen without a sign. Type model=standard."),
        ("model@x=standard", "model@x=standard: a group has one place here. Type model=standard."),
        (
            "~model",
            "~model: no run can do without it. Choose one of: geometric_mog, m2, m2_aug, mixture, sdgm, standard, vamp.",
        ),
        ("data=null", "data=null: every run needs exactly one of: digits, mnist, synthetic."),
        ("data=[digits]", "data=[digits]: every run needs exactly one of: digits, mnist, synthetic."),
        ("prior=1", "prior='1' is not known. Known: geometric_mog, mixture, standard, tied, vamp."),
        (
            "debug=[default,nun]",
            "debug='nun' is not known. Did you mean 'nan'? Known: default, nan, overfit.",
        ),
        ("modle=mixture", "modle is not a setting. Did you mean model=mixture?"),
        ("+modle=mixture", "Did you mean model=mixture? (Every setting exists already; a + adds none.)"),
        (
            "++model.kl_wieght=2",
            "Did you mean model.kl_weight=2? (Every setting exists already; a + adds none.)",
        ),
        (
            "+experiment=foo",
            "experiment is not one setting but several: name, description, tags, status, on_dirty_git.",
        ),
        ("+seed=3", "+seed=3: seed exists already. Type seed=3, without the +."),
        (
            "~model.kl_weight",
            "~model.kl_weight: a setting cannot be removed, only changed. Type model.kl_weight=VALUE",
        ),
        ("model=[standard", "model=[standard cannot be read: a [ is not closed. Try 'model=[standard]'."),
        ("model={foo: 1}", "model.foo is not a setting. model=mixture has: "),
        (
            "prior.name=standard",
            "prior.name=standard chooses nothing. Type prior=standard, which brings the settings",
        ),
        ("seed.x=1", "seed.x is not a setting."),
        ("model/kl_weight=2", "The name of a setting has dots, as in model.kl_weight=VALUE."),
        ("mixture", "'mixture' is not of the form key=value. Did you mean model=mixture or prior=mixture?"),
        ("mixtre", "'mixtre' is not of the form key=value. Did you mean model=mixture or prior=mixture?"),
        ("data", "'data' needs an option. Known: data=digits, data=mnist, data=synthetic."),
        ("qqq", "'qqq' is not of the form key=value."),
        ("model.latent_dim=abc", "model.latent_dim must be a whole number, got 'abc'."),
        ("model.latent_dim=2.5", "model.latent_dim must be a whole number, got 2.5."),
        ("training.schedule=cosin", "training.schedule='cosin' is not known. Did you mean 'cosine'?"),
        ("evaluation.plots=[loss_curvs]", "evaluation.plots: 'loss_curvs' is not a component. Did you mean"),
        ("model.kl_weight=", "model.kl_weight must be a number, got ''."),
        ("model.kl_weight=???", "model.kl_weight is not set and has no default. Give it on the command line"),
        ("seed=${sed}", "seed refers to something that is not there: Interpolation key 'sed' not found."),
        ("seed=${oc.env:NOT_THERE}", "seed refers to something that is not there: "),
        (
            "prior=standard",
            "classifier=tau needs at least one component per class: the prior has 1, the data has 10",
        ),
        ("data.num_labeled=0", "classifier=tau learns from labels, and data.num_labeled is 0."),
        ("training.monitor=loss.totl", "training.monitor='loss.totl' is not measured."),
        ("hydra/launcher=jobli", "hydra/launcher='jobli' is not known."),
        ("hydra/launchr=basic", "hydra/launchr is not a group. Did you mean 'hydra/launcher'?"),
        ("hydra.run.dirr=x", "hydra.run.dirr is not a setting of Hydra. Did you mean 'hydra.run.dir'?"),
        (
            "hydra/callbacks=null",
            "hydra/callbacks=null: a group is not set to null on the command line. Leave it out.",
        ),
        (
            "study=null",
            "study=null: a group is not set to null on the command line. Type ~study to have none of it.",
        ),
        ("--epochs=5", "--epochs is not a flag. Settings are typed without dashes: training.epochs=5."),
        ("--seed=3", "--seed is not a flag. Settings are typed without dashes: seed=3."),
        (
            "--learning-rate=1",
            "--learning-rate is not a flag. Settings are typed without dashes: training.learning_rate=1",
        ),
        ("--mutlirun", "--mutlirun is not a flag. Did you mean '--multirun'?"),
        ("--qqqqq", "--qqqqq is not a flag. Settings are typed without dashes: key=VALUE."),
    ],
)
def test_one_mistake_makes_one_sentence(problems_of, words, message):
    problems = problems_of(*words.split("\n"))
    assert len(problems) == 1
    assert message in problems[0]


def test_sentences_come_in_the_order_of_the_words(problems_of):
    problems = problems_of(
        "seed=-1", "lr=1", "data.num_labeled=-1", "prior=mixtre", "--epochs", "3", "training.epochs=0"
    )
    starts = (
        "seed must",
        "lr is",
        "data.num_labeled must",
        "prior='mixtre'",
        "--epochs is",
        "training.epochs must",
    )
    assert [problem.startswith(start) for problem, start in zip(problems, starts, strict=True)] == [True] * 6


def test_a_wrong_choice_causes_no_other_mistake(problems_of):
    """The nearest option stands in, so that its settings are known and misfits are not invented."""
    assert (
        len(problems_of("model=standard", "classifier=none", "prior=mixtre", "prior.num_components=5")) == 1
    )
    assert len(problems_of("prior=standart")) == 1


def test_an_option_like_nothing_known_leaves_the_default(problems_of):
    assert problems_of("model=qqq", "data.num_labeled=-3") == (
        "model='qqq' is not known. Known: geometric_mog, m2, m2_aug, mixture, sdgm, standard, vamp.",
        "data.num_labeled must be at least 0, got -3. Try data.num_labeled=100.",
    )


def test_misfits_wait_until_every_setting_is_right(problems_of):
    assert len(problems_of("prior=standard", "seed=-1")) == 1
    assert len(problems_of("prior=standard", "data.num_labeled=5000")) == 2


def test_a_setting_of_an_option_not_chosen_is_a_mistake_even_if_the_option_exists(problems_of):
    (problem,) = problems_of("model=standard", "prior.num_components=5")
    assert "Add prior=mixture or leave it out" in problem


@pytest.mark.parametrize("word", ["debug=nan", "debug=[nan]", "debug='nan'"])
def test_an_option_may_be_called_like_a_number(plan_of, word):
    plan = plan_of(word)
    assert plan.composed.hydra["job.env_set.JAX_DEBUG_NANS"] == "1"


def test_a_group_that_may_be_empty_can_be_removed(plan_of):
    assert plan_of("~study", "~debug").experiments == plan_of().experiments


def test_two_values_for_one_key_contradict_each_other(problems_of, plan_of):
    assert problems_of("seed=1", "--set", "seed=2") == (
        "seed is given twice: seed=1 and seed=2. Keep one of them.",
    )
    assert problems_of("model=standard", "model=mixture") == (
        "model is given twice: model=standard and model=mixture. Keep one of them.",
    )
    assert plan_of("seed=1", "seed=1").experiments[0].seed == 1


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("seed=1,2", "seed=1,2 names several values. Add -m to run each of them."),
        ("seed=range(0,3)", "seed=range(0,3) names several values. Add -m to run each of them."),
        (
            "model=mixture,standard",
            "model=mixture,standard names several values. Add -m to run each of them.",
        ),
        ("experiment.tags=a,b", "Add -m to run each of them, or type 'experiment.tags=[a,b]' for one list."),
        ("experiment.description=a,b", """or type 'experiment.description="a,b"' for one text."""),
    ],
)
def test_several_values_need_multirun(problems_of, word, message):
    (problem,) = problems_of(word)
    assert message in problem


def test_old_and_new_words_make_the_same_plan(plan_of):
    old = plan_of("--set", "model.kl_weight=0.5", "--tag", "a", "--tag", "b")
    new = plan_of("model.kl_weight=0.5", "experiment.tags=[a,b]")
    assert old.experiments == new.experiments
    assert set(old.typed_keys) == set(new.typed_keys)


def test_tags_are_added_to_those_that_are_there(plan_of):
    assert plan_of("experiment.tags=[a]", "--tag", "b", "--tag", "a").experiments[0].record.tags == ("a", "b")
    assert plan_of("experiment.tags=a", "--tag", "b").experiments[0].record.tags == ("a", "b")
    assert plan_of("debug=default", "--tag", "b").experiments[0].record.tags == ("debug", "b")
    assert plan_of("--tag", "2024", "--tag", "it's, so").experiments[0].record.tags == ("2024", "it's, so")


def test_tags_cannot_be_added_to_a_sweep_over_tags(problems_of):
    (problem,) = problems_of("-m", "experiment.tags=[a],[b]", "--tag", "c")
    assert problem.startswith("--tag c cannot be added to a sweep over experiment.tags.")


class TestSweeps:
    def test_every_combination_is_a_job(self, plan_of):
        plan = plan_of("-m", "model=mixture,standard", "seed=0,1,2", "data.num_labeled=50")
        assert plan.is_multirun
        assert plan.swept_keys == ("model", "seed")
        assert [(one.model.model.name, one.seed) for one in plan.experiments] == [
            (model, seed) for model in ("mixture", "standard") for seed in (0, 1, 2)
        ]
        assert {one.data.num_labeled for one in plan.experiments} == {50}

    def test_every_form_of_sweep_is_understood(self, plan_of):
        assert [one.seed for one in plan_of("-m", "seed=range(2,5)").experiments] == [2, 3, 4]
        assert [one.seed for one in plan_of("-m", "seed=choice(4,2)").experiments] == [4, 2]
        names = [one.model.likelihood.variant for one in plan_of("-m", "likelihood=glob(*)").experiments]
        assert names == ["bernoulli", "continuous_bernoulli", "gaussian", "heteroscedastic"]

    def test_one_wrong_value_is_named_once(self, problems_of):
        (problem,) = problems_of("-m", "seed=0,-1", "model=mixture,standard")
        assert problem.startswith("seed must be at least 0")
        assert "got -1" in problem

    def test_one_wrong_option_among_several(self, problems_of):
        (problem,) = problems_of("-m", "model=mixture,standart")
        assert (
            problem
            == "model='standart' is not known. Did you mean 'standard'? Known: geometric_mog, m2, m2_aug, mixture, sdgm, standard, vamp."
        )

    def test_a_misfit_of_some_jobs_says_which(self, problems_of):
        (problem,) = problems_of("-m", "prior=mixture,standard", "model=mixture,standard")
        assert problem.startswith("classifier=tau needs at least one component per class")
        assert problem.endswith("(In 1 of 4 runs, the first: prior=standard model=mixture)")

    def test_a_setting_that_only_some_jobs_have_says_which(self, problems_of):
        (problem,) = problems_of("-m", "model=mixture,standard", "prior.num_components=20")
        assert problem.endswith("(In 1 of 2 runs, the first: model=standard prior.num_components=20)")

    def test_a_sweep_without_a_list_is_refused(self, problems_of):
        (problem,) = problems_of("-m", "seed=interval(0,3)")
        assert problem == (
            "seed=interval(0,3) has no list of values. Name them: a,b,c or range(0,3) or logspace(1e-4,1e-2,5); "
            "or say how many points to draw, as in sweep.samples=10."
        )

    def test_hydra_itself_is_not_swept_over(self, problems_of):
        (problem,) = problems_of("-m", "hydra.run.dir=a,b", "seed=0,1")
        assert problem == "hydra.run.dir=a,b: settings of Hydra itself cannot be swept over. Give one value."

    def test_a_study_can_be_a_sweep(self, plan_of):
        plan = plan_of("study=label_draws", "model=standard")
        assert plan.is_multirun
        assert plan.swept_keys == ("data.label_seed",)
        assert [one.data.label_seed for one in plan.experiments] == [0, 1, 2]
        assert {one.model.model.name for one in plan.experiments} == {"standard"}

    def test_typed_values_win_over_the_sweep_of_a_study(self, plan_of):
        assert [
            one.data.label_seed for one in plan_of("study=label_draws", "data.label_seed=7").experiments
        ] == [7]

    def test_the_configurations_checked_are_those_hydra_composes(self, plan_of, made):
        words = (
            "model=mixture,standard",
            "prior=mixture",
            "training.learning_rate=0.1,1e-3",
            "experiment.name=x",
        )
        plan = plan_of("-m", *words)
        jobs = [
            (
                f"model={model}",
                "prior=mixture",
                f"training.learning_rate={rate}",
                "experiment.name=x",
                "evaluation.plots=[none]",
            )
            for model in ("mixture", "standard")
            for rate in ("0.1", "0.001")
        ]
        composed = [read_experiment(question(resolve(our_part(made.compose(job).whole)))) for job in jobs]
        assert list(plan.experiments) == composed


class TestFiles:
    def test_settings_of_a_file_lie_under_what_is_typed(self, plan_of, tmp_path):
        file = tmp_path / "mine.yaml"
        file.write_text("prior: {name: mixture, num_components: 30}\nseed: 4\ntraining.learning_rate: 1e-3\n")
        plan = plan_of("--config", str(file), "seed=5")
        (experiment,) = plan.experiments
        assert experiment.model.prior.components == 30
        assert experiment.training.learning_rate == 0.001
        assert experiment.seed == 5
        assert plan.typed_keys == ("seed",)

    def test_a_file_may_choose(self, plan_of, tmp_path):
        file = tmp_path / "mine.yaml"
        file.write_text("model: standard\ndata: {name: synthetic, num_train: 50}\nprior.name: standard\n")
        file.write_text("model: standard\ndata: {name: synthetic, num_train: 200}\n")
        (experiment,) = plan_of("--config", str(file)).experiments
        assert experiment.model.classifier.variant == "head"
        assert experiment.data.train_size == 200

    def test_a_group_chosen_again_leaves_the_files_settings_of_it_behind(self, plan_of, tmp_path):
        file = tmp_path / "mine.yaml"
        file.write_text("prior: {name: mixture, num_components: 30}\nclassifier: none\n")
        (experiment,) = plan_of("--config", str(file), "prior=standard").experiments
        assert experiment.model.prior.variant == "standard"

    def test_a_recorded_run_can_be_run_again(self, plan_of, tmp_path):
        from datetime import datetime

        from ssvae.runs.config_file import write_config
        from ssvae.runs.git import GitFacts
        from ssvae.runs.provenance import collect_header

        words = (
            "model=standard",
            "likelihood=gaussian",
            "likelihood.std=0.2",
            'experiment.name="it\'s, so"',
            "seed=3",
        )
        (experiment,) = plan_of(*words, "--tag", "a", "evaluation.plots=[loss_curves]").experiments
        body = mapping_from_experiment(experiment)
        header = collect_header(
            body["experiment"],
            body,
            run_id="x",
            now=datetime(2026, 1, 2),
            git=GitFacts(),
            base_config="c",
            command="python train.py",
            choices={},
            cli_overrides={},
        )
        write_config(tmp_path, {**header, "status": "failed"}, body)
        (again,) = plan_of("--config", str(tmp_path / "config.yaml")).experiments
        assert again == experiment

    def test_mistakes_in_a_file_are_told_like_typed_ones(self, problems_of, tmp_path):
        file = tmp_path / "mine.yaml"
        file.write_text("model: {kl_wieght: 2}\nprior: mixtre\ntraining: {epochs: 0}\n")
        problems = problems_of("--config", str(file))
        assert any(problem.startswith("prior='mixtre' is not known.") for problem in problems)
        assert any(problem.startswith("model.kl_wieght is not a setting.") for problem in problems)
        assert any(problem.startswith("training.epochs must be at least 1") for problem in problems)


class TestThisMachine:
    def test_absent_data_is_told_with_the_other_mistakes(self, made, tmp_path):
        words = sort_words(["data=mnist", f"data.root={tmp_path}", "lr=3"])
        with pytest.raises(ConfigError) as caught:
            check(words, made, code_folder=tmp_path)
        first, second = caught.value.problems
        assert "train-images-idx3-ubyte" in first
        assert str(tmp_path) in first
        assert second.startswith("lr is not a setting.")

    @pytest.mark.parametrize("words", [["data=minst"], ["-m", "data=minst,digits"]])
    def test_files_of_data_that_was_only_guessed_are_not_missed(self, made, tmp_path, words):
        with pytest.raises(ConfigError) as caught:
            check(sort_words([*words, f"data.root={tmp_path}", "lr=3"]), made, code_folder=tmp_path)
        first, *others = caught.value.problems
        assert first.startswith("data='minst' is not known. Did you mean 'mnist'?")
        assert not any("train-images-idx3-ubyte" in problem for problem in others)
        assert any(problem.startswith("lr is not a setting.") for problem in others)

    def test_a_look_at_the_configuration_does_not_look_at_the_machine(self, plan_of, tmp_path):
        assert plan_of("data=mnist", f"data.root={tmp_path}").experiments[0].data.variant == "mnist"

    def test_a_dirty_tree_is_refused_when_asked_to(self, made, tmp_path, monkeypatch):
        from ssvae.runs import git

        def facts(folder: Path) -> git.GitFacts:
            assert folder == tmp_path
            return git.GitFacts(commit="abc1234", is_dirty=True)

        monkeypatch.setattr(git, "git_facts", facts)
        with pytest.raises(
            ConfigError, match=r"the code differs from commit abc1234\. Commit the changes, or set"
        ):
            check(sort_words(["experiment.on_dirty_git=refuse"]), made, code_folder=tmp_path)
        assert check(sort_words([]), made, code_folder=tmp_path)


class TestOwnGroups:
    @pytest.fixture
    def own(self, tmp_path):
        folder = tmp_path / "my_conf"
        (folder / "optim").mkdir(parents=True)
        (folder / "prior").mkdir()
        (folder / "optim" / "fast.yaml").write_text("# @package _global_\ntraining:\n  learning_rate: 0.1\n")
        (folder / "prior" / "mixture.yaml").write_text("name: mixture\nnum_components: 99\n")
        return folder

    @pytest.fixture
    def check_own(self, own, conf):
        def run(*words: str):
            return check(sort_words(list(words)), composer(str(conf), (own,), "config"))

        return run

    def test_an_own_group_is_added_with_a_plus(self, check_own):
        assert check_own("+optim=fast").experiments[0].training.learning_rate == 0.1

    def test_without_the_plus_the_message_says_so(self, check_own):
        with pytest.raises(
            ConfigError, match=r"optim is a group that config\.yaml does not list\. Type \+optim=fast\."
        ):
            check_own("optim=fast")

    def test_an_unknown_option_of_an_own_group(self, check_own):
        with pytest.raises(
            ConfigError, match=r"optim='fats' is not known\. Did you mean 'fast'\? Known: fast\."
        ):
            check_own("+optim=fats")

    def test_an_own_option_wins_over_ours(self, check_own):
        assert check_own("prior=mixture").experiments[0].model.prior.components == 99

    def test_a_typo_inside_an_own_file_is_found(self, check_own, own):
        (own / "optim" / "bad.yaml").write_text("# @package _global_\ntraining:\n  learning_rat: 0.1\n")
        with pytest.raises(ConfigError, match=r"training\.learning_rat is not a setting\. Did you mean"):
            check_own("+optim=bad")

    def test_a_file_that_asks_for_one_that_is_not_there(self, check_own, own):
        (own / "optim" / "bad.yaml").write_text(
            "# @package _global_\ndefaults:\n  - override /prior: mixtre\n"
        )
        with pytest.raises(
            ConfigError, match=r"asks for prior/mixtre\.yaml, which does not exist\. Did you mean 'mixture'"
        ):
            check_own("+optim=bad")

    def test_a_file_that_is_not_yaml(self, check_own, own):
        (own / "optim" / "bad.yaml").write_text("a: [1\nb: }\n")
        with pytest.raises(ConfigError, match=r"A YAML file cannot be read: .*bad\.yaml"):
            check_own("+optim=bad")


def test_checking_imports_no_jax_by_itself(plan_of):
    """Measured in its own process in tests/end_to_end; here, that nothing of the pipeline is asked for."""
    sys.modules.pop("ssvae.pipeline.order", None)
    plan_of("model=standard")
    assert "ssvae.pipeline.order" not in sys.modules
