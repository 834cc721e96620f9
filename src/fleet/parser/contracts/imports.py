"""What our own imports carry."""

from fleet.parser.contracts.base import Contract
from fleet.parser.contracts.fields import Imei, Text


class VehicleRow(Contract):
    """A line of the vehicles file; its columns are the field names."""

    plate: Text = None
    imei: Imei = None
    device_class: Text = None
    cost_centre: Text = None
    city: Text = None
    driver: Text = None
    driver_phone: Text = None
    make: Text = None
    model: Text = None
