"""The graph in every form: the same each time, escaped everywhere, fit for a page."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sfn_notebook import asl, draw
from sfn_notebook.draw import render
from sfn_notebook.errors import InvalidArgument, MissingDependency

SVG = "{http://www.w3.org/2000/svg}"
STATES = "arn:aws:states:::"
ORDERS: dict[str, Any] = {
    "StartAt": "Big?",
    "States": {
        "Big?": {"Type": "Choice", "Choices": [{"Condition": "{% $x > 100 %}", "Next": "Ask"}], "Default": "Both"},
        "Ask": {
            "Type": "Task",
            "Resource": STATES + "sqs:sendMessage.waitForTaskToken",
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}],
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 5, "End": True}}},
                {"StartAt": "R", "States": {"R": {"Type": "Pass", "Next": "Gone"}}},
            ],
            "End": True,
        },
        "Late": {"Type": "Fail", "Error": "TooLate"},
    },
}
STATUSES = {"Big?": "SUCCEEDED", "Ask": "WAITING", "Both": "RUNNING", "L": "FAILED"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<<b>html label</b>>",
    "&amp; &lt; &#92;N",
    "back\\slash \\N \\G \\l \\",
    "quote \" and ' both",
    "new\nline\ttab",
    "nul\x00 bell\x07 del\x7f",
    "lone \ud800 surrogate",
    "שלום עולם",
    "\u202eevil",
    "你好 🎉",
    "x" * 80,
    "]]>",
    "]; evil [label=x",
    "${jndi:x} %s {0}",
    "-->",
    "]}\nend",
]


def graph(definition: Any = None, **options: Any) -> draw.Graph:
    return draw.graph(asl.read(ORDERS if definition is None else definition), **options)


def hostile(name: str) -> draw.Graph:
    """A graph with the text in every place that a definition, a status or a note can reach."""
    rule = {"Variable": name, "StringEquals": name, "Next": name + "2"}
    states = {
        name: {"Type": "Choice", "Choices": [rule], "Default": name + "3"},
        name + "3": {"Type": "Task", "Resource": name, "Catch": [{"ErrorEquals": [name], "Next": name}]},
        name + "4": {"Type": "Fail", "Error": name},
        name + "5": {"Type": name},
        name + "6": {"Type": "Map", "ItemsPath": name, "ItemProcessor": {"StartAt": name, "States": {}}},
        name + "7": {"Type": "Wait", "Timestamp": name},
    }
    machine = {"StartAt": name, "States": states}
    return graph(
        machine, statuses={name: "FAILED", name + "6": "RUNNING"}, marks={name: [name]}, title=name, theme="auto"
    )


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_each_state_is_a_group_with_its_id_name_type_and_status() -> None:
    drawing = graph(statuses=STATUSES)
    root = parsed(drawing.svg)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g") if group.get("id")}
    assert {id: groups[id].get("data-state") for id in drawing.ids} == drawing.ids
    assert drawing.ids == {"n-0": "Big?", "n-1": "Ask", "c-2": "Both", "n-3": "L", "n-4": "R", "n-5": "Late"}
    assert groups["n-1"].get("class") == "node state task"
    assert groups["c-2"].get("class") == "cluster state parallel"
    assert {id: group.get("data-status") for id, group in groups.items() if group.get("data-status")} == {
        "n-0": "SUCCEEDED",
        "n-1": "WAITING",
        "c-2": "RUNNING",
        "n-3": "FAILED",
    }
    assert {"e-0", "e-1", "e-2", "e-3", "e-4", "start", "end"} <= groups.keys()


def test_status_is_told_in_words_and_by_its_line_too() -> None:
    root = parsed(graph(statuses=STATUSES).svg)
    ask = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "n-1")
    words = "".join(ask.itertext())
    assert "☞ Ask" in words
    assert "waiting" in words
    assert any(shape.get("stroke-dasharray") for shape in ask)


def test_the_picture_has_a_name_and_tooltips_with_the_whole_text() -> None:
    root = parsed(graph({**ORDERS}, title="orders").svg)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "orders"
    titles = {group.get("id"): group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")}
    assert titles["n-1"] == "Ask: Task, sqs:sendMessage, ☞ waits for token"
    assert titles["e-0"] == "$x > 100"


def test_a_long_condition_is_cut_on_the_edge_and_whole_in_the_tooltip() -> None:
    condition = " and ".join(f"$states.input.field{number} > {number}" for number in range(20))
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Choice", "Choices": [{"Condition": "{% " + condition + " %}", "Next": "B"}]},
            "B": {"Type": "Succeed"},
        },
    }
    root = parsed(graph(machine).svg)
    edge = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "e-0")
    assert edge.findtext(f"{SVG}title") == condition
    lines = [text.text or "" for text in edge.iter(f"{SVG}text")]
    assert len(lines) == 3
    assert lines[-1].endswith("…")


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_svg_is_plain_xml_without_links_or_scripts(theme: str) -> None:
    svg = graph(theme=theme).svg
    assert svg.startswith("<svg xmlns=")
    for forbidden in ("<?xml", "<!", "href", "<script", "<a ", "xlink", "url("):
        assert forbidden not in svg
    root = parsed(svg)
    assert root.get("viewBox")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_only_auto_carries_a_style_sheet_and_it_knows_both_grounds() -> None:
    assert "<style>" not in graph().svg
    style = parsed(graph(theme="auto").svg).findtext(f"{SVG}style") or ""
    assert "prefers-color-scheme:dark" in style
    assert "--sfn-ink:#0f141a" in style
    assert "--sfn-ink:#ebebf0" in style


def test_every_colour_of_an_auto_drawing_follows_the_theme() -> None:
    root = parsed(graph(theme="auto", statuses=STATUSES, marks={"Ask": ["note"]}).svg)
    for element in root.iter():
        for attribute in ("fill", "stroke"):
            if element.get(attribute, "none") not in ("none", "transparent"):
                assert f"{attribute}-" in (element.get("class") or ""), ET.tostring(element)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_text_in_the_svg(name: str) -> None:
    drawing = hostile(name)
    root = parsed(drawing.svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "path", "polygon", "polyline", "ellipse", "text", "tspan"}
    attributes = {key for element in root.iter() for key in element.attrib}
    assert not {key for key in attributes if key.startswith("on") or "href" in key}
    assert len(drawing.ids) == 6


@pytest.mark.parametrize(
    ("name", "shown"),
    [(HOSTILE[0], HOSTILE[0]), (HOSTILE[2], HOSTILE[2]), (HOSTILE[3], HOSTILE[3]), (HOSTILE[4], HOSTILE[4])],
)
def test_a_name_is_shown_as_it_is(name: str, shown: str) -> None:
    root = parsed(graph({"StartAt": name, "States": {name: {"Type": "Succeed"}}}).svg)
    node = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "n-0")
    assert node.get("data-state") == shown
    assert " ".join(text.text or "" for text in list(node.iter(f"{SVG}text"))[:-1]) == shown


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_text_in_mermaid_and_text(name: str) -> None:
    drawing = hostile(name)
    for line in drawing.mermaid.splitlines():
        quoted = line.split('"')
        assert len(quoted) in (1, 3)
        assert not set(quoted[1] if len(quoted) == 3 else "").intersection('<>`;%$"{}[]|') - set(";<>")
        assert "<" not in (quoted[1] if len(quoted) == 3 else "").replace("<br/>", "")
    assert drawing.text.splitlines()[1].startswith("● → ")
    assert drawing.ascii.isascii()


def test_the_text_reads_from_start_to_end() -> None:
    drawing = graph(title="orders", statuses=STATUSES, marks={"Ask": ["no timeout"]})
    assert drawing.text.splitlines() == (
        [
            "orders",
            "● → Big?",
            "✓ Big? · Choice · SUCCEEDED",
            "    $x > 100 → Ask",
            "    default → Both",
            "☞ Ask · sqs:sendMessage · ☞ waits for token · WAITING → Both",
            "    ⚠ no timeout",
            "    catch States.Timeout ⇢ Late",
            "• Late · Fail: TooLate",
            "► Both · Parallel · RUNNING → ◎ End",
            "    ┌ → L",
            "    │ ✗ L · wait 5 s · FAILED",
            "    ├ → R",
            "    │ • R · Pass → Gone",
            "    │ ◌ Gone · not there yet",
        ]
    )


def test_the_text_in_ascii_says_the_same() -> None:
    lines = graph(statuses=STATUSES).ascii.splitlines()
    assert lines[:5] == [
        "* -> Big?",
        "+ Big?, Choice, SUCCEEDED",
        "    $x > 100 -> Ask",
        "    default -> Both",
        "? Ask, sqs:sendMessage, waits for token, WAITING -> Both",
    ]


def test_a_long_chain_is_no_deep_recursion() -> None:
    states = {f"S{n}": {"Type": "Pass", "Next": f"S{n + 1}"} for n in range(3000)}
    assert len(graph({"StartAt": "S0", "States": states}).text.splitlines()) == 3002


def test_the_same_definition_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys, json, hashlib; from sfn_notebook import asl, draw\n"
        "d, s = json.loads(sys.stdin.read())\n"
        "g = draw.graph(asl.read(d), statuses=s, theme='auto', title='t')\n"
        "print([hashlib.sha256(x if isinstance(x, bytes) else x.encode()).hexdigest()"
        " for x in (g.dot, g.svg, g.png, g.mermaid, g.text)])"
    )
    given = asl.model._json.dumps([ORDERS, STATUSES])
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=given,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    here = graph(statuses=STATUSES, theme="auto", title="t")
    assert hashlib.sha256(here.svg.encode()).hexdigest() in told.pop()


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<svg"),
        (".png", b"\x89PNG"),
        (".pdf", b"%PDF"),
        (".dot", b"digraph"),
        (".gv", b"digraph"),
        (".mmd", b"flowchart"),
        (".TXT", "●".encode()),
    ],
)
def test_saving_goes_by_the_suffix(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = graph().save(tmp_path / f"orders{suffix}")
    assert path.read_bytes().startswith(start)


def test_an_unknown_suffix_is_refused_with_those_that_work(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"'orders\.docx'.*\n.*\.svg, \.png"):
        graph().save(tmp_path / "orders.docx")
    assert not list(tmp_path.iterdir())


def test_an_unknown_status_or_theme_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"unknown status 'FAILD' of state 'Ask'\nDid you mean 'FAILED'"):
        graph(statuses={"Ask": "FAILD"})
    with pytest.raises(InvalidArgument, match="unknown theme 'drak'"):
        graph(theme="drak")


def test_with_gives_another_graph_and_leaves_this_one() -> None:
    plain = graph()
    coloured = plain.with_(statuses={"Ask": "FAILED"})
    assert "FAILED" in coloured.text
    assert "FAILED" not in plain.text


def test_without_graphviz_svg_is_text_and_png_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in ("_plain", "_pygraphviz", "_program"):
        monkeypatch.setattr(render, engine, lambda dot, kind: None)
    drawing = graph(title="no graphviz here")
    assert "Big?" in "".join(parsed(drawing.svg).itertext())
    for form in ("png", "pdf"):
        with pytest.raises(MissingDependency, match="pip install pygraphviz"):
            getattr(drawing, form)


def test_a_dot_program_does_where_pygraphviz_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)  # its import fails
    monkeypatch.setattr(render, "_plain", lambda dot, kind: None)
    if render.shutil.which("dot") is None:
        pytest.skip("no dot program here")
    root = parsed(graph(title="by the program").svg)
    assert {"n-0", "c-2", "e-0"} <= {group.get("id") for group in root.iter(f"{SVG}g")}


def test_pygraphviz_does_where_its_library_cannot_be_called_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_plain", lambda dot, kind: None)
    root = parsed(graph(title="by pygraphviz's functions").svg)
    assert {"n-0", "c-2", "e-0"} <= {group.get("id") for group in root.iter(f"{SVG}g")}


DRAWN_ELSEWHERE = """
from sfn_notebook import asl, draw
machine = {"StartAt": "Größer? 日本語", "States": {
    "Größer? 日本語": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 1, "Next": "WWW iii"}],
                     "Default": "WWW iii"},
    "WWW iii": {"Type": "Pass", "End": True}}}
