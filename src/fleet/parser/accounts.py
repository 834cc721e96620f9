"""The kind `account_listed`: a child in the upstream's tree of accounts. It names no device."""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.coercion import read_text
from fleet.parser.contracts.reports import ChildAccount
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected


def listed_account(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of user.child.list; its parent is the account that was asked about."""
    child = ChildAccount.model_validate(item)
    if child.account is None:
        raise Rejected("wrong_type", "the row names no account")
    data = present(
        account=child.account,
        parent=read_text(intake.params.get("target")),
        name=child.name,
        account_type=child.account_type,
        company=child.company,
        enabled=child.enabled,
    )
    yield Fact(item_no, "account_listed", None, intake.asked_at("requested_at"), data)
