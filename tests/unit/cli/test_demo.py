from __future__ import annotations

from pathlib import Path

import pytest

import sfn_notebook as sfn
from sfn_notebook import demo


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("approve", "Price → Large order? → Ask a person → Ship → Done"),
        ("reject", "Price → Large order? → Ask a person → Not approved"),
    ],
)
def test_the_demo_tells_its_story(answer: str, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.run(answer=answer, html=tmp_path / "demo.html", interactive=False)
    told = capsys.readouterr().out
    assert "A task token waits in 'Ask a person'" in told
    assert path in told
    page = (tmp_path / "demo.html").read_text("utf-8")
    assert "<svg" in page
    assert "Ask a person" in page


def test_nobody_answers_and_the_time_out_leads_on() -> None:
    with sfn.local(clock="instant") as session:
        execution = demo.order_workflow(session).start(demo.ORDER)
        session.advance(seconds=demo.SECONDS_TO_DECIDE + 1)
        assert execution.result() == {"shipped": False, "reason": "nobody answered in time"}


def test_a_small_order_asks_nobody() -> None:
    with sfn.local(clock="instant") as session:
        execution = demo.order_workflow(session).run({"order": "A-1", "items": [{"sku": "spoon", "price": 4}]})
        assert "Ask a person" not in execution.run.path
        assert execution.result()["shipped"] is True
