"""The command that publishes."""

import os
import sys
from pathlib import Path

import click

from kadr.cli.options import bundle_option, bundle_path, config_argument, json_option, print_json

__all__ = ["publish"]


@click.command()
@config_argument
@bundle_option
@click.option("--to", help="Another place: hf://datasets/OWNER/NAME, github:OWNER/NAME, an address, a folder.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@json_option
def publish(*, config: Path, bundle: str | None, to: str | None, dry_run: bool, as_json: bool) -> None:
    """Publish the current bundle where CONFIG says: a folder, the Hugging Face Hub, GitHub, or any store.

    What arrived is downloaded again, verified and asked three questions. Broken off, it may be run again.
    """
    from dataclasses import asdict

    from kadr.config import load_config
    from kadr.progress import reporter_for
    from kadr.publish import preview
    from kadr.publish import publish as run
    from kadr.publish.target import aimed

    loaded = load_config(config).publish
    aim = aimed(loaded, to) if to else loaded
    act = preview if dry_run else run
    done = act(bundle_path(bundle), aim, reporter_for(sys.stderr), os.environ)
    if as_json:
        print_json(asdict(done) | {"dry_run": dry_run})
    else:
        click.echo(done.to_text(dry_run=dry_run))
