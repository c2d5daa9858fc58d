"""What the doctor finds, by name and in order."""

from kadr.doctor import Check, Finding, State, examine
from tests.vectorise.shop import Shop

NO_TOKEN = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}


def findings(shop: Shop, **changes: object) -> dict[str, Finding]:
    return {finding.name: finding for finding in listed(shop, **changes)}


def listed(shop: Shop, **changes: object) -> list[Finding]:
    """Return what is found, in order; whatever is bad has what to do about it, said once."""
    check = {"bundle": shop.folder / "bundles", "config": shop.folder / "catalogue.toml", "access": shop.access}
    found = list(examine(Check(**{**check, **changes})))  # type: ignore[arg-type]
    for each in found:
        assert each.remedy or each.state is not State.BAD, each
        assert "run `make build`" not in each.said, each
    return found
