"""The commands that ask a bundle: for films, for suggestions, for themes."""

import re
from typing import Any

import click

from kadr.cli.options import access, bundle_option, bundle_path, json_option, print_json

__all__ = ["search", "suggest", "themes"]


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
@click.option("--theme", multiple=True, help="Any of these themes, by id; see `kadr themes`.")
@click.option("--as-typed", is_flag=True, help="Correct nothing in the query.")
@click.option("--no-wishes", is_flag=True, help="Read no wishes (years, genres, people, ...) out of the query.")
@click.option("--ignore", multiple=True, help="Take this wish away, by its key; repeat the option.")
@json_option
def search(*, query: str, bundle: str | None, as_json: bool, **options: Any) -> None:
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
        themes=options["theme"],
    )
    reading = {"as_typed": options["as_typed"], "wishes": not options["no_wishes"], "ignored": options["ignore"]}
    names = ("k", "offset", "mode", "sort", "measure", "budget_ms")
    with Engine.open(bundle_path(bundle), access()) as engine:
        if unknown := set(options["theme"]) - {theme.id for theme in engine.themes()}:
            raise click.BadParameter(f"there is no theme {min(unknown)!r}; see `kadr themes`", param_hint="--theme")
        result = engine.search(query, filters=filters, **reading, **{name: options[name] for name in names})
    if as_json:
        from kadr.search.output import to_json

        print_json(to_json(result))
    else:
        from kadr.search.output import to_text

        click.echo(to_text(result))


@click.command()
@click.argument("text")
@bundle_option
@click.option("-k", default=8, show_default=True, help="Number of suggestions.")
@click.option("--recent", multiple=True, help="A query that was asked before; repeat the option, the last one last.")
@json_option
def suggest(*, text: str, bundle: str | None, k: int, recent: tuple[str, ...], as_json: bool) -> None:
    """Suggest what somebody may mean who has typed TEXT: titles, people, genres, popular queries."""
    from dataclasses import asdict

    from kadr.engine import Engine

    with Engine.open(bundle_path(bundle)) as engine:
        found = engine.suggest(text, k, recent)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.text}  ({each.kind}{'' if each.how == 'prefix' else f', {each.how}'})")


@click.command()
@bundle_option
@json_option
def themes(*, bundle: str | None, as_json: bool) -> None:
    """List the themes of the catalogue, the largest first."""
    from dataclasses import asdict

    from kadr.engine import Engine

    with Engine.open(bundle_path(bundle)) as engine:
        found = engine.themes()
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.id}  {each.size:>6} films  {each.name_ru}")


def _years(text: str | None) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    if not re.fullmatch(r"[0-9]{1,4}(-[0-9]{0,4})?|-[0-9]{1,4}", text):
        raise click.BadParameter("write 1999, 1990-1999, 1990- or -1999", param_hint="--year")
    low, dash, high = text.partition("-")
    first, last = int(low) if low else None, int(high) if high else None
    return (first, last) if dash else (first, first)
