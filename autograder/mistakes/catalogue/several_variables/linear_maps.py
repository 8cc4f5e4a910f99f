"""Derivatives as linear maps, of matrix functions, and products with second derivatives."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.catalogue.several_variables.examples import on_tape
from autograder.mistakes.tape import rules

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

INVERSE = on_tape("sum(B * inv(A))", "A", A=(2, 2), B=(2, 2))
DETERMINANT = on_tape("det(A)", "A", A=(3, 3))


def _cube(name: str) -> Example:
    """A mistake that the question itself makes, in the derivative of A³."""
    return Example(
        kind="Array",
        data={"wrt": "A", "shape": {"A": (2, 2)}, "more": name},
        function="sum(A A A)",
        variables=(),
    )


def _held(name: str) -> "Callable[[Task], Iterator[Any]]":
    """Wrong answers that the question itself makes."""

    def made(task: "Task") -> Iterator[Any]:
        if (arrays := task.data.get("arrays")) is not None:
            yield from arrays.more.get(name, ())

    return made


def _either(*of: rules.Rule) -> rules.Rule:
    """One of several rules that come to the same."""

    def rule(coming: rules.Coming) -> rules.Made:
        for each in of:
            yield from each(coming)

    return rule


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="inverse_sign",
        themes=("sign",),
        code="J17",
        title="minus of the inverse left out",
        applies="the inverse of a matrix",
        transformation="−A⁻¹ dA A⁻¹ → A⁻¹ dA A⁻¹",
        question="When a number grows, what does its reciprocal do?",
        attempt="Try it with a matrix of one entry.",
        instead_of=("neg",),
        example=INVERSE,
        source="MIT 18.S096, problem sets",
        rank=12,
        tape=rules.inverse_sign,
    ),
    Mistake(
        id="map_order",
        themes=("order",),
        code="J17",
        title="order of the factors changed",
        applies="a product or the inverse of matrices",
        transformation="A⁻¹ dA A⁻¹ → dA A⁻², dA·B → B·dA",
        question="Matrices do not commute: on which side of each factor does the change stand?",
        attempt="Multiply out the function at a place moved by a small matrix, without ever exchanging two factors.",
        example=INVERSE,
        source="MIT 18.S096, problem sets",
        rank=13,
        tape=_either(rules.inverse_order, rules.product_other_side),
    ),
    Mistake(
        id="map_factor_transposed",
        themes=("order",),
        code="J17",
        title="a factor transposed",
        applies="the inverse or the determinant of a matrix",
        transformation="A⁻¹ → A⁻ᵀ",
        question="Gradient or linear map: in which of the two does a transposed matrix stand?",
        attempt="Change one entry of the matrix that is not on its diagonal, and compare with what your answer says.",
        instead_of=("arr_transposed", "map_transposed"),
        example=DETERMINANT,
        source="MIT 18.S096, problem sets",
        rank=12,
        tape=_either(rules.inverse_transposed, rules.determinant_transposed),
    ),
    Mistake(
        id="inverse_as_number",
        code="J17",
        title="the rule for numbers used entry by entry",
        applies="the inverse of a matrix",
        transformation="−A⁻¹ dA A⁻¹ → −dA/A² entry by entry",
        question="Is the inverse of a matrix made of the reciprocals of its entries?",
        attempt="Differentiate the product of the matrix and its inverse, which is always the same.",
        example=INVERSE,
        source="MIT 18.S096, problem sets",
        rank=14,
        tape=rules.inverse_as_number,
    ),
    Mistake(
        id="inverse_one_factor",
        themes=("part",),
        code="J17",
        title="one of the two inverses left out",
        applies="the inverse of a matrix",
        transformation="−A⁻¹ dA A⁻¹ → −A⁻¹ dA",
        question="How often does the inverse occur in the change of the inverse?",
        attempt="Differentiate the product of the matrix and its inverse, which is always the same.",
        example=INVERSE,
        source="project's own",
        rank=14,
        tape=rules.inverse_one_factor,
    ),
    Mistake(
        id="det_factor",
        themes=("factor",),
        code="J18",
        title="the determinant as a factor left out, or one too much",
        applies="the determinant or its logarithm",
        transformation="det(A)·tr(A⁻¹ dA) → tr(A⁻¹ dA)",
        question="Determinant or logarithm of the determinant: whose derivative is it?",
        attempt="Double the matrix: how does the determinant change, and how must its derivative?",
        example=DETERMINANT,
        source="MIT 18.S096, problem sets",
        rank=12,
        tape=rules.determinant_without_factor,
    ),
    Mistake(
        id="det_no_inverse",
        code="J18",
        title="the matrix where its inverse belongs",
        applies="the determinant or its logarithm",
        transformation="tr(A⁻¹ dA) → tr(A dA), tr(dA)",
        question="At the identity the change of the determinant is a trace. What of elsewhere?",
        attempt="Try it with a diagonal matrix of two entries.",
        example=DETERMINANT,
        source="MIT 18.S096, problem sets",
        rank=14,
        tape=rules.determinant_not_inverted,
    ),
    Mistake(
        id="map_transposed",
        themes=("order",),
        code="J17",
        title="the direction transposed",
        applies="a linear map of square matrices",
        transformation="dA → dAᵀ",
        question="Does the change of a transposed matrix occur in the function?",
        attempt="Move one entry of the matrix that is not on its diagonal.",
        example=_cube("map_transposed"),
        source="project's own",
        rank=16,
        whole=_held("map_transposed"),
    ),
    Mistake(
        id="map_at_direction",
        themes=("operation",),
        code="J17",
        title="the function of the direction instead of its derivative",
        applies="a linear map",
        transformation="f'(A)[dA] → f(dA)",
        question="If the direction is doubled, does your answer double?",
        attempt="Put the direction in twice as long and compare.",
        example=_cube("map_at_direction"),
        source="project's own",
        rank=16,
        whole=_held("map_at_direction"),
    ),
    Mistake(
        id="hvp_gradient",
        themes=("operation",),
        code="J16",
        title="gradient in place of the Hessian",
        applies="a product with the Hessian",
        transformation="H·v → ∇f ∘ v, ∇f",
        question="How many times is the function differentiated for a Hessian?",
        attempt="Take a function without curvature: what must come out?",
        example=_cube("hvp_gradient"),
        source="project's own: G5 for products",
        rank=14,
        whole=_held("hvp_gradient"),
    ),
    Mistake(
        id="hvp_diagonal",
        code="J2",
        title="diagonal of the Hessian times the vector",
        applies="a product with the Hessian",
        transformation="H·v → diag(H)·v",
        question="Are there any mixed terms?",
        attempt="Let the vector have one entry that is not zero, and look at all entries of the product.",
        example=_cube("hvp_diagonal"),
        source="project's own: J2 for products",
        rank=14,
        whole=_held("hvp_diagonal"),
    ),
)
