"""Tells tests with what a page was drawn: `response.context`, as Django does it for its own language of templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.signals import template_rendered
from jinja2 import Template


@pytest.fixture(autouse=True, scope="session")
def _pages_tell_their_context() -> Iterator[None]:
    draw = Template.render

    def told(self: Template, *args: Any, **kwargs: Any) -> str:
        template_rendered.send(sender=self, template=self, context=dict(*args, **kwargs))
        return draw(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", told)
        yield
