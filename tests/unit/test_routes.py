"""Whether programs are answered beside the page."""

import subprocess
import sys
from pathlib import Path

import streamlit as st

from server.routes import rest_routes


def test_programs_are_answered_beside_the_page(monkeypatch):
    monkeypatch.delenv("MNIST_DRAW_REST", raising=False)
    assert [route.path for route in rest_routes()] == ["/api"]


def test_programs_are_answered_below_the_pages_own_path(monkeypatch):
    """They were at /api whatever path the page had, where no proxy of it would send them."""
    monkeypatch.delenv("MNIST_DRAW_REST", raising=False)
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/digits/"}.get)
    assert [route.path for route in rest_routes()] == ["/digits/api"]


def test_a_page_alone_answers_and_loads_nothing_for_programs(monkeypatch):
    monkeypatch.setenv("MNIST_DRAW_REST", "off")
    program = "import sys, webapp; sys.exit('server.rest' in sys.modules)"
    root = Path(__file__).parents[2]
    assert rest_routes() == []
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
