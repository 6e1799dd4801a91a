"""A build puts the server's address into one file of its own."""

import gzip
import inspect

import pytest
from reflex_base.compiler import templates

from rxapp import frontend
from rxapp.reflex_seam.built_pages import BUILT_FOR, make_portable
from rxapp.reflex_seam.moved import ReflexMovedError

BUILT = f"const e={{PING:`http://{BUILT_FOR}/ping`,EVENT:`ws://{BUILT_FOR}/_event`}}"


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "reflex-env-abc.js").write_text(BUILT)
    return tmp_path


def test_the_address_becomes_the_one_that_the_pages_come_from(pages):
    make_portable(pages)
    file = pages / "assets" / "reflex-env-abc.js"
    assert file.read_text() == (
        "const e={PING:location.origin+`/ping`,"
        "EVENT:location.origin.replace(/^http/,`ws`)+`/_event`}"
    )
    assert gzip.decompress((pages / "assets" / "reflex-env-abc.js.gz").read_bytes()) == (
        file.read_bytes()
    )


@pytest.mark.parametrize("text", ["const e={}", f"{BUILT}; const f='{BUILT_FOR}'"])
def test_it_is_an_error_if_the_address_stands_there_in_another_way(pages, text):
    (pages / "assets" / "reflex-env-abc.js").write_text(text)
    with pytest.raises(ReflexMovedError):
        make_portable(pages)


def test_it_is_an_error_if_there_is_no_such_file(pages):
    (pages / "assets" / "reflex-env-abc.js").rename(pages / "assets" / "env.js")
    with pytest.raises(ReflexMovedError):
        make_portable(pages)


def test_a_build_still_has_such_a_file():
    assert 'name: "reflex-env"' in inspect.getsource(templates)


def test_the_built_pages_are_where_they_are_served_from():
    (file,) = (frontend.PAGES / "assets").glob("reflex-env-*.js")
    assert "location.origin" in file.read_text()
    assert (frontend.PAGES / "index.html").is_file()
