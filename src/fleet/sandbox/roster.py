"""Who is in the fleet: invented vehicles, devices and people. Pure and the same for the same seed.

IMEIs are of the unassigned range 8699990…, telephone numbers and SIMs of +254700 000 / +256700 000.
"""

from dataclasses import dataclass
from random import Random

CITY_SHARES = (("nairobi", 0.62), ("mombasa", 0.25), ("kampala", 0.13))
COST_CENTRES = (
    "Fibre installs",
    "Maintenance",
    "OSP",
    "Home broadband",
    "Business support",
    "Survey",
    "Logistics",
    "Power and masts",
    "",
)
COST_CENTRE_WEIGHTS = (24, 18, 15, 12, 9, 6, 6, 4, 6)
VAN_MODELS = (
    ("Toyota", "HiAce"),
    ("Toyota", "Probox"),
    ("Toyota", "Hilux"),
    ("Isuzu", "D-Max"),
    ("Nissan", "NV350"),
)
MOTORCYCLE_MODELS = (("Bajaj", "Boxer 150"), ("TVS", "HLX 125"), ("Honda", "CB 125"))
FIRST_NAMES = (
    "Amina", "Brian", "Cynthia", "Daniel", "Esther", "Farouk", "Grace", "Hassan", "Irene", "Joseph", "Kevin", "Lydia",
    "Moses", "Naomi", "Omar", "Peter", "Ruth", "Samuel", "Tabitha", "Victor", "Wanjiru", "Yusuf", "Zainab",
)  # fmt: skip
LAST_NAMES = (
    "Otieno", "Mwangi", "Achieng", "Kamau", "Njeri", "Kiprop", "Mutua", "Wafula", "Odhiambo", "Chebet", "Mugisha",
    "Nakato", "Okello", "Ssempijja", "Bakari", "Mwakio", "Kazungu", "Nyambura", "Korir", "Muthoni",
)  # fmt: skip
# Models by what they can do beside telling where they are: plugged into the engine; dash camera; MDVR (JT/T 808).
OBD_TRACKER, CAMERA, RECORDER = "GT06E", "JC400P", "JC450"
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle as its owner knows it; `cost_centre` is blank for some."""

    plate: str
    city: str
    cost_centre: str
    driver: str
    driver_phone: str
    make: str
    model: str
    is_motorcycle: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A tracker or camera as the vendor knows it; spare ones are fitted to no vehicle."""

    imei: str
    model: str
    device_class: str
    account: str
    sim: str
    vehicle: Vehicle | None
    expired: bool = False
    never_reported: bool = False


def imei_of(serial: int) -> str:
    """A 15-digit IMEI of the invented range with its Luhn check digit."""
    digits = f"8699990{serial:07d}"
    doubled = [sum(divmod(int(d) * 2, 10)) if i % 2 else int(d) for i, d in enumerate(digits)]
    return digits + str(-sum(doubled) % 10)


def vehicles(count: int, seed: int) -> list[Vehicle]:
    """The vehicles, dealt over the cities in their shares."""
    rng = Random(f"vehicles {seed}")  # noqa: S311
    bounds = [round(count * sum(share for _, share in CITY_SHARES[: i + 1])) for i in range(len(CITY_SHARES))]
    cities = [next(CITY_SHARES[i][0] for i, bound in enumerate(bounds) if n < bound) for n in range(count)]
    return [_vehicle(number, city, rng) for number, city in enumerate(cities)]


def _vehicle(number: int, city: str, rng: Random) -> Vehicle:
    is_motorcycle = rng.random() < 0.35
    make, model = rng.choice(MOTORCYCLE_MODELS if is_motorcycle else VAN_MODELS)
    return Vehicle(
        plate=_plate(number, city, is_motorcycle),
        city=city,
        cost_centre=rng.choices(COST_CENTRES, COST_CENTRE_WEIGHTS)[0],
        driver=_driver(number),
        driver_phone=f"+{_dialling_code(city)}7000{number + 300:05d}",
        make=make,
        model=model,
        is_motorcycle=is_motorcycle,
    )


def _driver(number: int) -> str:
    """A different name for every number: 23 first and 20 last names meet in 460 ways, then with initials between."""
    again, pair = divmod(number, len(FIRST_NAMES) * len(LAST_NAMES))
    initials = ""
    while again:
        again, letter = divmod(again - 1, 26)
        initials = f"{chr(65 + letter)}. {initials}"
    return f"{FIRST_NAMES[pair % len(FIRST_NAMES)]} {initials}{LAST_NAMES[pair % len(LAST_NAMES)]}"


def _plate(number: int, city: str, is_motorcycle: bool) -> str:
    """A different plate for every number: the digits walk by 37, which shares no factor with 899."""
    letter, last = PLATE_LETTERS[number // 7 % 24], PLATE_LETTERS[number * 5 % 24]
    digits = 101 + number * 37 % 899
    prefix = "UM" if is_motorcycle else "UB"
    if city != "kampala":
        prefix = "KMD" if is_motorcycle else "KD"
    series = PLATE_LETTERS[number // 899 % 24] if number >= 899 else letter
    return f"{prefix}{series} {digits}{last}"


def _dialling_code(city: str) -> str:
    return "256" if city == "kampala" else "254"


def devices(fleet: list[Vehicle], seed: int) -> list[Device]:
    """A tracker a vehicle, beside it a camera or recorder in some, and three spares: one expired, two silent."""
    rng = Random(f"devices {seed}")  # noqa: S311
    fitted: list[Device] = []
    vans = 0
    for number, vehicle in enumerate(fleet):
        model = rng.choices(("AT4", "X3", OBD_TRACKER), (3, 5, 2))[0]
        fitted.append(_device(1001 + number * 10, model, vehicle))
        if number % 12 == 5:
            fitted.append(_device(1002 + number * 10, CAMERA, vehicle))
        vans += not vehicle.is_motorcycle
        if vans % 16 == 5 and not vehicle.is_motorcycle:
            fitted.append(_device(1003 + number * 10, RECORDER, vehicle))
    spare = 1001 + len(fleet) * 10
    return [
        *fitted,
        Device(imei_of(spare), "X3", "tracker", "demo_nairobi", "", None, expired=True),
        Device(imei_of(spare + 10), "X3", "tracker", "demo_fleet_root", "254700099901", None, never_reported=True),
        Device(imei_of(spare + 20), CAMERA, "camera", "demo_kampala", "256700099902", None, never_reported=True),
    ]


def _device(serial: int, model: str, vehicle: Vehicle) -> Device:
    return Device(
        imei=imei_of(serial),
        model=model,
        device_class="camera" if model in (CAMERA, RECORDER) else "tracker",
        account=f"demo_{vehicle.city}",
        sim=f"{_dialling_code(vehicle.city)}7000{serial:05d}",
        vehicle=vehicle,
    )