print(ascii(draw.graph(asl.read(machine), title="a title").svg))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="fontconfig's files are not used there")
def test_an_svg_does_not_depend_on_the_fonts_of_the_machine(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    drawn = [
        subprocess.run([sys.executable, "-c", DRAWN_ELSEWHERE], env=env, capture_output=True, text=True, check=True)
        for env in (dict(os.environ), {**os.environ, "FONTCONFIG_FILE": str(fonts)})
    ]
    assert drawn[0].stdout == drawn[1].stdout
    assert "<svg" in drawn[0].stdout
    assert [one.stderr for one in drawn] == ["", ""]


@pytest.mark.parametrize("name", ["日本語の状態を確認する", "Größenänderung prüfen", "✓✓✓✓✓✓✓✓✓✓"])
def test_a_box_is_wide_enough_for_letters_that_graphviz_does_not_know(name: str) -> None:
    root = parsed(graph({"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}}).svg)
    box = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "n-0")
    across = [float(point.split(",")[0]) for point in box.find(f"{SVG}polygon").get("points").split()]
    assert max(across) - min(across) >= len(name) * 0.6 * 13


def test_a_name_that_graphviz_cannot_take_is_no_traceback() -> None:
    assert parsed(graph({"StartAt": "", "States": {"": {"Type": "Pass", "End": True}}}).svg).get("role") == "img"


@pytest.mark.parametrize("definition", [{}, {"StartAt": "A"}, {"States": {"A": {}}}], ids=["empty", "start", "state"])
def test_an_unfinished_machine_can_be_drawn(definition: dict[str, Any]) -> None:
    drawing = graph(definition)
    assert parsed(drawing.svg).get("role") == "img"
    assert drawing.png.startswith(b"\x89PNG")
    assert repr(drawing) == drawing.text
