"""``fcompile diff`` in real git repositories: what it compares with, what it prints, what it leaves with."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from fcompile.runtime.review import git_tree
from tests.cli.conftest import Run, run
from tests.diff.repository import Repository, git

__all__ = ["run"]

MORE = "{name: more, entities: [customer], source: profiles, features: [{name: age, dtype: int32}]}"
NO_CHANGES = "No changes: the project is as in main\n"


def _repository(run: Run, top: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> Repository:
    project = top / folder
    assert run("init", str(project)).code == 0
    git(top, "init", "-q", "-b", "main")
    made = Repository(top, project)
    made.commit("the project")
    monkeypatch.chdir(project)
    return made


@pytest.fixture
def shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The quickstart project, committed on main; the tests stand in it."""
    return _repository(run, tmp_path / "shop", "", monkeypatch)


def test_nothing_changed(run: Run, shop: Repository) -> None:
    for argv in ([], ["--base", "main"], ["--base", "HEAD"], ["--fail-on", "cosmetic"]):
        ended = run("diff", *argv)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith("No changes: the project is as in ")
    found = json.loads(run("diff", "--format", "json").out)
    assert (found["class"], found["changes"], found["sql"], found["failed"]) == (None, [], [], [])
    assert run("diff", "--format", "markdown").out == "No changes since `main`.\n"


def test_a_change_of_the_work_tree_is_told_with_its_class_place_and_consequences(
    run: Run, shop: Repository
) -> None:
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff")
    assert ended.code == 0
    assert ended.out.startswith("Compared with main: 1 object changed (1 time)")
    assert "time      feature_view last_order  featuredefs/customers.yaml:" in ended.out
    assert "ttl: 30d -> 60d" in ended.out
    assert "downstream: feature_service churn_v1" in ended.out
    assert "columns of services: churn_v1.is_large, churn_v1.last_amount" in ended.out
    assert "~ duckdb/feature_views/last_order/historical.sql" in ended.out
    assert "customer_profile" not in ended.out


def test_leak_risks_stand_first(run: Run, shop: Repository) -> None:
    shop.edit(
        "- {name: last_amount, dtype: float64, column: amount}",
        "- {name: last_amount, dtype: float64, column: amount, default: 0.0}",
    )
    shop.edit("    available_at: loaded_at\n", "")
    shop.edit('      - {name: is_adult, dtype: bool, expr: "age >= 18"}\n', "")
    blocks = run("diff").out.split("\n\n")
    assert "1 leak risk" in blocks[0]
    assert blocks[1].startswith("time      source orders")
    assert "LEAK RISK: available_at: loaded_at -> nothing" in blocks[1]
    assert blocks[2].startswith("removal   feature_view customer_profile")
    assert blocks[3].startswith("value     feature_view last_order")


def test_without_a_base_it_is_where_the_branch_began(run: Run, shop: Repository) -> None:
    git(shop.top, "checkout", "-q", "-b", "work")
    shop.edit("ttl: 30d", "ttl: 60d")
    shop.commit()
    git(shop.top, "checkout", "-q", "main")
    shop.edit("description: Who the customer is.", "description: Whoever.")
    shop.commit()
    git(shop.top, "checkout", "-q", "work")
    assert "1 object changed (1 time)" in run("diff").out
    assert "2 objects changed (1 time, 1 metadata)" in run("diff", "--base", "main").out


