"""The page before its scripts have come: its title, what shared links show of it, and its frame.

Streamlit 1.67 serves a white page by the name of Streamlit, without a description.
"""

import functools
import re
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from streamlit import file_util

from page.html import data_url, element, join, style
from page.icon import build_icon
from server.routes import below_page

TITLE = "MNIST-Draw"
CLAIM = "See at once how a small neural network reads your digits"
DESCRIPTION = (
    "Draw a digit or a number by mouse, pen or finger: a small neural network says at once what it "
    "reads, how sure it is and why, and learns your handwriting."
)
PICTURE, PICTURE_SIZE = Path(__file__).parents[1] / "docs" / "social.png", (1280, 640)
FRAME = """
body:has(#frame) { margin: 0; color-scheme: light dark; background: Canvas }
#frame { max-width: 67rem; margin: 0 auto; padding: .75rem 1.5rem; font-family: sans-serif }
#frame h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 }
#frame p { font-size: .875rem; line-height: 1.4; margin: 0 0 .75rem }
#frame div { width: min(420px, 45vw); aspect-ratio: 1; border: 1px solid GrayText }
@media (max-width: 700px) { #frame div { width: auto } }
"""  # like style.css, which comes later


def front_routes() -> list[Route]:
    """Return the routes of the page itself, and of the picture beside its link."""
    return [Route(below_page(""), send_page), Route(below_page(PICTURE.name), send_picture)]


async def send_page(request: Request) -> Response:
    """Send Streamlit's page with what it lacks."""
    proxied = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    scheme = proxied if proxied in ("http", "https") else request.url.scheme
    place = request.url.replace(scheme=scheme, query="", fragment="")
    return HTMLResponse(build_page(str(place)), headers={"Cache-Control": "no-cache"})


async def send_picture(request: Request) -> Response:
    """Send the picture that is shown beside a shared link."""
    return FileResponse(PICTURE)


def build_page(url: str) -> str:
    """Return the page's HTML at an address, which ends in "/"."""
    head = element("title", TITLE), *build_description(url), style(FRAME)
    header = element("h1", TITLE), element("p", CLAIM)
    frame = element("div", element("header", *header), element("div"), id="frame")
    page = read_streamlits_page().replace("<title>Streamlit</title>", join(*head))
    page = page.replace('<div id="root"></div>', element("div", frame, id="root"))
    icon = data_url("image/svg+xml", build_icon().encode())
    return page.replace('href="./favicon.png"', f'href="{icon}"')


def build_description(url: str) -> list[Markup]:
    """Return what search engines and shared links show (ogp.me)."""
    width, height = PICTURE_SIZE
    shared = {
        "og:type": "website",
        "og:title": TITLE,
        "og:description": DESCRIPTION,
        "og:url": url,
        "og:image": url + PICTURE.name,
        "og:image:width": width,
        "og:image:height": height,
    }
    card = element("meta", name="twitter:card", content="summary_large_image")
    described = element("meta", name="description", content=DESCRIPTION)
    return [described, card, *(element("meta", property=k, content=v) for k, v in shared.items())]


@functools.cache
def read_streamlits_page() -> str:
    """Return the page that Streamlit would send, without the comment on its licence."""
    page = (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")
    return re.sub(r"<!--.*?-->\s*", "", page, count=1, flags=re.DOTALL)
