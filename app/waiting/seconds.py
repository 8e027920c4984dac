"""How long a caller may have its answer wait."""

from typing import Annotated

from pydantic import Field

LONGEST = 60
Wait = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
