"""A data set repository of the Hugging Face Hub: one commit a publication, seen whole or not at all.

The commit names its parent, so that two publishers cannot mix. Its answer may be lost, so that after any fault the head
is read again and compared. Then the version is downloaded by the commit's id into a fresh folder, verified and
questioned, and only then does the tag `checked` move to it. The token is found by the Hub's client itself: HF_TOKEN, or
that of a Trusted Publisher (HF_OIDC_RESOURCE).
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kadr.errors import BundleDamaged, BundleError, BundleMissing
from kadr.progress import Advance, Reporter
from kadr.publish.card import card
from kadr.publish.hub_faults import hub_faults
from kadr.publish.hub_tree import Head, download, read_commit, read_head, strays
from kadr.publish.parcel import Parcel, arrived, beside, is_part, version_folder
from kadr.publish.place import Planned, patiently
from kadr.publish.plan import Plan, Published, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from huggingface_hub import CommitOperationAdd, HfApi

__all__ = ["TAG", "HubPlace"]

TAG = "checked"
"""Where the newest commit is that was downloaded again and answered; `KADR_BUNDLE=hf://...@checked` follows it."""
SILENCE_S = 120.0
"""Seconds without a byte after which the Hub is asked anew: its own commits end within 60, and its client would wait
for ever."""
GROUP_BYTES = 32 << 20
"""Uploaded between two words about progress: some seconds on a slow line."""
UNKNOWN = 401
"""The Hub's answer to those without a token. Taken for "nothing is published", it would open the gate to any bundle."""
_DATASET = "dataset"


