"""The command that answers for a place: quick, so nothing large is imported."""

import json
from typing import Annotated, Any

import typer

from gridpart.cli.options import Json, Lang, Language, PlanFile
from gridpart.locate.answers import DUTIES, IDS
from gridpart.text import say

# What may be given: longitude and latitude, or a building, or an address.
ONE_WAY = (
    [True, True, False, False],
    [False, False, True, False],
    [False, False, False, True],
)


def locate(
    plan: PlanFile,
    lon: Annotated[float | None, typer.Argument(help="Longitude, WGS 84.")] = None,
    lat: Annotated[float | None, typer.Argument(help="Latitude, WGS 84.")] = None,
    building: Annotated[
        str | None, typer.Option(help="Instead of a place: id of a building.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Instead of a place: address in the input.")
    ] = None,
    as_json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Say who answers for a spot: grids, people, organisations, escalation."""
    from gridpart.locate.answers import answer
    from gridpart.locate.files import (
        atom_at,
        atom_of_address,
        atom_of_building,
        open_plan,
        read_register,
        spot_of,
    )

    given = [value is not None for value in (lon, lat, building, address)]
    if given not in ONE_WAY:
        raise typer.BadParameter("give LON and LAT, or --building, or --address.")
    with open_plan(plan) as opened:
        if lon is not None and lat is not None:
            atom = atom_at(opened, lon, lat)
        elif building is not None:
            atom = atom_of_building(opened, building)
        else:
            atom = atom_of_address(opened, address or "")
        spot = spot_of(atom)
        register = read_register(opened, spot)
        told = answer(register, spot)
    if as_json:
        document = {
            "lon": lon,
            "lat": lat,
            "inside": atom is not None,
            **{name: atom[name] if atom else None for name in IDS},
            **told,
        }
        typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        levels = {level["level"]: level[lang] for level in register.levels}
        typer.echo("\n".join(_lines(told, levels, lang)))


def _lines(told: dict[str, Any], levels: dict[str, str], lang: str) -> list[str]:
    """Return the answer as lines: the grids, the people, the way up."""
    if told["community_code"] is None:
        return [say("locate.outside", lang)]
    code = told["base_grid"] or told["exclusive_grid"]
    lines = [say("locate.grid", lang, name=told["grid"] or "-", code=code or "-")]
    if told["micro_grid"]:
        lines.append(say("locate.micro", lang, code=told["micro_grid"]))
    if told["responsible"]:
        lines.append(say("locate.responsible", lang, who=told["responsible"]))
    needed = ["worker", "standby", "micro_worker"] if told["base_grid"] else ["worker"]
    for post in DUTIES:
        if told[post] or (post in needed and not told["responsible"]):
            who = told[post] or say("locate.vacant", lang)
            lines.append(f"{say(f'post.{post}', lang)}: {who}")
    lines += [
        say("locate.organisation", lang, name=org["name"], level=level)
        for org in told["organisations"]
        for level in [levels.get(org["level"], org["level"])]
    ]
    for number, step in enumerate(told["escalation"], start=1):
        named = " ".join(str(step[key]) for key in ("name", "code") if step[key])
        level = say(f"locate.step_{step['level']}", lang)
        lines.append(f"{number} {level}: {named}: {', '.join(step['who']) or '-'}")
    return lines
