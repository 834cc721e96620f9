"""The kind `device_event`: logins, uploads, card reads, answers to commands. Its `event` says which.

Where the vendor's items name their event, its names become ours by a table; a name that is not in it passes
through as it is. Items without a time of their own happened when we received them.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from fleet.model import Fact
from fleet.parser.contracts.events import (
    CardRead,
    CommandAnswer,
    Connection,
    DeviceEvent,
    FileUpload,
    FtpUpload,
    HubEvent,
    NamedEvent,
    Recording,
    TimedEvent,
    Transparent,
    UploadCallback,
)
from fleet.parser.envelope import object_or_text
from fleet.parser.intake import Intake, Item, Reader, filled, known_imei, present
from fleet.parser.readings import pushed_time
from fleet.parser.refusal import Rejected

EVENT_NAMES: Final[Mapping[str, str]] = {
    "login": "login",
    "logout": "logout",
    "uploadalarmfilelist": "alarm_files_listed",
    "uploadalarmfilebegin": "alarm_file_upload_began",
    "uploadalarmfileend": "alarm_file_uploaded",
    "uploadmediafilebegin": "media_file_upload_began",
    "uploadmediafileend": "media_file_uploaded",
}
_COLUMNS: Final = {"imei", "happened_at", "event"}


def timed_reader(contract: type[TimedEvent], event: str) -> Reader:
    """The reader of an endpoint whose items are all one event."""

    def read(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
        told = contract.model_validate(item)
        imei = known_imei(told.imei)
        happened_at = yield from pushed_time(item_no, imei, told.happened_at, None, intake)
        yield _event(item_no, imei, happened_at, event, told)

    return read


def named_reader(contract: type[NamedEvent]) -> Reader:
    """The reader of an endpoint whose items name their event."""

    def read(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
        told = contract.model_validate(item)
        imei = known_imei(told.imei)
        happened_at = yield from pushed_time(item_no, imei, told.happened_at, None, intake)
        if told.event is None:
            raise Rejected("wrong_type", "the item does not say which event it is")
        yield _event(item_no, imei, happened_at, EVENT_NAMES.get(told.event.lower(), told.event), told)

    return read


connection = named_reader(Connection)
hub_event = named_reader(HubEvent)
file_upload = timed_reader(FileUpload, "file_upload_ended")
ftp_upload = timed_reader(FtpUpload, "ftp_upload_ended")
upload_callback = timed_reader(UploadCallback, "alarm_file_uploaded")
recording = timed_reader(Recording, "recording_listed")
card_read = timed_reader(CardRead, "card_read")
transparent = timed_reader(Transparent, "transparent_data")


def polled_card_read(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of open.device.rfid.list: no word from the device itself."""
    told = CardRead.model_validate(item)
    imei = known_imei(told.imei or intake.asked_imei)
    yield _event(item_no, imei, intake.device_time(told.happened_at), "card_read", told)


def command_answer(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushInstructResponse, its `data` inside or around it, or of instruction.raw.receive."""
    told = CommandAnswer.model_validate(item | filled(object_or_text(item.get("data"))))
    imei = known_imei(told.imei)
    yield _event(item_no, imei, intake.received_at, "command_answered", told)


def _event(item_no: int, imei: str, happened_at: datetime, event: str, told: DeviceEvent) -> Fact:
    return Fact(item_no, "device_event", imei, happened_at, present(event=event, **told.model_dump(exclude=_COLUMNS)))
