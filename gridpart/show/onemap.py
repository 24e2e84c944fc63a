"""The one map: a page that holds everything it shows and asks the network nothing.

It stands on Folium, but brings Leaflet and its own script inside the file. Names
from the data never become markup: they travel as compressed JSON and are put on
the page as text. A content policy with the digests of our own scripts keeps the
browser from running anything else, whatever a name may hold.
"""

import base64
import gzip
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import folium
from branca.element import Element

from gridpart.drafts import new_file
from gridpart.errors import GridpartError, InputError
from gridpart.measure.balance import plan_rules
from gridpart.plan import Plan
from gridpart.rules import TARGET
from gridpart.show import style
from gridpart.show.layers import map_layers
from gridpart.show.map_words import MAP_WORDS
from gridpart.show.onemap_duties import level_words, page_duties
from gridpart.show.words import LANGUAGES, WORDS
from gridpart.text import known_values, value_words

PROFILES = ("public", "staff")

_SCRIPTS = (
    "payload.js",
    "world.js",
    "elements.js",
    "shapes.js",
    "drawing.js",
    "marks.js",
    "labels.js",
    "places.js",
    "tree.js",
    "legend.js",
    "search.js",
    "duty.js",
    "card.js",
    "table.js",
    "link.js",
    "picture.js",
    "paper.js",
    "onemap.js",
)
_DETAIL = "buildings"
_LINKS = {"src", "href", "srcset", "action", "poster", "data", "xlink:href"}


class OneMap(folium.Map):
    """A Folium map without remote files.

    Parameters
    ----------
    payload
        What the page shows, as plain values.
    title
        Title of the page, as text.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  # read by Folium
    default_css: list[tuple[str, str]] = []  # noqa: RUF012  # read by Folium

    def __init__(self, payload: dict[str, Any], title: str) -> None:
        super().__init__(
            location=payload["origin"][::-1],
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            max_zoom=20,
            zoom_snap=0.5,
        )
        self._id = "city"  # Folium takes a random one: equal plans, equal pages
        self.options["max_zoom"] = 20
        figure: Any = self.get_root()
        figure.title = html.escape(title)
        for name, text in (
            ("leaflet_css", f"<style>{_leaflet('leaflet.css')}</style>"),
            ("onemap_css", f"<style>{_web('onemap.css')}</style>"),
            ("leaflet_js", f"<script>{_leaflet('leaflet.js')}</script>"),
        ):
            figure.header.add_child(_Verbatim(text), name=name)
        for key, held in _core_and_detail(payload).items():
            script = f'<script type="text/plain" id="{key}">{_pack(held)}</script>'
            figure.html.add_child(_Verbatim(script))

    def render(self, **kwargs: object) -> str:
        """Put the map and, after it, our script into the page."""
        super().render(**kwargs)
        script = "\n".join([*map(_web, _SCRIPTS), f"startOneMap({self.get_name()});"])
        figure: Any = self.get_root()
        figure.script.add_child(_Verbatim(script), name="onemap")
        return ""

    def page(self) -> str:
        """Return the page.

        Raises
        ------
        GridpartError
            If something in it points outside the page.
        """
        page = _with_policy(self.get_root().render())
        outside = _pointers_outside(page)
        if outside:
            msg = f"one map: the page must hold all it needs, but asks for {outside}."
            raise GridpartError(msg)
        return page


class _Verbatim(Element):
    """Text that goes into the page as it is; branca would read it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: object) -> str:
        return self._text


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in _LINKS and not (value or "#").startswith(("#", "data:"))
        ]


def write_map(
    plan: Plan, path: Path, *, lang: str = "zh", profile: str = "public"
) -> None:
    """Write the one map of a plan as a single HTML file.

    Parameters
    ----------
    plan
        The plan to show, in any projected CRS.
    path
        The file to write; it appears whole or not at all.
    lang
        Language the page opens in, ``zh`` or ``en``; it can be switched there.
    profile
        ``public``, or ``staff``, which adds the ids and places of those on duty.

    Raises
    ------
    InputError
        If the plan has no community with a shape, the language or profile is
        unknown, or the folder is not there.
    """
    for value, known in ((lang, LANGUAGES), (profile, PROFILES)):
        if value not in known:
            raise InputError(f"one map: {value!r} is unknown. Use {known}.")
    rules = plan_rules(plan)
    payload = map_layers(plan, profile) | {
        "about": _about(plan),
        "duties": page_duties(plan, profile),
        "compounds": _compounds(plan),
        "words": WORDS | _value_words(plan) | MAP_WORDS | level_words(plan),
        "style": style.as_dict(rules.size.target),
        "colour": "deviation" if rules.levels.base == TARGET else "households",
        "lang": LANGUAGES.index(lang),
    }
    page = OneMap(payload, WORDS["title"][LANGUAGES.index(lang)]).page()
    with new_file(path) as draft:
        draft.write_text(page, encoding="utf-8", newline="\n")


def _about(plan: Plan) -> dict[str, str]:
    """Return what the panel says of the plan as a whole."""
    about = {key: plan.info.get(key, "") for key in ("id", "created", "basis")}
    places = plan.communities["subdistrict"].dropna().unique()
    return about | {"place": places[0] if len(places) == 1 else ""}


def _value_words(plan: Plan) -> dict[str, tuple[str, str]]:
    """Words for all values that stand for something, those of the plan included."""
    columns = [plan.communities[name] for name in ("status", "given_up", "reason")]
    columns += [plan.base_grids["reason"], plan.exclusive_grids["kind"]]
    columns += [plan.resources["kind"], plan.barriers["kind"]]
    values = {value for column in columns for value in column.dropna()}
    values |= {plan.info.get("basis", ""), *known_values()}
    return {f"value.{value}": value_words(value) for value in sorted(values)}


def _compounds(plan: Plan) -> dict[str, str]:
    """Names of the compounds that have one, by id."""
    named = plan.compounds.dropna(subset=["compound_id", "name"])
    return dict(zip(named["compound_id"], named["name"], strict=True))


def _core_and_detail(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Split off the layer that is by far the largest and not seen at first."""
    layers = dict(payload["layers"])
    detail = layers.pop(_DETAIL)
    count = len(detail["shapes"])
    core = payload | {"layers": layers, "detail": {_DETAIL: count}}
    return {"payload": core, "detail": {_DETAIL: detail}}


def _pack(payload: dict[str, Any]) -> str:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _web(name: str) -> str:
    return resources.files("gridpart.show").joinpath("web", name).read_text("utf-8")


def _leaflet(name: str) -> str:
    """Leaflet's own file, without the pointers to files that lie beside it."""
    folder = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    text = folder.joinpath(name).read_text("utf-8")
    text = re.sub(r"url\(images/[^)]*\)", "none", text)
    return re.sub(r"//# sourceMappingURL=\S+", "", text)


def _with_policy(page: str) -> str:
    """Let the browser run the scripts of this page and nothing else."""
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in scripts
    ]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace("<head>", f"<head>{meta}", 1)


def _pointers_outside(page: str) -> list[str]:
    links = _Links()
    links.feed(page)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL))
    urls = re.findall(r"url\(\s*(?!['\"]?(?:#|data:))[^)]*\)|@import[^;]*", styles)
    return links.outside + urls
