"""What all contracts share: frozen models that read their fields under every spelling seen so far."""

from collections.abc import Mapping
from typing import Final

from pydantic import AliasChoices, AliasGenerator, BaseModel, ConfigDict

SPEC_VERSION: Final = "2.7.14"

Spellings = Mapping[str, tuple[str, ...]]


class Contract(BaseModel):
    """An item as one endpoint sends it. Fields that we do not use are ignored; the raw body keeps them."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def spelled(spellings: Spellings) -> ConfigDict:
    """Model configuration under which each field is looked up by its spellings, the first present wins."""
    return ConfigDict(alias_generator=AliasGenerator(validation_alias=lambda name: AliasChoices(*spellings[name])))


def names_read(contract: type[Contract]) -> frozenset[str]:
    """Every name under which a contract looks for its fields."""
    choices = (field.validation_alias for field in contract.model_fields.values())
    spelled_out = {str(name) for alias in choices if isinstance(alias, AliasChoices) for name in alias.choices}
    return frozenset(spelled_out or contract.model_fields)
