"""The command that puts the service where others reach it."""

import os

import click

__all__ = ["deploy"]


@click.group()
def deploy() -> None:
    """Put the service where others reach it; docs/deploy.md has the other places."""


@deploy.command()
@click.argument("name", metavar="OWNER/NAME")
@click.option("--image", required=True, help="The published image: ghcr.io/OWNER/kadr:app, best with @sha256:...")
@click.option("--bundle", required=True, help="What it serves: hf://datasets/OWNER/NAME or another address.")
@click.option("--variable", "variables", multiple=True, metavar="NAME=VALUE", help="A public setting; may be repeated.")
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME[=VARIABLE]",
    help="A secret setting, read from the environment variable of its name or of another; may be repeated.",
)
@click.option("--private", is_flag=True, help="A new Space is seen by its owner alone.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def space(  # noqa: PLR0913  # one parameter an option
    *,
    name: str,
    image: str,
    bundle: str,
    variables: tuple[str, ...],
    secrets: tuple[str, ...],
    private: bool,
    dry_run: bool,
) -> None:
    """Create or update a Docker Space on Hugging Face; HF_TOKEN is the token that may write to it.

    Creating one needs a paid plan of Hugging Face. Nothing is asked, and no secret is printed.
    """
    from kadr.publish.space import deploy as run
    from kadr.publish.space import planned

    plan = planned(name, image, [f"KADR_BUNDLE={bundle}", *variables], secrets, os.environ)
    click.echo(plan.to_text())
    if dry_run:
        click.echo("nothing was sent")
        return
    done = run(plan, private=private)
    click.echo(f"{done.url}: {'updated' if done.changed else 'its files were up to date'}")
