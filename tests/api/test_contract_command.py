"""Contracts by the command line: in, out, and their examples tried."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.packs import shipped_codes, shipped_pack
from rules.loading.contracts import read_contract
from rules.loading.entries import parse

SCHEMA = {
    "fields": [
        {"name": "a", "type": "string", "constraints": {"unique": True}},
        {"name": "v", "type": "number"},
    ]
}


def run(*words: str, lang: str = "en_US.UTF-8") -> Result:
    return CliRunner().invoke(main, ["contract", *words], env={"LC_ALL": lang})


def written(folder: Path, said: object) -> str:
    path = folder / "schema.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return str(path)


def test_what_a_pack_exports_comes_back_as_the_same_table(tmp_path):
    for form, name in (("table-schema", "a.json"), ("odcs", "a.yaml")):
        exported = run("export", "payments", "payments", "--format", form)
        (tmp_path / name).write_bytes(exported.stdout_bytes)
        target = tmp_path / form / "payments.yaml"
        target.parent.mkdir()

        imported = run("import", str(tmp_path / name), "--to", str(target))

        assert (exported.exit_code, imported.stdout) == (1, f"{target}\n")
        again = read_contract(parse(target.read_bytes(), file="payments.yaml"))
        assert again == shipped_pack("payments").contracts["payments"]


def test_what_could_not_be_carried_over_is_said_and_the_exit_code_tells(tmp_path):
    source = written(tmp_path, SCHEMA)

    english = run("import", source, "--to", str(tmp_path / "t.yaml"), "--scale", "2")
    vietnamese = run(
        "import", source, "--to", str(tmp_path / "u.yaml"), "--scale", "2", lang="vi_VN.UTF-8"
    )

    assert (english.exit_code, vietnamese.exit_code) == (1, 1)
    first, last = english.stderr.splitlines()
    assert first == (
        "fields.a.constraints, unique = true: this is a requirement to be judged; "
        "write it as a rule of the pack"
    )
    assert last == "Things listed above that were not carried over: 1."
    assert vietnamese.stderr.splitlines()[0] == (
        "fields.a.constraints, unique = true: đây là yêu cầu cần kiểm tra; "
        "hãy viết thành quy tắc của gói"
    )


def test_a_document_that_says_no_more_than_a_contract_can_ends_with_zero(tmp_path):
    source = written(tmp_path, {"fields": [{"name": "a", "type": "string"}]})

    done = run("import", source, "--to", str(tmp_path / "t.yaml"))

    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "nowhere.json", "--to", "t.yaml"], "nowhere.json: there is no such file."),
        (["import", "SOURCE", "--to", "T.yml"], "T.yml: the file of a table"),
        (["import", "SOURCE", "--to", "t.yaml"], "schema.json: column v is a number"),
        (["import", "SOURCE", "--to", "here.yaml", "--scale", "2"], "here.yaml: the file is there"),
        (["export", "payments", "x", "--format", "odcs"], "payments: the pack has no table x."),
        (["export", "nothing", "x", "--format", "odcs"], "nothing"),
        (["check", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, SCHEMA)
    (tmp_path / "here.yaml").write_text("mine")

    done = run(*(word.replace("SOURCE", "schema.json") for word in words))

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert (tmp_path / "here.yaml").read_text() == "mine"
    assert not (tmp_path / "t.yaml").exists()


@pytest.mark.parametrize("code", shipped_codes())
def test_the_examples_of_the_shipped_packs_hold_and_are_shown(code):
    done = run("check", code)

    assert done.exit_code == 0
    tables = shipped_pack(code).contracts.values()
    columns = [column for table in tables for column in table.columns]
    shown = sum(max(len(one.examples) + len(one.counter_examples), 1) for one in columns)
    assert len(done.stdout.splitlines()) == shown + 1


def test_check_tells_what_a_text_is_read_as_and_why_another_is_refused():
    lines = run("check", "payments").stdout.splitlines()

    assert "payments.Amount: 1,234.50 is read as 1234.50" in lines
    assert (
        "payments.Amount: 7.005 is refused, as it should be: "
        "Too many places after the mark" in lines
    )
    assert "payments.InvNum: no examples" in lines


def test_every_command_within_has_help():
    for name in ("import", "export", "check"):
        done = run(name, "--help")
        assert (done.exit_code, "Usage:" in done.stdout) == (0, True)
