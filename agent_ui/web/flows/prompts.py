"""What callers hear of a flow must be there before they are led through it."""

from agent_ui.web.flows.ports import FlowPrompts
from crm_core.errors import Refused


class PromptsMissing(Refused):
    """Some of what the flow says has no sound yet; `missing` names it."""

    code = "prompts_missing"

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(", ".join(missing))


async def prompts_ready(prompts: FlowPrompts, text: str) -> None:
    """Raises PromptsMissing unless everything that the flow says can be heard."""
    state = await prompts.state(text)
    if state.missing:
        raise PromptsMissing(state.missing)
