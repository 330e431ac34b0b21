"""The kinds of column that the store's tables are made of, in types that SQLite and PostgreSQL both have.

Times are integer milliseconds of the domain clock since the Unix epoch, but for `*_real_ms`, which are the machine's.
Coordinates carry their reference system beside them.
"""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Text, text

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMING)

ID_LENGTH: Final = 64
WORD_LENGTH: Final = 40
# SQLite numbers rows by itself for INTEGER PRIMARY KEY alone; PostgreSQL gets the wide type.
SERIAL: Final = BigInteger().with_variant(Integer, "sqlite")


def key(name: str = "id") -> Column[Any]:
    return Column(name, String(ID_LENGTH), primary_key=True)


def serial() -> Column[Any]:
    return Column("id", SERIAL, primary_key=True, autoincrement=True)


def vehicle(*, primary_key: bool = False, nullable: bool = False) -> Column[Any]:
    named = ForeignKey("vehicles.id")
    return Column("vehicle_id", String(ID_LENGTH), named, primary_key=primary_key, nullable=nullable)


def word(name: str, *, default: str = "", length: int = WORD_LENGTH) -> Column[Any]:
    return Column(name, String(length), nullable=False, server_default=text(f"'{default}'"))


def ms(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, BigInteger, nullable=nullable)


def number(name: str) -> Column[Any]:
    return Column(name, Float)


def whole(name: str, default: int = 0) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def document(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def words() -> tuple[Column[Any], Column[Any]]:
    return Column("zh", Text, nullable=False), Column("en", Text, nullable=False)


def point(prefix: str = "") -> tuple[Column[Any], Column[Any], Column[Any]]:
    return number(f"{prefix}latitude_deg"), number(f"{prefix}longitude_deg"), word(f"{prefix}crs")


def assessed() -> tuple[Column[Any], ...]:
    return (
        document("risks", nullable=True),
        flag("calibrated"),
        number("time_to_threshold_h"),
        number("ttt_low_h"),
        number("ttt_high_h"),
        document("reasons"),
        Column("quality", Float, nullable=False),
        whole("severity"),
        word("service"),
        Column("abstained", Text, nullable=False),
        word("model", length=120),
    )
