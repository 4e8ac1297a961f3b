"""Pages of products: the list, a new one, one with its versions and new terms."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.products.forms import ProductForm, TermsForm, charge_text, like, percent
from agent_ui.web.shell import language_of, render
from crm_core.bank import product_desk
from crm_core.bank.offering import ProductLine, product_line, product_lines
from crm_core.bank.product_desk import ProductAlike
from crm_core.bank.products import PeriodsOverlap, ProductUnknown, TermsRefused, TransitionRefused
from crm_core.bank.terms import PRODUCT_STATES, AgreementKind, ProductStatus
from crm_core.errors import FieldRefused
from crm_core.money import EXPONENTS, AmountRefused, CurrencyUnknown

router = APIRouter(include_in_schema=False)

_OF_FIELDS = {
    PeriodsOverlap: FieldRefused("starts_on", "overlap"),
    TermsRefused: FieldRefused("ends_before", "terms"),
    CurrencyUnknown: FieldRefused("currency", "unknown"),
    AmountRefused: FieldRefused("most", "not_an_amount"),
    TransitionRefused: FieldRefused("status", "transition"),
}
"""Where on the form a refusal of the terms belongs."""


@router.get("/admin/products")
async def list_products(request: Request) -> Response:
    """All products."""
    return await _list(request, ProductForm())


@router.post("/admin/products")
async def add_product(request: Request, form: Annotated[ProductForm, Form()]) -> Response:
    """Add a product and show it; one of a known name is warned of first."""
    by = signed_in_of(request).employee.id
    try:
        code, names = form.plain_code, form.names
        async with parts_of(request).db.unit_of_work() as session:
            await product_desk.create(
                session, code, family=form.family, names=names, by=by, anyway=form.anyway
            )
    except FieldRefused as error:
        return await _list(request, form, refused=error)
    except ProductAlike as error:
        return await _list(request, form, alike=error)
    return RedirectResponse(f"/admin/products/{code}", status_code=303)


@router.get("/admin/products/{product}")
async def one_product(request: Request, product: Annotated[Ident, Path()]) -> Response:
    """A product with its versions, and a form for new terms like the latest."""
    return await _one(request, product)


@router.post("/admin/products/{product}/versions")
async def add_terms(
    request: Request, product: Annotated[Ident, Path()], form: Annotated[TermsForm, Form()]
) -> Response:
    """Add planned terms."""
    by = signed_in_of(request).employee.id
    try:
        terms = form.terms()
        async with parts_of(request).db.unit_of_work() as session:
            await product_desk.offer(session, product, terms, by=by)
    except ProductUnknown:
        raise NotFound from None
    except FieldRefused as error:
        return await _one(request, product, form=form, refused=error)
    except tuple(_OF_FIELDS) as error:
        return await _one(request, product, form=form, refused=_OF_FIELDS[type(error)])
    return RedirectResponse(f"/admin/products/{product}", status_code=303)


@router.post("/admin/products/{product}/versions/{version}")
async def move_version(
    request: Request,
    product: Annotated[Ident, Path()],
    version: Annotated[Ident, Path()],
    status: Annotated[ProductStatus, Form()],
) -> Response:
    """Activate or expire a version."""
    by = signed_in_of(request).employee.id
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await product_desk.move(session, product, version, status, by=by)
    except ProductUnknown:
        raise NotFound from None
    except TransitionRefused as error:
        return await _one(request, product, refused=_OF_FIELDS[type(error)])
    return RedirectResponse(f"/admin/products/{product}", status_code=303)


async def _list(
    request: Request,
    form: ProductForm,
    *,
    refused: FieldRefused | None = None,
    alike: ProductAlike | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        found = await product_lines(session)
    context = {
        "products": found,
        "form": form,
        "refused": refused,
        "alike": alike,
        "families": list(AgreementKind),
        "statuses": list(ProductStatus),
        "name": lambda one: _name(request, one),
    }
    status = 422 if refused else 409 if alike else 200
    return render(request, "products/list.html", context, status=status)


async def _one(
    request: Request,
    product: str,
    *,
    form: TermsForm | None = None,
    refused: FieldRefused | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        try:
            found = await product_line(session, product)
        except ProductUnknown:
            raise NotFound from None
    latest = like(found.versions[0]) if found.versions else TermsForm()
    context = {
        "product": found,
        "form": form or latest,
        "refused": refused,
        "name": _name(request, found),
        "moves": lambda version: sorted(PRODUCT_STATES[version.status]),
        "percent": percent,
        "charge_text": charge_text,
        "currencies": sorted(EXPONENTS),
    }
    return render(request, "products/one.html", context, status=422 if refused else 200)


def _name(request: Request, one: ProductLine) -> str:
    return one.names.get(language_of(request)) or one.names.get("en", one.code)
