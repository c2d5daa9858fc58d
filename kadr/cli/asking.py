"""The command that asks a bundle for films."""

import re
from pathlib import Path
from typing import Any

import click

from kadr.cli.options import access, bundle_option, bundle_path, json_option, print_json

__all__ = ["search"]


@click.command()
@click.argument("query", default="")
@bundle_option
@click.option("-k", default=10, show_default=True, help="Number of films.")
@click.option("--offset", default=0, show_default=True, help="Films to pass over.")
@click.option("--mode", default="hybrid", show_default=True, help="hybrid, semantic or lexical.")
@click.option("--sort", default="relevance", show_default=True, help="relevance, newest, oldest or rating.")
@click.option("--measure", default="cosine", show_default=True, help="cosine, dot or l2, in the semantic mode.")
@click.option("--budget-ms", default=10_000.0, show_default="10000", help="How long to wait for a hosted encoder.")
@click.option("--year", help="1999, 1990-1999, 1990- or -1999.")
@click.option("--kind", type=click.Choice(["film", "series"]), help="Only films, or only series.")
@click.option("--genre", multiple=True, help="Any of these; repeat the option.")
@click.option("--not-genre", multiple=True, help="None of these.")
@click.option("--country", multiple=True, help="Any of these.")
@click.option("--director", multiple=True, help="Any of these.")
@click.option("--actor", multiple=True, help="Any of these.")
@click.option("--rating", type=float, help="At least this rating, 0 to 10.")
@json_option
def search(*, query: str, bundle: Path | None, as_json: bool, **options: Any) -> None:
    """Search the current bundle. Without a query: the best known films."""
    from kadr.engine import Engine
    from kadr.film import Kind
    from kadr.search.types import Filters

    year_from, year_to = _years(options["year"])
    filters = Filters(
        year_from=year_from,
        year_to=year_to,
        kinds=(Kind(options["kind"]),) if options["kind"] else (),
        genres_any=options["genre"],
        genres_none=options["not_genre"],
        countries_any=options["country"],
        directors=options["director"],
        actors=options["actor"],
        rating_min=options["rating"],
    )
    names = ("k", "offset", "mode", "sort", "measure", "budget_ms")
    with Engine.open(bundle_path(bundle), access()) as engine:
        result = engine.search(query, filters=filters, **{name: options[name] for name in names})
    if as_json:
        from kadr.search.output import to_json

        print_json(to_json(result))
    else:
        from kadr.search.output import to_text

        click.echo(to_text(result))


def _years(text: str | None) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    if not re.fullmatch(r"[0-9]{1,4}(-[0-9]{0,4})?|-[0-9]{1,4}", text):
        raise click.BadParameter("write 1999, 1990-1999, 1990- or -1999", param_hint="--year")
    low, dash, high = text.partition("-")
    first, last = int(low) if low else None, int(high) if high else None
    return (first, last) if dash else (first, first)
