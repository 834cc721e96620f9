"""What devices and the hub report beside positions and readings: one small contract an endpoint."""

from typing import Annotated, Final

from fleet.parser.coercion import UPLOAD_OUTCOMES
from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import Choice, Imei, Instant, Text

Outcome = Annotated[bool | None, Choice(UPLOAD_OUTCOMES)]

_EVENT: Final[Spellings] = {"imei": ("deviceImei", "imei"), "happened_at": ("gateTime",)}


class DeviceEvent(Contract):
    """Something that happened on or to a device. Fields that its subclasses add go into the fact as they are."""

    imei: Imei = None


class TimedEvent(DeviceEvent):
    """One that says when."""

    happened_at: Instant = None


class NamedEvent(TimedEvent):
    """One that says which it is."""

    event: Text = None


class Connection(NamedEvent):
    """An item of /pushevent, by the gateway's clock; its `timezone` describes the device alone."""

    model_config = spelled({**_EVENT, "event": ("type",), "timezone": ("timezone",)})
    timezone: Text = None


class FileUpload(TimedEvent):
    """An item of /pushfileupload."""

    model_config = spelled({**_EVENT, "files": ("fileName",), "succeeded": ("result",), "channel": ("channel",)})
    files: Text = None
    succeeded: Outcome = None
    channel: Text = None


class FtpUpload(TimedEvent):
    """An item of /pushftpfileupload; `result` 0 is success."""

    model_config = spelled({**_EVENT, "succeeded": ("result",), "instruction_id": ("instructionID",)})
    succeeded: Outcome = None
    instruction_id: Text = None


class UploadCallback(TimedEvent):
    """The flat form of /uploadCallback: a file came with an alarm."""

    model_config = spelled(
        {
            "imei": ("imei", "deviceImei"),
            "happened_at": ("alarmTime",),
            "files": ("filename", "fileName"),
            "camera": ("camera",),
            "mime_type": ("mimeType",),
            "instruction_id": ("instructionId",),
        }
    )
    files: Text = None
    camera: Text = None
    mime_type: Text = None
    instruction_id: Text = None


class Recording(TimedEvent):
    """An item of /pushresourcelist: what a recorder keeps, from when on."""

    model_config = spelled({**_EVENT, "happened_at": ("beginTime",), "channel": ("channel",)})
    channel: Text = None


class HubEvent(NamedEvent):
    """An item of /pushIothubEvent; its time is a Unix number."""

    model_config = spelled({**_EVENT, "event": ("eventType",), "detail": ("eventContent",)})
    detail: Text = None


class CardRead(TimedEvent):
    """An item of /rfid, or a row of open.device.rfid.list."""

    model_config = spelled({**_EVENT, "happened_at": ("operationTime", "gateTime"), "card": ("cardId",)})
    card: Text = None


class Transparent(TimedEvent):
    """Bytes that the hub hands on: that they came, not what they mean; the raw row keeps them."""

    model_config = spelled({**_EVENT, "happened_at": ("gateTime", "postTime"), "extension_id": ("extensionId",)})
    extension_id: Text = None


class CommandAnswer(DeviceEvent):
    """What a device answered to a command, by either family. It has no time of its own."""

    model_config = spelled(
        {
            "imei": ("_imei", "imei", "deviceImei"),
            "command": ("_msg",),
            "answer": ("_content", "raw_data"),
            "result_code": ("_code",),
            "instruction_id": ("_serverFlagId",),
        }
    )
    command: Text = None
    answer: Text = None
    result_code: Text = None
    instruction_id: Text = None
