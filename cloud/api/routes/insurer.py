"""What an insurer may see: risk signals of vehicles whose owners have consented to it, under its own pseudonyms."""

from fastapi import APIRouter

from cloud.api.models.base import Page
from cloud.api.models.fleet import RiskSignal
from cloud.api.parts import Cursor, InsurerStaff, Limit, Serving
from cloud.api.translate import page
from cloud.insurer import feed

router = APIRouter(prefix="/insurer", tags=["insurer"])


@router.get("/risk-signals")
def risk_signals(services: Serving, who: InsurerStaff, cursor: Cursor = None, limit: Limit = 50) -> Page[RiskSignal]:
    """List the condition of each vehicle, cause by cause; a consent that ends, ends its rows at once."""
    with services.store.read() as connection:
        found = feed.risk_signals(
            connection,
            recipient=who.subject,
            key=services.pseudonym_key,
            now_ms=services.now_ms(),
            cursor=cursor,
            limit=limit,
        )
    return page(RiskSignal, found)
