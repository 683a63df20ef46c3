"""`mabar declarations goods WORD`: the headings of the tariff that a word for goods leads to."""

from collections.abc import Sequence

import click

from mabar.declarations import goods_names, reference


@click.command()
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many headings.")
def goods(words: Sequence[str], *, most: int) -> None:
    """Find headings by words in Arabic, French or English, or by the first digits of a code; exit 1 without any."""
    found = goods_names.find(" ".join(words), most)
    for each in found:
        heading = each.heading
        click.echo(f"{heading.code}  {heading.en} | {heading.fr} | {heading.ar}")
        for code in each.subheadings:
            click.echo(f"      {code}  {reference.hs_text(code)}")
    if not found:
        raise SystemExit(1)
