"""The workflows: valid, safe, pinned to what was seen, and made of commands that are tested."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT
from tests.github.reading import GITHUB, workflow

WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
RECORD = ROOT / "docs" / "decisions" / "0020-workflows.md"
SEEN = re.compile(r"^\| (\S+) \| (v[0-9.]+) \| `([0-9a-f]{40})` \|$", re.MULTILINE)
USES = re.compile(r"uses: ([\w.-]+/[\w.-]+)(?:/\w+)?@([0-9a-f]{40}) # (v[0-9.]+)$")
NAMES = [path.name for path in WORKFLOWS]


def steps(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of each job and each of its steps."""
    for job, told in workflow(name)["jobs"].items():
        yield from ((job, step) for step in told["steps"])


def test_there_are_the_workflows_that_ship() -> None:
    assert NAMES == ["ci.yml", "publish-image.yml", "rebuild-index.yml"]


@pytest.mark.parametrize(
    ("schema", "paths"), [("github-workflows", WORKFLOWS), ("dependabot", [GITHUB / "dependabot.yml"])]
)
def test_githubs_schema_holds(schema: str, paths: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_zizmor_finds_nothing_unsafe() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--persona=regular", "--no-progress", "--strict-collection", str(GITHUB)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for path in WORKFLOWS:
        assert f"completed {path}" in ended.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_to_a_commit_of_the_record(name: str) -> None:
    seen = {(action, commit, version) for action, version, commit in SEEN.findall(RECORD.read_text(encoding="utf-8"))}
    lines = [line for line in (GITHUB / "workflows" / name).read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        found = USES.search(line)
        assert found, line
        assert found.groups() in seen, line


def test_the_record_names_no_action_that_is_not_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    unused = [action for action, _, commit in SEEN.findall(RECORD.read_text(encoding="utf-8")) if commit not in texts]
    assert unused == []


@pytest.mark.parametrize("name", NAMES)
def test_every_run_is_one_tested_command(name: str) -> None:
    makefiles = [ROOT / "Makefile", GITHUB / "jobs.mk"]
    targets = set(re.findall(r"^([a-z./-]+):", "\n".join(p.read_text("utf-8") for p in makefiles), re.MULTILINE))
    for job, step in steps(name):
        if "run" not in step:
            continue
        assert re.fullmatch(r"[\w .=-]+|make \.venv/ready", step["run"]), (job, step["run"])  # no shell, no ${{ }}
        program, *words = step["run"].split()
        assert program in {"make", "kadr", "gh"}, (job, step["run"])
        if program == "make" and words[0] != ".venv/ready":
            assert words[0] in targets, (job, words[0])


@pytest.mark.parametrize("name", NAMES)
def test_rights_are_given_by_the_job_and_everything_ends(name: str) -> None:
    told = workflow(name)
    assert told["permissions"] == {}
    assert "group" in told["concurrency"]
    for job in told["jobs"].values():
        assert "permissions" in job
        assert job["timeout-minutes"] <= 360
    for _, step in steps(name):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", NAMES)
def test_secrets_reach_one_step_and_never_one_that_installs(name: str) -> None:
    told = workflow(name)
    held = str(told.get("env")) + "".join(str(job.get("env")) for job in told["jobs"].values())
    assert "secrets." not in held
    for _, step in steps(name):
        if "secrets." in str(step):
            assert "secrets." in str(step["env"])
            assert step["run"].startswith("make job-")


def test_what_is_secret_goes_where_it_is_needed() -> None:
    needs: dict[str, set[str]] = {}
    for job, step in steps("rebuild-index.yml"):
        for secret in re.findall(r"secrets\.(\w+)", str(step)):
            needs.setdefault(secret, set()).add(job)
    assert needs == {"TMDB_TOKEN": {"collect"}, "HF_TOKEN": {"embed", "evaluate", "publish", "smoke"}}


def test_the_trusted_publisher_is_of_the_publishing_step_alone() -> None:
    told = workflow("rebuild-index.yml")
    signing = [name for name, job in told["jobs"].items() if "id-token" in job["permissions"]]
    assert signing == ["publish"]
    resource = [(job, step) for job, step in steps("rebuild-index.yml") if "HF_OIDC_RESOURCE" in str(step.get("env"))]
    assert [job for job, _ in resource] == ["publish"]
    # With it there is no other token that it could be taken for, and without it the publisher is not asked.
    assert "HF_TOKEN" not in resource[0][1]["env"]
    conditions = [step["if"] for job, step in steps("rebuild-index.yml") if job == "publish" and "if" in step]
    assert conditions == ["vars.HF_OIDC_RESOURCE != ''", "vars.HF_OIDC_RESOURCE == ''"]


def test_stages_follow_one_another_and_a_second_failure_is_told() -> None:
    jobs = workflow("rebuild-index.yml")["jobs"]
    order = ["collect", "embed", "evaluate", "publish", "smoke"]
    assert [jobs[name].get("needs") for name in order] == [None, *order[:-1]]
    assert jobs["report"]["needs"] == order
    assert jobs["report"]["if"] == "failure()"
    assert jobs["report"]["permissions"]["issues"] == "write"


def test_what_was_fetched_and_paid_for_is_saved_even_on_failure() -> None:
    saved = []
    for job in ("collect", "embed"):
        found = [step for name, step in steps("rebuild-index.yml") if name == job]
        (save,) = (step for step in found if "cache/save" in step.get("uses", ""))
        assert save["if"] == "always()"
        kept = save["with"]
        (restore,) = (
            step["with"] for step in found if "restore" in step.get("uses", "") and step["with"]["path"] == kept["path"]
        )
        assert restore["key"] == kept["key"]
        assert kept["key"].startswith(restore["restore-keys"].split()[-1])
        saved.append(kept["path"])
    assert saved == ["cache/collect", "cache/*\n!cache/collect\n"]


def test_what_is_left_out_of_a_cache_stands_where_the_rest_is_named() -> None:
    # actions/toolkit#713: folders are not entered, so that of `cache` nothing can be left out, and of `cache/*` can.
    for name in NAMES:
        for _, step in steps(name):
            paths = str(step.get("with", {}).get("path", "")).split()
            if "actions/cache" in step.get("uses", ""):
                named = {path.rpartition("/")[0] for path in paths if path.endswith("/*")}
                assert {path[1:].rpartition("/")[0] for path in paths if path.startswith("!")} <= named, paths


def test_a_stage_that_takes_too_long_fails_and_is_told() -> None:
    # A job beyond its time is cancelled, of which `failure()` knows nothing, and no time is left to save anything.
    jobs = workflow("rebuild-index.yml")["jobs"]
    for name, step in steps("rebuild-index.yml"):
        if step.get("run", "").startswith("make job-") and name != "report":
            assert step["timeout-minutes"] <= jobs[name]["timeout-minutes"] - 10, (name, step)


def test_schedules_are_at_odd_minutes_and_kept_alive() -> None:
    scheduled = {}
    for name in NAMES:
        for each in workflow(name)["on"].get("schedule", []):
            minute = int(each["cron"].split()[0])
            assert minute % 5, each
            scheduled[name] = minute
    enabled = {step["run"].split()[-1] for job, step in steps("rebuild-index.yml") if job == "keepalive"}
    assert enabled == set(scheduled)
    assert workflow("rebuild-index.yml")["jobs"]["keepalive"]["permissions"] == {"actions": "write"}


def test_images_are_made_of_one_base_for_both_machines() -> None:
    jobs = workflow("publish-image.yml")["jobs"]
    assert jobs["base"]["outputs"] == {"base": "${{ steps.base.outputs.base }}"}
    for name in ("push", "join"):
        assert jobs[name]["env"]["BASE"] == "${{ needs.base.outputs.base }}"
        assert jobs[name]["strategy"]["matrix"]["target"] == ["app", "api"]
    made = [step["run"] for step in jobs["push"]["steps"] if "run" in step]
    assert made == ["make image-login", "make image-push", "make image-try"]
    assert jobs["join"]["needs"] == ["base", "push"], "no name moves before each was tried on its machine"
    assert {machine["arch"] for machine in jobs["push"]["strategy"]["matrix"]["machine"]} == {"amd64", "arm64"}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all(re.search(rf"^FROM .* AS {target}$", dockerfile, re.MULTILINE) for target in ("app", "api"))