def test_the_branch_of_origin_goes_before_the_own_one(
    run: Run, shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(shop.top, "branch", "-m", "main", "trunk")
    git(tmp_path, "clone", "-q", str(shop.top), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    assert run("diff").out == "No changes: the project is as in origin/trunk\n"


def test_a_project_in_a_subfolder_with_odd_names_around_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mono = _repository(run, tmp_path / "mono", "teams/räume [x]", monkeypatch)
    (mono.top / "fcompile.yaml").write_text("project: other\n")
    (mono.top / "featuredefs").mkdir()
    (mono.top / "featuredefs/a.yaml").write_text("entities: [{name: stranger, join_keys: {a: int64}}]\n")
    (mono.project / "featuredefs/deep/er").mkdir(parents=True)
    (mono.project / 'featuredefs/deep/er/ "q"\n-x.yaml').write_text(
        "entities: [{name: odd, join_keys: {a: int64}}]\n"
    )
    (mono.project / "featuredefs/.hidden.yaml").write_text("entities: [\n")
    mono.commit()
    assert run("diff", "--base", "HEAD").out == "No changes: the project is as in HEAD\n"
    assert "entity odd" in run("diff", "--base", "HEAD~1").out
    assert "stranger" not in run("diff", "--base", "HEAD~1").out
    mono.edit("ttl: 30d", "ttl: 60d")
    assert "ttl: 30d -> 60d" in run("diff").out


def test_renamed_and_moved_files_change_nothing_but_places(run: Run, shop: Repository) -> None:
    git(shop.top, "mv", "featuredefs/customers.yaml", "featuredefs/people.yaml")
    shop.commit()
    found = json.loads(run("diff", "--base", "HEAD~1", "--format", "json").out)
    assert found["class"] == "cosmetic"
    assert found["sql"]
    assert all(each["formatting_only"] for each in found["sql"])


def test_a_renamed_view_is_compared_with_what_it_was(run: Run, shop: Repository) -> None:
    for file in (shop.project / "featuredefs").glob("*.yaml"):
        file.write_text(file.read_text().replace("customer_profile", "customer_card"))
    found = json.loads(run("diff", "--format", "json").out)
    change = next(each for each in found["changes"] if each["id"] == "feature_view.customer_card")
    assert change["was"] == "feature_view.customer_profile"
    sql = {each["path"]: each["diff"] for each in found["sql"]}
    assert "duckdb/feature_views/customer_profile/historical.sql" not in sql
    assert (
        "--- a/duckdb/feature_views/customer_card/historical.sql"
        in sql["duckdb/feature_views/customer_card/historical.sql"]
    )


def test_views_that_come_and_go(run: Run, shop: Repository) -> None:
    shop.edit(
        "feature_views:\n",
        f"feature_views:\n  - {MORE}\n",
    )
    shop.commit()
    added = json.loads(run("diff", "--base", "HEAD~1", "--format", "json").out)
    assert [(c["id"], c["class"]) for c in added["changes"]] == [("feature_view.more", "additive")]
    assert all("--- /dev/null" in each["diff"] for each in added["sql"])
    git(shop.top, "checkout", "-q", "HEAD~1")
    gone = json.loads(run("diff", "--base", "main", "--format", "json").out)
    assert [(c["id"], c["class"]) for c in gone["changes"]] == [("feature_view.more", "removal")]
    assert all("+++ /dev/null" in each["diff"] for each in gone["sql"])


def test_sql_of_other_dialects(run: Run, shop: Repository) -> None:
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff", "--sql", "-d", "postgres", "-d", "duckdb")
    assert "--- a/postgres/feature_views/last_order/historical.sql" in ended.out
    assert "--- a/duckdb/feature_views/last_order/historical.sql" in ended.out
    assert "error[FC283]" in run("diff", "-d", "duckbd").err


def test_comments_and_layout_are_cosmetic(run: Run, shop: Repository) -> None:
    shop.edit("    ttl: 30d\n", "    ttl: 30d   # a month\n")
    found = json.loads(run("diff", "--format", "json").out)
    assert [each["class"] for each in found["changes"]] == ["cosmetic"]
    assert run("diff", "--fail-on", "metadata,additive,widening,value,time,key,removal").code == 0
    assert run("diff", "--fail-on", "cosmetic").code == 3


@pytest.mark.parametrize(
    "argv", [["--fail-on", "value,time"], ["--fail-on", "removal", "--fail-on", " time "]]
)
def test_a_gate_stops_its_classes_with_3(run: Run, shop: Repository, argv: list[str]) -> None:
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff", *argv, "--format", "json")
    assert ended.code == 3
    assert json.loads(ended.out)["failed"] == ["feature_view.last_order"]
    assert "does not let pass: `last_order`" in ended.err
    assert run("diff", "--fail-on", "removal").code == 0


def test_an_allow_entry_with_a_reason_opens_the_gate(run: Run, shop: Repository) -> None:
    shop.edit("    ttl: 30d\n", "    ttl: 60d\n    allow: [{change: time, reason: Agreed with the shop.}]\n")
    ended = run("diff", "--fail-on", "time")
    assert ended.code == 0
    assert "allowed: Agreed with the shop." in ended.out


def test_an_unknown_class_or_format_says_what_there_is(run: Run, shop: Repository) -> None:
    ended = run("diff", "--fail-on", "tme,values")
    assert ended.code == 2
    assert ended.err.count("error[FC285]") == 2
    assert "did you mean `time`?" in ended.err
    assert "did you mean `json`?" in run("diff", "--format", "jsn").err


def test_what_only_the_project_file_changed_is_told(run: Run, shop: Repository) -> None:
    path = shop.project / "fcompile.yaml"
    path.write_text(path.read_text().replace("dev.duckdb}", "dev.duckdb, schema: other}"))
    said = run("diff").out
    assert said.startswith("Compared with main: the project changed (1 removal)")
    assert "targets.dev.warehouse.schema: features -> other  (tables are made under other names" in said
    assert "  fcompile.yaml:" in said
    assert "~ duckdb/feature_views/last_order/materialize.sql" in said


def test_a_gate_bars_changes_of_the_project_file_too(run: Run, shop: Repository) -> None:
    shop.edit("project: shop\n", "project: store\n", "fcompile.yaml")
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff", "--fail-on", "removal")
    assert (ended.code, "--fail-on removal does not let pass: `store`" in ended.err) == (3, True)
    assert "the project and 1 object changed (1 removal, 1 time)" in ended.out
    assert "removal   project store (was shop)  fcompile.yaml:" in ended.out
    assert run("diff", "--format", "markdown").out.startswith("The project and 1 object changed since `main`")
    (change, _) = json.loads(run("diff", "--format", "json").out)["changes"]
    assert (change["kind"], change["was"], change["backfill"]["history"]) == (
        "project",
        "project.shop",
        "all",
    )
    assert "project" not in run("diff", "-s", "last_order").out


def test_only_what_is_selected(run: Run, shop: Repository) -> None:
    shop.edit("ttl: 30d", "ttl: 60d")
    shop.edit("description: Who the customer is.", "description: Whoever.")
    shop.edit("- name: customer\n", "- name: buyer\n")
    path = shop.project / "featuredefs"
    for file in path.glob("*.yaml"):
        file.write_text(file.read_text().replace("[customer]", "[buyer]"))
    ids = [c["id"] for c in json.loads(run("diff", "-s", "last_order", "--format", "json").out)["changes"]]
    assert ids == ["feature_view.last_order"]
    assert "entity buyer" in run("diff", "-s", "kind:entity").out
    assert run("diff", "-s", "customer").code == 0
    assert run("diff", "-s", "spend_v1").out.startswith("No changes of what is selected since main;")
    said = run("diff", "-s", "spend_v1", "--format", "markdown")
    assert said.out == "No changes of what is selected since `main`.\n"
    assert "customer_profile" in run("diff", "-s", "state:modified").out
    ended = run("diff", "-s", "last_ordr")
    assert (ended.code, "did you mean `last_order`?" in ended.err) == (2, True)


def test_no_repository(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert run("init", str(tmp_path / "alone")).code == 0
    monkeypatch.chdir(tmp_path / "alone")
    for argv in ([], ["--base", "main"]):
        ended = run("diff", *argv)
        assert (ended.code, ended.out) == (2, "")
        assert "error[FC553]: git does not read this repository: there is none here" in ended.err


def test_a_repository_that_git_refuses(run: Run, shop: Repository) -> None:
    (shop.top / ".git/HEAD").write_text("torn")
    assert "error[FC553]: git does not read this repository: it refuses to" in run("diff").err


def test_a_hook_of_another_repository_does_not_matter(
    run: Run, shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q", "other")
    shop.edit("ttl: 30d", "ttl: 60d")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "index")
    assert "ttl: 30d -> 60d" in run("diff").out


def test_no_git(run: Run, shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ended = run("diff")
    assert ended.code == 2
    assert "error[FC553]: git does not read this repository: git is not installed" in ended.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mian", "did you mean `main`?"),
        ("v9.9.9", "`git fetch origin v9.9.9` may bring it"),
        ("--output=stolen", "is no name of a git ref"),
        ("-h", "is no name of a git ref"),
        ("main..HEAD", "is no name of a git ref"),
        (":featuredefs", "is no name of a git ref"),
        ("HEAD:featuredefs", "git knows no"),
        ("main; touch stolen", "is no name of a git ref"),
        ("", "is no name of a git ref"),
    ],
)
def test_a_ref_that_is_none(run: Run, shop: Repository, name: str, said: str) -> None:
    ended = run("diff", f"--base={name}")
    assert (ended.code, ended.out) == (2, "")
    assert "error[FC554]" in ended.err
    assert said in " ".join(ended.err.split())
    assert not list(shop.top.rglob("stolen"))


def test_no_main_branch(run: Run, shop: Repository) -> None:
    git(shop.top, "branch", "-m", "main", "work")
    ended = run("diff")
    assert ended.code == 2
    assert "error[FC554]: there is no main branch" in ended.err


def test_a_repository_without_a_commit(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("init", str(tmp_path / "young")).code == 0
    git(tmp_path / "young", "init", "-q", "-b", "main")
    monkeypatch.chdir(tmp_path / "young")
    assert "error[FC554]" in run("diff").err


def test_a_shallow_clone(run: Run, shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = git(shop.top, "rev-parse", "HEAD").strip()
    shop.edit("ttl: 30d", "ttl: 60d")
    shop.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{shop.top}", "clone")
    monkeypatch.chdir(tmp_path / "clone")
    assert run("diff").out.startswith("No changes")
    ended = run("diff", "--base", first)
    assert ended.code == 2
    assert "fetch-depth: 0" in ended.err


def test_a_project_that_was_not_there_yet(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    git_top = Repository(top, top)
    git_top.commit("nothing")
    assert run("init", str(top / "shop")).code == 0
    monkeypatch.chdir(top / "shop")
    ended = run("diff")
    assert ended.code == 0
    assert "There was no project in this folder at main: everything is new." in ended.err
    assert "feature_view last_order" in ended.out
    assert "removal" not in ended.out


def test_definitions_moved_to_another_folder(run: Run, shop: Repository) -> None:
    git(shop.top, "mv", "featuredefs", "defs")
    shop.edit("[featuredefs]", "[defs]", "fcompile.yaml")
    assert json.loads(run("diff", "--format", "json").out)["class"] == "cosmetic"


def test_variables_of_the_target_need_not_be_set(run: Run, shop: Repository) -> None:
    (shop.project / "fcompile.yaml").write_text(
        "project: shop\ntargets:\n  dev:\n    warehouse: {type: duckdb, path: '${NOT_SET_A}'}\n"
        "    online: {type: redis, url: '${NOT_SET_B}'}\nstate: {type: postgres, dsn: '${NOT_SET_C}'}\n"
    )
    shop.commit()
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff")
    assert (ended.code, ended.err) == (0, "")
    assert "ttl: 30d -> 60d" in ended.out
    assert run("ls").code == 2


def test_a_base_with_mistakes_is_compared_as_far_as_it_can_be_read(run: Run, shop: Repository) -> None:
    shop.edit("column: amount}", "column: amount, dtpe: x}")
    (shop.project / "featuredefs/torn.yaml").write_text("entities: [{name: torn, join_keys: {a: int64}}\n")
    (shop.project / "featuredefs/latin.yaml").write_bytes(b"# \xe4\n")
    shop.commit()
    shop.edit(", dtpe: x", "")
    shop.edit("description: Who the customer is.", "description: Whoever.")
    (shop.project / "featuredefs/torn.yaml").write_text("entities: [{name: torn, join_keys: {a: int64}}]\n")
    (shop.project / "featuredefs/latin.yaml").unlink()
    ended = run("diff", "--fail-on", "value")
    assert ended.code == 3
    assert "warning[FC556]: 3 objects of main cannot be read (`feature_service.churn_v1`, " in ended.err
    assert "warning[FC556]: `featuredefs/latin.yaml`, `featuredefs/torn.yaml` of main cannot be" in ended.err
    assert "--> main:featuredefs/customers.yaml" in ended.err
    assert "warning[FC103]" in ended.err
    assert "warning[FC100]" in ended.err
    assert "error" not in ended.err
    assert "value     feature_view last_order" in ended.out
    assert "value     entity torn" in ended.out
    assert "it cannot be read in main: what changed is not known" in ended.out
    assert "metadata  feature_view customer_profile" in ended.out


def test_what_is_gone_and_cannot_be_read_in_the_base_is_listed_as_gone(run: Run, shop: Repository) -> None:
    shop.edit("column: amount}", "column: amount, dtpe: x}")
    shop.edit("feature_views:\n", f"feature_views:\n  - {MORE.replace('dtype', 'dtpye')}\n")
    shop.commit()
    shop.edit(", dtpe: x", "")
    shop.edit(f"  - {MORE.replace('dtype', 'dtpye')}\n", "")
    ended = run("diff", "--fail-on", "removal")
    assert ended.code == 3
    assert "removal   feature_view more" in ended.out
    assert "`more` is gone, or has another name; what it was cannot be read in main" in ended.out
    found = json.loads(run("diff", "--format", "json").out)
    assert [each["code"] for each in found["warnings"]] == ["FC556"]
    assert "feature_view.more" in found["warnings"][0]["text"]
    assert "feature_view.more" in run("diff", "--format", "markdown").out
    record = json.loads(run("--log-format", "json", "diff").err.splitlines()[0])
    assert (record["level"], record["code"]) == ("warning", "FC556")


@pytest.mark.parametrize("content", [b"# \xe4\n", b"# long\n" * 200_000], ids=["no UTF-8", "too long"])
def test_what_may_have_stood_in_a_file_of_the_base_that_cannot_be_read_is_not_new(
    run: Run, shop: Repository, content: bytes
) -> None:
    file = shop.project / "featuredefs/other.yaml"
    text = f"feature_views: [{MORE}]\n"
    file.write_bytes(content + text.encode())
    shop.commit()
    file.write_text(text)
    assert "value     feature_view more" in run("diff").out


def test_mistakes_of_the_project_are_problems_as_ever(run: Run, shop: Repository) -> None:
    shop.edit("column: amount}", "colum: amount}")
    ended = run("diff")
    assert (ended.code, ended.out) == (1, "")
    assert "error[FC103]" in ended.err


def test_links_and_submodules_of_the_base_are_not_followed(
    run: Run, shop: Repository, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("entities: [{name: secret, join_keys: {a: int64}}]\n")
    (shop.project / "featuredefs/link.yaml").symlink_to(secret)
    shop.commit()
    (shop.project / "featuredefs/link.yaml").unlink()
    ended = run("diff")
    assert "secret" not in ended.out + ended.err


def test_too_much_is_not_read(run: Run, shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop.project / "featuredefs/large.yaml").write_text("# x\n" * 300_000)
    shop.commit()
    (shop.project / "featuredefs/large.yaml").unlink()
    assert "warning[FC102]" in run("diff").err
    monkeypatch.setattr(git_tree, "MAX_FILES", 2)
    ended = run("diff")
    assert ended.code == 2
    assert "error[FC557]" in ended.err


def test_a_folder_of_definitions_outside_the_project_is_not_read(run: Run, shop: Repository) -> None:
    path = shop.project / "fcompile.yaml"
    whole = path.read_text()
    path.write_text(whole + "definitions: [../.., /etc, featuredefs/../featuredefs]\n")
    shop.commit()
    path.write_text(whole)
    assert run("diff").out == NO_CHANGES


def test_a_manifest_is_enough_to_compare_with(run: Run, shop: Repository, tmp_path: Path) -> None:
    assert run("build").code == 0
    manifest = tmp_path / "before.json"
    (shop.project / "sql/manifest.json").rename(manifest)
    assert run("diff", "--base", str(manifest)).out == f"No changes: the project is as in {manifest}\n"
    shop.edit("ttl: 30d", "ttl: 60d")
    ended = run("diff", "--base", str(manifest))
    assert "ttl: 30d -> 60d" in " ".join(ended.out.split())
    assert "1 object changed (1 time)" in ended.out


def test_a_folder_holds_its_manifest_and_a_ref_wins_over_a_file_of_its_name(
    run: Run, shop: Repository
) -> None:
    assert run("build", "-o", "before").code == 0
    assert run("diff", "--base", "before").out == "No changes: the project is as in before/manifest.json\n"
    (shop.project / "main").write_text("no manifest")
    assert run("diff", "--base", "main").out == NO_CHANGES
    (shop.project / "other").write_text("no manifest")
    assert "error[FC555]" in run("diff", "--base", "other").err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "is no manifest of fcompile"),
        ("[1", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"schema_version": 1, "objects": {}}', "was written by an older fcompile"),
        ('{"schema_version": 99, "objects": {}}', "was written by a newer fcompile"),
        ('{"schema_version": 2, "objects": {"entity.a": {}}}', "holds no definitions"),
        (None, "cannot be read"),
    ],
)
def test_a_manifest_that_cannot_be_compared_with(
    run: Run, shop: Repository, text: str | None, said: str
) -> None:
    if text is not None:
        Path("old.json").write_text(text)
    ended = run("diff", "--base", "old.json")
    assert (ended.code, ended.out) == (2, "")
    assert "error[FC555]" in ended.err
    assert said in ended.err


def test_a_manifest_with_a_definition_that_does_not_bind(run: Run, shop: Repository) -> None:
    assert run("build").code == 0
    path = Path("sql/manifest.json")
    content = json.loads(path.read_text())
    content["objects"]["feature_view.last_order"]["definition"]["ttl"] = "soon"
    path.write_text(json.dumps(content))
    ended = run("diff", "--base", "sql/manifest.json")
    assert "warning[FC556]" in ended.err
    assert "value     feature_view last_order" in ended.out


def test_escapes_of_terminals_in_texts_are_not_written(run: Run, shop: Repository) -> None:
    shop.edit("description: Who the customer is.", 'description: "a\\e[31mb"')
    assert "\x1b" not in run("diff", "--sql").out


def test_a_diff_is_the_same_bytes_each_time(run: Run, shop: Repository) -> None:
    shop.edit("ttl: 30d", "ttl: 60d")
    shop.edit("    available_at: loaded_at\n", "")
    for form in ("text", "markdown", "json"):
        assert run("diff", "--format", form).out == run("diff", "--format", form).out


def test_hooks_and_prompts_of_the_repository_do_not_run(run: Run, shop: Repository) -> None:
    hook = shop.top / ".git/hooks/post-checkout"
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    before = subprocess.run(
        ["git", "-C", str(shop.top), "status", "-s"], capture_output=True, check=True
    ).stdout
    assert run("diff", "--base", "HEAD").code == 0
    after = subprocess.run(
        ["git", "-C", str(shop.top), "status", "-s"], capture_output=True, check=True
    ).stdout
    assert before == after
    assert not list(shop.top.rglob("ran"))


def test_data_is_compared_where_it_can_be_read(run: Run, shop: Repository) -> None:
    shop.edit("column: amount}", "column: amount, default: 0.0}")
    found = json.loads(run("diff", "--data", "--sample", "50", "--format", "json").out)
    assert [each["feature"] for each in found["data"]][:1] == ["last_order:is_large"]
    assert any(each["changed"] for each in found["data"])
    assert "On sampled data" in run("diff", "--data").out
    assert "error[FC285]" in run("diff", "--sample", "5").err
    assert "error[FC285]" in run("diff", "--data", "--sample", "0").err
