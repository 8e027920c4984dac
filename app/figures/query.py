"""What may be asked of the figures, as query parameters."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.statistics.grains import Window
from app.statistics.series import Series
from app.upstream.paths import Kind
from app.web.text import Text


class StatsQuery(BaseModel):
    """Which tasks, and over what time."""

    model_config = ConfigDict(extra="forbid")

    window: Annotated[
        Window, Field(description="How far back; `since` in the answer says exactly")
    ] = Window.ALL
    model: Text | None = None
    account: Text | None = None
    kind: Kind | None = None

    @property
    def only(self) -> dict[str, str]:
        """The columns of a task that are asked for, with their values."""
        return self.model_dump(include={"model", "account", "kind"}, exclude_none=True)

    def has(self, series: Series) -> bool:
        """Tell whether a series is among what is asked for."""
        return all(getattr(series, name) == value for name, value in self.only.items())
