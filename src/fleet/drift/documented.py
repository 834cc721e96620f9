"""The fields that the vendor's documents and samples name, by topic, as data: none of them is news.

A word is a path and the JSON types that it was seen with (s text, n number, f flag, l list, o object; none: only
ever blank). Whether a topic sends a field is another matter: that is what profiles learn.
"""

from collections.abc import Mapping
from typing import Final

from fleet.drift.paths import parents

_TYPES: Final = {"s": "text", "n": "number", "f": "flag", "l": "list", "o": "object"}


def _read(words: str) -> Mapping[str, frozenset[str]]:
    """Path → types, empty where any will do."""
    fields = [word.rpartition(":") for word in words.split()]
    holders: dict[str, frozenset[str]] = {parent: frozenset() for path, _, _ in fields for parent in parents(path)}
    return holders | {path: frozenset(_TYPES[letter] for letter in letters) for path, _, letters in fields}


DOCUMENTED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "jimi.device.alarm.list": _read(
        "deviceName:s imei:s model:s account:s alertTypeId:s alarmTypeName:s alertTime:s positioningTime:s "
        "lat:n lng:n speed:s geoid:s alertTypeName:s"
    ),
    "jimi.device.location.get": _read(
        "imei:s deviceName:s mcType:s icon:s status:s lat:n lng:n expireFlag:s activationFlag:s posType:s "
        "locDesc: gpsTime:s hbTime:s speed:s accStatus:s electQuantity: powerValue:s batteryPowerVal:s "
        "distance:s temperature: trackerOil:s trackerOils: gpsSignal:s gpsNum:s direction:s currentMileage:s "
        "confidence:n account:s customerName:s chargeStatus: shutdown: elecQuantity:s state:s stateTime:s "
        "iccid:s mac:s"
    ),
    "jimi.device.obd.fault": _read("imei:s deviceName:s faultCode:s faultDetail:s eventTime:s"),
    "jimi.device.obd.list": _read(
        "imei:s dataReportTime:s odometerReading:s deviceAccumulatedMileage:s remainingFuel: "
        "remainingFuelPercentage:s coolantTemperature:s vehicleBatterVoltage:s currentRPM:s currentSpeed:s "
        "vin:s"
    ),
    "jimi.device.track.list": _read(
        "lat:n lng:n gpsTime:s direction:n gpsSpeed:n posType:n satellite:n ignition:s accStatus:s "
        "confidence:n gpsMode:n altitude:n"
    ),
    "jimi.device.track.mileage": _read(
        "imei:s startTime:s endTime:s startLat:ns startLng:ns endLat:ns endLng:ns runTimeSecond:n distance:ns "
        "avgSpeed:ns maxSpeed:n startMileage:n endMileage:n elapsed:s"
    ),
    "jimi.open.device.rfid.list": _read("imei:s cardId:s photo: operationTime:s"),
    "jimi.open.instruction.raw.receive": _read("imei:s deviceName:s raw_data:s"),
    "jimi.open.platform.report.parking": _read(
        "imei:s deviceName:s mcType:s acc:s startTime:s endTime:s durSecond:s stopSecond:s lng:n lat:n addr:s"
    ),
    "jimi.open.platform.report.trips": _read(
        "imei:s startTime:s endTime:s startLat:s startLng:s endLat:s endLng:s totalMileage:s travelTime:s "
        "averageSpeed:s maxSpeed:s oilWear:s fuel:s startMileage:s endMileage:s"
    ),
    "jimi.push.device.alarm": _read("imei:s deviceName:s alarmType:s alarmName:s lat:ns lng:ns alarmTime:s"),
    "jimi.track.device.detail": _read(
        "imei:s deviceName:s account:s customerName:s mcType:s mcTypeUseScope:s sim:s iccid:s imsi:s "
        "expiration:s user_expiration:s activationTime:s importTime:s reMark: vehicleName:s vehicleIcon:s "
        "vehicleNumber:s licensePlatNo:s vehicleBrand:s vehicleModels:s carFrame: VIN:s engineNumber: "
        "driverName:s driverPhone:s fuel_100km:s status:s enabledFlag:n deviceGroupId:s deviceGroup:s "
        "currentMileage:s vin:s"
    ),
    "jimi.user.child.list": _read(
        "account:s name:s type:n displayFlag:n address: birth: companyName:s email:s phone:s language:s sex:n "
        "enabledFlag:n remark:s"
    ),
    "jimi.user.device.list": _read(
        "imei:s deviceName:s mcType:s mcTypeUseScope:s sim:s expiration:s activationTime:s reMark: "
        "vehicleName:s vehicleIcon:s vehicleNumber:s vehicleModels:s carFrame:s driverName: driverPhone: "
        "enabledFlag:n engineNumber:s deviceGroupId:s deviceGroup:s"
    ),
    "jimi.user.device.location.list": _read(
        "imei:s deviceName:s mcType:s icon:s status:s lat:n lng:n expireFlag:s activationFlag:s posType:s "
        "locDesc: gpsTime:s hbTime:s speed:s accStatus:s electQuantity:s powerValue:s batteryPowerVal:s "
        "distance:s temperature: trackerOil:s trackerOils: gpsSignal:s gpsNum:s direction:s currentMileage:s "
        "confidence:n account:s customerName:s chargeStatus: shutdown: elecQuantity:s state:s stateTime:s "
        "iccid:s mac:s"
    ),
    "pushalarm": _read(
        "type:s msgClass:n imei:s gateTime:s msg.alertType:ns msg.alarmTime:s msg.lat:n msg.lng:n "
        "msg.gpsSpeed:n msg.direction:n msg.altitude:n msg.satelliteNum:n msg.gpsMode:n msg.file:s "
        "msg.alarmType:n msg.alarmLevel:n msg.alarmStatus:n msg.fatigueLevel:n msg.alarmLabel:s "
        "msg.alarmSerialNo:n msg.standardAlarmValue:n msg.carSpeed:n msg.removeAlarmType:s msg.alertValue:n"
    ),
    "pushevent": _read("deviceImei:s type:s gateTime:s timezone:s"),
    "pushfaultinfo": _read("deviceImei:s gateTime:s eventTime:s faultCode:s faultDetail:s"),
    "pushfileupload": _read("deviceImei:s fileName:s gateTime:s result:s"),
    "pushftpfileupload": _read("deviceImei:s result:s instructionID:s gateTime:s"),
    "pushgps": _read(
        "deviceImei:s gpsTime:s gateTime:s satelliteNum:n lng:n lat:n gpsMode:n gpsSpeed:n direction:n acc:n "
        "postType:n altitude:n status:n distance:n postMethod:n"
    ),
    "pushhb": _read(
        "deviceImei:s gateTime:s powerLevel:n gsmSign:n acc:n oilEle:n gpsPos:n remoteLock:n powerStatus:n fortify:n"
    ),
    "pushinstructresponse": _read(
        "code:n msg:s data._imei:s data._content:s data._msg:s data._serverFlagId:s _imei:s _content:s _msg:s "
        "_serverFlagId:s _code:s"
    ),
    "pushiothubevent": _read("deviceImei:s gateTime:n eventType:s eventContent.fileName:s"),
    "pushlbs": _read("deviceImei:s gateTime:s postType:s lbsJson.mcc:s lbsJson.mnc:s lbsJson.cellList:s"),
    "pushobd": _read(
        "deviceImei:s gateTime:s dataReportTime:s odometerReading:s deviceAccumulatedMileage:s remainingFuel: "
        "remainingFuelPercentage:s coolantTemperature:s vehicleBatterVoltage:s currentRPM:s currentSpeed:s "
        "vin:s obdJson.event_time:s obdJson.rpm:n obdJson.speed:n obdJson.coolantTemp:n obdJson.fuelLevel:n "
        "obdJson.voltage:n obdJson.odometer:n"
    ),
    "pushoil": _read("deviceImei:s gateTime:s value:s unit:n"),
    "pushpassthroughdata": _read("deviceImei:s gateTime:s content:s"),
    "pushresourcelist": _read("deviceImei:s channel:n beginTime:s endTime:s alarmFlag:n resourceType:n"),
    "pushtem": _read("deviceImei:s gateTime:s temperature:s humidity:s"),
    "pushterminaltransinfo": _read("deviceImei:s postTime:s extensionId:n content:s"),
    "pushtripreport": _read(
        "deviceImei:s gateTime:s startTime:s endTime:s startLat:n startLng:n endLat:n endLng:n distance:n "
        "travelTime:n averageSpeed:n maxSpeed:n fuel:n"
    ),
    "rfid": _read("deviceImei:s gateTime:s cardId:s"),
    "uploadcallback": _read(
        "imei:s filename:s businessType:s camera:s mimeType:s lat:s lng:s alarmTime:s instructionId:s"
    ),
    "wgtc": _read("deviceImei:s gateTime:s content:s"),
}