class HubPlace:
    """One data set repository; it is made where it is not there.

    Args:
        repo: `owner/name`, or a name alone for one of the token's owner.
        private: whether a new repository is shown to its owner alone.
        silence_s: seconds without a byte after which a request is given up.
    """

    def __init__(self, repo: str, *, private: bool = False, silence_s: float = SILENCE_S) -> None:
        self._said, self._private, self._silence_s = repo, private, silence_s

    @cached_property
    def where(self) -> str:
        """The repository as messages name it."""
        return f"datasets/{self._repo}"

    @cached_property
    def address(self) -> str:
        """The repository as a reader names it."""
        return f"hf://{self.where}"

    def look(self) -> Standing:
        """Return what the head of the repository holds."""
        head = self._head("")
        return head.standing if head else Standing()

    def fetch(self, version: str, under: Path) -> Path:
        """Download a version of the head; see `Place.fetch`.

        Raises:
            BundleMissing: there is no such repository.
            ServiceError: the Hub does not give it.
        """
        head = self._head("")
        if head is None:
            raise BundleMissing(f"{self.where}: nothing was published there; run `kadr publish`")
        return self._fetched(version, head.commit, under)

    def publish(self, parcel: Parcel, planned: Planned, reporter: Reporter) -> Published:
        """Commit a parcel, check what arrived and move the tag; see `Place.publish`.

        What was done before by another run, or by a try whose answer was lost, is found and not done again.

        Raises:
            BundleDamaged: what arrived is not what was sent; the commit stands, the tag stays where it was.
            ServiceError: the Hub does not do what it was asked for.
        """
        before = patiently(self.look, reporter).current
        tried: list[Plan] = []
        commit = patiently(lambda: self._once(parcel, planned, reporter, tried), reporter)
        return Published(
            version=parcel.version,
            where=self.where,
            changed=bool(tried),
            before=before,
            commit=commit,
            files=len(parcel.files()),
            size_bytes=parcel.size_bytes,
            removed=tried[-1].removed if tried else (),
        )

    def _once(self, parcel: Parcel, planned: Planned, reporter: Reporter, tried: list[Plan]) -> str:
        """Do what is left to do, and return the commit that holds the parcel; each commit that is tried is noted."""
        head = self._head(parcel.version) or self._made(parcel.version)
        plan, commit, there = planned(head.standing), head.commit, head.holds(parcel)
        if head.standing.current != parcel.version or plan.removed or not there:
            tried.append(plan)
            commit = self._commit(head, parcel, plan, reporter)
        if self._tagged() != commit:
            with reporter.step("check what arrived"):
                self._check(parcel, commit)
            self._tag(commit)
        return commit

    def _commit(self, head: Head, parcel: Parcel, plan: Plan, reporter: Reporter) -> str:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        files, gone = beside(parcel, plan, card(parcel.manifest, self._repo, self.address)), []
        if not head.holds(parcel):
            folder = version_folder(parcel.version)
            files = {**{folder + path: content for path, content in parcel.files().items()}, **files}
            gone = strays(head, parcel)
        with hub_faults(self.where):
            adds = [CommitOperationAdd(path, content) for path, content in files.items()]
            with reporter.step("upload", len(adds)) as advance:
                self._upload(adds, advance)
            removes = [CommitOperationDelete(path) for path in (*gone, *map(version_folder, plan.removed))]
            made = self._api.create_commit(
                self._repo,
                [*adds, *removes],
                commit_message=f"Bundle {parcel.version}",
                commit_description=f"{parcel.manifest.counts['films']} films",
                repo_type=_DATASET,
                revision="main",
                parent_commit=head.commit,
            )
            return str(made.oid)

    def _upload(self, adds: "Sequence[CommitOperationAdd]", advance: Advance) -> None:
        """Upload the large ones of the files, which nobody sees before a commit names them."""
        total, done, sent = sum(add.upload_info.size for add in adds), 0, 0
        for group in _groups(adds):
            self._api.preupload_lfs_files(self._repo, group, repo_type=_DATASET, free_memory=False)
            done, sent = done + len(group), sent + sum(add.upload_info.size for add in group)
            advance(done, len(adds), f"{sent / 1e6:,.1f} of {total / 1e6:,.1f} MB")

    def _check(self, parcel: Parcel, commit: str) -> None:
        try:
            arrived(parcel, lambda under: self._fetched(parcel.version, commit, under))
        except BundleError as error:
            raise BundleDamaged(
                f"{self.where}: commit {commit[:12]} is not what was sent ({error}); readers keep the version before,"
                f" and the tag {TAG} stays there; publish again"
            ) from error

    def _fetched(self, version: str, commit: str, under: Path) -> Path:
        with hub_faults(self.where):
            _ = self._api  # its session waits for no longer than we say
            return download(self._repo, commit, self._paths(version, commit), under) / version_folder(version)

    def _paths(self, version: str, commit: str) -> list[str]:
        listed = self._api.list_repo_tree(self._repo, recursive=True, revision=commit, repo_type=_DATASET)
        return [each.path for each in listed if is_part(each.path, version) and hasattr(each, "blob_id")]

    def _tagged(self) -> str:
        """Return the commit that the tag names, "" where there is no tag."""
        with hub_faults(self.where):
            tags = self._api.list_repo_refs(self._repo, repo_type=_DATASET).tags
        return next((tag.target_commit for tag in tags if tag.name == TAG), "")

    def _tag(self, commit: str) -> None:
        """Move the tag, which the Hub does in two steps; it never goes back behind what another published meanwhile."""
        with hub_faults(self.where):
            if read_commit(self._api, self._repo, self._silence_s) != commit:
                return  # whoever made the head tags it when it was checked
            if self._tagged():
                self._api.delete_tag(self._repo, tag=TAG, repo_type=_DATASET)
            self._api.create_tag(self._repo, tag=TAG, revision=commit, repo_type=_DATASET)

    def _head(self, version: str) -> Head | None:
        """Return the head, with what it holds of a version; None where the repository is not there.

        Raises:
            ServiceRefused: it may be private: to those without a token the Hub says so of what is not there, too.
        """
        from huggingface_hub.errors import RepositoryNotFoundError

        with hub_faults(self.where):
            try:
                return read_head(self._api, self._repo, version, self._silence_s)
            except RepositoryNotFoundError as error:
                if error.response.status_code == UNKNOWN:
                    raise
                return None

    def _made(self, version: str) -> Head:
        with hub_faults(self.where):
            self._api.create_repo(self._repo, repo_type=_DATASET, private=self._private, exist_ok=True)
            return read_head(self._api, self._repo, version, self._silence_s)

    @cached_property
    def _repo(self) -> str:
        if "/" in self._said:
            return self._said
        with hub_faults(f"datasets/{self._said}"):
            return f"{self._api.whoami()['name']}/{self._said}"

    @property
    def _api(self) -> "HfApi":
        from huggingface_hub import HfApi, get_session
        from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]  # exported, not by name

        disable_progress_bars()  # our own reporter tells of progress
        get_session().timeout = self._silence_s  # its client makes new sessions, which wait for ever
        return HfApi(library_name="kadr")


def _groups(adds: "Sequence[CommitOperationAdd]") -> "Iterator[list[CommitOperationAdd]]":
    """Yield files in their order, in groups of some megabytes."""
    group: list[CommitOperationAdd] = []
    for add in adds:
        group.append(add)
        if sum(each.upload_info.size for each in group) >= GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group
