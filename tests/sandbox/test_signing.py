"""The vendor's signature, against the vectors of its specification."""

import pytest

from fleet.jimi.signing import sign

SECRET = "demosecret0000000000000000000000"
COMMON = {"app_key": "DEMOKEY0NBO0001", "format": "json", "sign_method": "md5", "v": "1.0"}
NOON = {"timestamp": "2026-07-14 12:00:00", "access_token": "5c1e0d7a9b3f4e628d40a7f1b2c3d4e5"}
VECTORS = [
    (
        {
            "method": "jimi.oauth.token.get",
            "timestamp": "2026-07-14 06:00:00",
            "user_id": "demo_fleet_root",
            "user_pwd_md5": "4b4d9529148d8d9440d7e20c78287f69",
            "expires_in": "7200",
        },
        "F84F2B2965503416DE321038952811EE",
    ),
    (
        {
            **NOON,
            "method": "jimi.device.track.mileage",
            "imeis": "869999050001018",
            "begin_time": "2026-07-14 00:00:00",
            "end_time": "2026-07-14 11:59:59",
        },
        "1CB0EB4516E98501088E3FE90E7B935F",
    ),
    (
        {
            **NOON,
            "method": "jimi.open.device.update",
            "imei": "869999050001018",
            "driver_name": "Zoë Wanjikũ",
            "remarks": "",
        },
        "C06A5BC5B39BC8BCAA149863031043A8",
    ),
]


@pytest.mark.parametrize(("parameters", "expected"), VECTORS)
def test_the_signature_is_the_specification_s(parameters: dict[str, str], expected: str) -> None:
    assert sign({**COMMON, **parameters}, SECRET) == expected


def test_a_signature_already_there_is_left_out() -> None:
    parameters, expected = VECTORS[0]
    assert sign({**COMMON, **parameters, "sign": "whatever"}, SECRET) == expected
