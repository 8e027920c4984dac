"""What text in a query may be."""

from typing import Annotated

from pydantic import Field

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]  # PostgreSQL stores no NUL.
