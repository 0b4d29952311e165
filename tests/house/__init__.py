"""The house rules: each takes the root of a tree and answers with its violations, one readable line each."""

from tests.house import exports, imports, language, markdown, names, packaging, rulings, sizes, words
from tests.house.tree import Rule

__all__ = ["RULES", "Rule"]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for module in (imports, sizes, names, exports, packaging, words, rulings, language, markdown)
    for rule in module.RULES
}
